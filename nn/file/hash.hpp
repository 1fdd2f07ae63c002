#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace contractive::nn {

/// FNV-1a, 64 bits: the same on every machine. With an earlier result as `hash` it goes on from it.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes,
                                            std::uint64_t hash = 0xcbf29ce484222325) noexcept {
  for (const char byte : bytes)
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

/// In hexadecimal digits.
[[nodiscard]] inline std::string hex(std::uint64_t hash) {
  std::string digits;
  for (; hash != 0 || digits.empty(); hash /= 16)
    digits.insert(digits.begin(), "0123456789abcdef"[hash % 16]);
  return digits;
}

} // namespace contractive::nn
