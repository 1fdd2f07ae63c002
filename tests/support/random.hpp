#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

/// Random arrays for tests; the seed is part of every test.
namespace contractive::tests {

/// Uniform in [low, high).
template <class T>
Array<T> random_array(const Shape& shape, std::uint64_t seed, double low = -1, double high = 1) {
  std::mt19937_64 bits(seed);
  return Array<T>::make(shape, [&](T* out) {
    for (std::size_t i = 0; i < shape.elements(); ++i)
      out[i] = static_cast<T>(low + (high - low) * static_cast<double>(bits() >> 11) * 0x1p-53);
  });
}

/// The largest |a - b|, relative to the largest |b| or 1.
template <class T, class U> double difference(const Array<T>& a, const Array<U>& b) {
  if (a.shape() != b.shape())
    throw ShapeError("difference: ", a.shape(), " and ", b.shape());
  double worst = 0, scale = 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    if (x == y || (std::isnan(x) && std::isnan(y)))
      continue;
    worst = std::isnan(x - y) ? std::numeric_limits<double>::infinity()
                              : std::max(worst, std::abs(x - y));
    scale = std::isfinite(y) ? std::max(scale, std::abs(y)) : scale;
  }
  return worst / scale;
}

} // namespace contractive::tests
