#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace contractive {

/// Base of everything the library throws. Messages read `operation: what came in; what was
/// expected`.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Shapes, axes or indices that do not fit the operation.
struct ShapeError : Error {
  using Error::Error;
};

/// A variable whose tape is gone or rewound, two tapes in one operation, an output not recorded.
struct TapeError : Error {
  using Error::Error;
};

/// Samples of a batch that cannot be shown to be independent.
struct CouplingError : Error {
  using Error::Error;
};

/// A file that is missing, truncated, malformed or cannot be written.
struct FileError : Error {
  using Error::Error;
};

/// Joins anything printable into one message; shapes print as (2, 3).
template <class... Parts> std::string text(const Parts&... parts) {
  std::ostringstream stream;
  (stream << ... << parts);
  return stream.str();
}

} // namespace contractive
