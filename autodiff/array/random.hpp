#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <random>

/// Draws that are the same with every standard library; std's own distributions are not.
namespace contractive {

/// Uniform in [0, 1), 53 bits.
inline double uniform(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1p-53;
}
/// Independent draws from N(0, deviation^2), by Box and Muller, in pairs.
template <class T> Array<T> normals(const Shape& shape, double deviation, std::mt19937_64& random);

} // namespace contractive
