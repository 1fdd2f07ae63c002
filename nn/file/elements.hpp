#pragma once

#include <contractive/autodiff/array/shape.hpp>

#include <algorithm>
#include <cstring>

/// Numbers as binary files hold them. Not installed.
namespace contractive::nn {

enum class ByteOrder { little, big };

/// Elements of type U behind `from`, each converted to T.
template <class U, class T>
void read_elements(const char* from, std::size_t n, ByteOrder order, T* out) {
  for (std::size_t i = 0; i < n; ++i) {
    char bytes[sizeof(U)];
    std::copy_n(from + i * sizeof(U), sizeof(U), bytes);
    if (order == ByteOrder::big)
      std::reverse(bytes, bytes + sizeof(U));
    U value;
    std::memcpy(&value, bytes, sizeof(U));
    out[i] = static_cast<T>(value); // NOLINT(bugprone-signed-char-misuse): int8_t is a number
  }
}

/// How many bytes a header promises: as a double, which no header can make overflow.
template <class Lengths>
[[nodiscard]] double promised_bytes(const Lengths& lengths, std::size_t width) {
  auto bytes = static_cast<double>(width);
  for (const std::size_t length : lengths)
    bytes *= static_cast<double>(length);
  return bytes;
}

} // namespace contractive::nn
