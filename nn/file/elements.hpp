#pragma once

#include <contractive/autodiff/array/error.hpp>
#include <contractive/autodiff/array/shape.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

/// Numbers as binary files hold them. Not installed.
namespace contractive::nn {

enum class ByteOrder { little, big };

/// Floats of 16 bits: IEEE 754's binary16, and the upper half of a binary32.
struct Half {
  std::uint16_t bits;
};
struct BFloat16 {
  std::uint16_t bits;
};

template <class U> U as_number(U value) { return value; }
inline float as_number(BFloat16 value) {
  const std::uint32_t bits = std::uint32_t{value.bits} << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}
inline float as_number(Half value) {
  const int exponent = value.bits >> 10 & 31;
  const auto fraction = static_cast<float>(value.bits & 1023);
  const float size = exponent == 31  ? (fraction == 0 ? INFINITY : NAN)
                     : exponent == 0 ? std::ldexp(fraction, -24)
                                     : std::ldexp(fraction + 1024, exponent - 25);
  return value.bits >> 15 ? -size : size;
}

/// The same number as a T. Throws Error where T holds integers and the value is none of them.
template <class T, class U> T converted(U given) {
  const auto value = as_number(given);
  if constexpr (std::is_same_v<T, std::int64_t>) {
    bool fits = true;
    if constexpr (std::is_floating_point_v<decltype(value)>)
      fits = value >= -0x1p63 && value < 0x1p63 && value == std::floor(value);
    else if constexpr (std::is_same_v<U, std::uint64_t>)
      fits = value <= std::uint64_t{INT64_MAX};
    if (!fits)
      throw Error(value, " among the values; expected whole numbers of at most 64 bits");
  }
  return static_cast<T>(value); // NOLINT(bugprone-signed-char-misuse): int8_t is a number
}

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
    out[i] = converted<T>(value);
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
