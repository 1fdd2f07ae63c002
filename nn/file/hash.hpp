#pragma once

#include <cstdint>
#include <string_view>

namespace contractive::nn {

/// FNV-1a, 64 bits: the same on every machine. With an earlier result as `hash` it goes on from it.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes,
                                            std::uint64_t hash = 0xcbf29ce484222325) noexcept {
  for (const char byte : bytes)
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

} // namespace contractive::nn
