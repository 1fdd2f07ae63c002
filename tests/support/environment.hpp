#pragma once

#include <cstdint>
#include <cstdlib>

namespace contractive::tests {

/// The number in this variable of the environment, by which a test does more than usually.
inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

} // namespace contractive::tests
