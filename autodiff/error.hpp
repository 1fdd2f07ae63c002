#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace contractive {

/// Base of everything the library throws. Messages read `operation: what came in; what was
/// expected`.
class Error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Shapes, axes or indices that do not fit the operation.
class ShapeError : public Error {
public:
  using Error::Error;
};

/// A variable whose tape is gone or rewound, two tapes in one operation, an output not recorded.
class TapeError : public Error {
public:
  using Error::Error;
};

/// Samples of a batch that cannot be shown to be independent.
class CouplingError : public Error {
public:
  using Error::Error;
};

/// A file that is missing, truncated, malformed or cannot be written.
class FileError : public Error {
public:
  using Error::Error;
};

/// Joins anything printable into one message; shapes print as (2, 3).
template <class... Parts> std::string text(const Parts&... parts) {
  std::ostringstream stream;
  (stream << ... << parts);
  return stream.str();
}

} // namespace contractive
