#pragma once

#include <cmath>
#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace contractive {

namespace detail {
/// A stream whose numbers are C++'s, whatever the process' locale: what files are written with.
template <class Stream, class... Arguments> Stream stream(const Arguments&... arguments) {
  Stream result(arguments...);
  result.imbue(std::locale::classic());
  return result;
}
/// What is shown of a value: the value, but of a NaN its sign, which is the processor's whim.
template <class T> decltype(auto) shown(const T& value) {
  if constexpr (std::is_floating_point_v<T>)
    return std::isnan(value) ? std::abs(value) : value;
  else
    return (value);
}
/// Joins anything printable into one text; shapes print as (2, 3).
template <class... Parts> std::string text(const Parts&... parts) {
  auto out = stream<std::ostringstream>();
  (out << ... << shown(parts));
  return out.str();
}
} // namespace detail

/// Base of everything the library throws. Messages read `operation: what came in; what was
/// expected`, and are made of anything printable: `Error("matmul: a ", a.shape())`.
struct Error : std::runtime_error {
  /// A message of these parts, one behind the other.
  template <class... Parts,
            class = std::enable_if_t<!(std::is_base_of_v<std::exception, Parts> || ...)>>
  explicit Error(const Parts&... parts) : std::runtime_error(detail::text(parts...)) {}
};

/// Shapes, axes or indices that do not fit the operation.
struct ShapeError : Error {
  using Error::Error; ///< made of parts, as an Error is
};

/// A variable whose tape is gone or rewound, two tapes in one operation, an output not recorded.
struct TapeError : Error {
  using Error::Error; ///< made of parts, as an Error is
};

/// Samples of a batch that cannot be shown to be independent.
struct CouplingError : Error {
  using Error::Error; ///< made of parts, as an Error is
};

/// A file that is missing, truncated, malformed or cannot be written.
struct FileError : Error {
  using Error::Error; ///< made of parts, as an Error is
};

} // namespace contractive
