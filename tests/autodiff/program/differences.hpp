#pragma once

#include "autodiff/operation/operations.hpp"

#include <cmath>

/// Derivatives of naive loops, by central differences in long double.
namespace contractive::tests {

/// Derivatives of several numbers, and by how much they changed when the step was halved: much
/// where there is a kink close by, or no smooth function at this scale.
struct Slopes {
  std::vector<Real> values;
  Real doubt = 0;
};

// Two steps of size h and h / 2 with errors in h^2, extrapolated to errors in h^4.
template <class F> Slopes extrapolated(const F& difference, Real h) {
  Slopes result{difference(h / 2), 0};
  const std::vector<Real> coarse = difference(h);
  for (std::size_t i = 0; i < coarse.size(); ++i) {
    Real& fine = result.values[i];
    result.doubt = std::max(result.doubt, std::abs(fine - coarse[i]) / (1 + std::abs(fine)));
    fine += (fine - coarse[i]) / 3;
  }
  return result;
}
inline constexpr Real difference_step = 0x1p-11L;

/// d/dt f(t) at 0, for an f that gives several numbers: rounding 1e-15.
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

/// d^2/ds dt f(s, t) at 0: rounding 1e-12.
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
