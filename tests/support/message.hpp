#pragma once

#include <exception>
#include <string>

namespace contractive::tests {

/// The message of the error that f() throws; that there was none, or one of another kind, says so.
template <class Error, class F> std::string message(const F& f) {
  try {
    static_cast<void>(f());
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another kind of error: ") + error.what();
  }
  return "no error";
}

} // namespace contractive::tests
