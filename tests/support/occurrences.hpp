#pragma once

#include <cstddef>
#include <string>

namespace contractive::tests {

/// How often a text stands in another, overlaps counted.
inline std::size_t occurrences(const std::string& in, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = in.find(what); at != std::string::npos; at = in.find(what, at + 1))
    ++count;
  return count;
}

} // namespace contractive::tests
