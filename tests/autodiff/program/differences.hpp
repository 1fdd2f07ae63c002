#pragma once

#include "autodiff/operation/operations.hpp"

#include <cmath>

/// Derivatives of naive loops, by central differences in long double.
namespace contractive::tests {

/// Derivatives of several numbers, and by how much the last refinement changed one of them,
/// relative to it or to 1: much where a kink is close by, or where a function is not smooth at this
/// scale.
struct Slopes {
  std::vector<Real> values;
  Real doubt = 0;
};

// Differences of step h, h / 2 and h / 4, whose errors go with h^2, extrapolated twice: to h^6.
template <class F> Slopes extrapolated(const F& difference, Real h) {
  const std::vector<Real> coarse = difference(h), middle = difference(h / 2);
  Slopes result{difference(h / 4), 0};
  for (std::size_t i = 0; i < coarse.size(); ++i) {
    const Real first = middle[i] + (middle[i] - coarse[i]) / 3;
    const Real second = result.values[i] + (result.values[i] - middle[i]) / 3;
    result.values[i] = second + (second - first) / 15;
    result.doubt = std::max(result.doubt, std::abs(second - first) / (1 + std::abs(second)));
  }
  return result;
}

inline constexpr Real difference_step = 0x1p-11L;

/// d/dt f(t) at 0, for an f that gives several numbers: rounding some 1e-15.
template <class F> Slopes slopes(const F& f) {
  return extrapolated(
      [&](Real h) {
        std::vector<Real> up = f(h);
        const std::vector<Real> down = f(-h);
        for (std::size_t i = 0; i < up.size(); ++i)
          up[i] = (up[i] - down[i]) / (2 * h);
        return up;
      },
      difference_step);
}

/// d^2/ds dt f(s, t) at 0: rounding some 1e-12.
template <class F> Slopes mixed_slopes(const F& f) {
  return extrapolated(
      [&](Real h) {
        std::vector<Real> sum = f(h, h);
        const std::vector<Real> a = f(h, -h), b = f(-h, h), c = f(-h, -h);
        for (std::size_t i = 0; i < sum.size(); ++i)
          sum[i] = (sum[i] - a[i] - b[i] + c[i]) / (4 * h * h);
        return sum;
      },
      difference_step);
}

} // namespace contractive::tests
