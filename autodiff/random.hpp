#pragma once

#include <cmath>
#include <random>

/// Draws that are the same with every standard library; std's own distributions are not.
namespace contractive {

/// Uniform in [0, 1), 53 bits.
inline double uniform(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1p-53;
}
/// Standard normal, by Box and Muller; it keeps no second draw.
inline double normal(std::mt19937_64& random) {
  const double radius = std::sqrt(-2 * std::log(1 - uniform(random))); // 1 - u is never 0
  return radius * std::cos(6.283185307179586 * uniform(random));
}

} // namespace contractive
