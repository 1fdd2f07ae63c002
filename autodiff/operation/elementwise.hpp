#pragma once

#include <contractive/autodiff/operation/arithmetic.hpp>

/// Elementwise functions of one operand. Where no kink is named, a function has derivatives of all
/// orders inside its domain. All throw TapeError on misused variables.
namespace contractive {

/// Its derivatives are itself, infinite where it overflows.
template <class T> Variable<T> exp(const Variable<T>& x);
/// At 0 it is -inf, and its derivative infinite. Below 0 it is NaN, but its derivative still 1 / x.
template <class T> Variable<T> log(const Variable<T>& x);
/// log(1 + x), accurate near 0. At -1 it is -inf, and its derivative infinite. Below -1 it is NaN,
/// but its derivative still 1 / (1 + x).
template <class T> Variable<T> log1p(const Variable<T>& x);
/// exp(x) - 1, accurate near 0; its derivative is exp(x).
template <class T> Variable<T> expm1(const Variable<T>& x);
/// Its derivative at 0 is infinite. Below 0 both are NaN.
template <class T> Variable<T> sqrt(const Variable<T>& x);
/// x^2.
// By value, as in sum().
template <class T> Variable<T> square(Variable<T> x);
/// |x|; its derivative is sign(x), at 0 too: 0.
template <class T> Variable<T> abs(const Variable<T>& x);
/// x^p, by square() for a p of 2. No derivative in p, so no logarithm. A negative x needs an
/// integer p, else it is NaN. At 0 the k-th derivative is infinite where p < k, unless p is one of
/// 0, 1, 2 ...: then those above the p-th are 0.
template <class T> Variable<T> pow(const Variable<T>& x, double p);
/// NaN for an infinite x, as their derivatives are.
template <class T> Variable<T> sin(const Variable<T>& x);
template <class T> Variable<T> cos(const Variable<T>& x);
/// Its derivative is 1 + tan(x)^2. No number is a pole: beside one, value and derivative are large
/// and finite. Both are NaN for an infinite x.
template <class T> Variable<T> tan(const Variable<T>& x);
/// Of [-1, 1], and NaN outside. At both ends the derivative is inf for asin, -inf for acos; those
/// of higher order are infinite or NaN.
template <class T> Variable<T> asin(const Variable<T>& x);
template <class T> Variable<T> acos(const Variable<T>& x);
/// Its derivatives are 0 where 1 / x^2 would be subnormal, so at both infinities too.
template <class T> Variable<T> atan(const Variable<T>& x);
/// Infinite where they overflow, as their derivatives are.
template <class T> Variable<T> sinh(const Variable<T>& x);
template <class T> Variable<T> cosh(const Variable<T>& x);
/// Its derivative is 1 - y^2 by its value y, so 0 where y is rounded to 1 or -1.
template <class T> Variable<T> tanh(const Variable<T>& x);
/// The logistic function 1 / (1 + exp(-x)). Its derivative is y (1 - y) by its value y, so 0 where
/// y is rounded to 1.
template <class T> Variable<T> sigmoid(const Variable<T>& x);
/// log(1 + exp(x)), without overflow; its derivative is sigmoid(x), 1 at inf and 0 at -inf.
template <class T> Variable<T> softplus(const Variable<T>& x);
/// 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x; its derivatives beyond +-30, and at
/// both infinities, are 0.
template <class T> Variable<T> erf(const Variable<T>& x);
/// 1 - erf(x), accurate where erf(x) is near 1; its derivatives are those of -erf(x).
template <class T> Variable<T> erfc(const Variable<T>& x);

/// -1, 0 or 1, as x is below, at or above 0; NaN of NaN. Recorded with the derivative 0 everywhere.
template <class T> Variable<T> sign(const Variable<T>& x);
/// The largest integer that is not above x. Recorded with the derivative 0, at its steps too.
template <class T> Variable<T> floor(const Variable<T>& x);
/// The nearest integer, the even one of two. Recorded with the derivative 0, at its steps too.
template <class T> Variable<T> round(const Variable<T>& x);

/// x where x > 0, else 0; its derivative at 0 is 0. A NaN stays, in the derivative too.
template <class T> Variable<T> relu(const Variable<T>& x);
/// x where x > 0, else slope * x; its derivative at 0 is the slope. A NaN stays, in the derivative
/// too.
template <class T> Variable<T> leaky_relu(const Variable<T>& x, double slope = 0.01);
/// x where x > 0, else alpha (exp(x) - 1); its derivative at 0 is alpha, that from below. Clevert
/// et al., ICLR 2016.
template <class T> Variable<T> elu(const Variable<T>& x, double alpha = 1) {
  const Variable<T> zero(T(0)); // the minimum keeps a large x, not selected, from overflowing
  return where(x > zero, x, static_cast<T>(alpha) * expm1(minimum(x, zero)));
}
/// x limited to [low, high]; the derivative is 1 inside and at both ends, 0 outside. NaN stays,
/// with the derivative 1. Throws Error unless low <= high.
template <class T> Variable<T> clip(const Variable<T>& x, double low, double high) {
  if (!(low <= high))
    throw Error("clip: limits ", low, " and ", high, "; expected low <= high");
  return minimum(maximum(x, Variable<T>(static_cast<T>(low))), Variable<T>(static_cast<T>(high)));
}

namespace detail {
/// x gate(x), for a gate that is 0 below -1000 and 1 above 1000: there inf * 0 would be NaN.
template <class T, class Gate> Variable<T> gated(const Variable<T>& x, const Gate& gate) {
  const Variable<T> z = clip(x, -1000, 1000);
  return where(x > T(1000), x, z * gate(z));
}
} // namespace detail
/// x Phi(x) with the exact normal distribution function; its derivative is 0 at -inf and 1 at inf.
/// Hendrycks, Gimpel 2016.
template <class T> Variable<T> gelu(const Variable<T>& x) {
  return detail::gated(
      x, [](const Variable<T>& z) { return T(0.5) * (T(1) + erf(z * T(0.70710678118654752))); });
}
/// x sigmoid(x), also called swish; its derivative is 0 at -inf and 1 at inf.
template <class T> Variable<T> silu(const Variable<T>& x) {
  return detail::gated(x, [](const Variable<T>& z) { return sigmoid(z); });
}
} // namespace contractive
