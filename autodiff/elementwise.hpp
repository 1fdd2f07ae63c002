#pragma once

#include <contractive/autodiff/variable.hpp>

/// Elementwise operations. Operands of different shapes broadcast by numpy's rules; any operand may
/// be a scalar. All throw ShapeError when shapes do not broadcast, TapeError on misused variables.
namespace contractive {

template <class T> Variable<T> add(const Variable<T>& a, const Variable<T>& b);
template <class T> Variable<T> subtract(const Variable<T>& a, const Variable<T>& b);
template <class T> Variable<T> multiply(const Variable<T>& a, const Variable<T>& b);
template <class T> Variable<T> divide(const Variable<T>& a, const Variable<T>& b);
/// a^b. The derivative in b at a = 0 is taken as 0; a negative base needs an integer exponent.
template <class T> Variable<T> power(const Variable<T>& a, const Variable<T>& b);
/// The larger of both; at a tie the first operand is selected, for the derivative too. NaN wins.
template <class T> Variable<T> maximum(const Variable<T>& a, const Variable<T>& b);
/// The smaller of both; at a tie the first operand is selected, for the derivative too. NaN wins.
template <class T> Variable<T> minimum(const Variable<T>& a, const Variable<T>& b);
/// a where the mask is true, else b: selects, so an infinity on the other side does no harm.
template <class T> Variable<T> where(const Mask& mask, const Variable<T>& a, const Variable<T>& b);

template <class T> Variable<T> negate(const Variable<T>& x);
template <class T> Variable<T> exp(const Variable<T>& x);
template <class T> Variable<T> log(const Variable<T>& x);
/// log(1 + x), accurate near 0.
template <class T> Variable<T> log1p(const Variable<T>& x);
/// exp(x) - 1, accurate near 0.
template <class T> Variable<T> expm1(const Variable<T>& x);
template <class T> Variable<T> sqrt(const Variable<T>& x);
template <class T> Variable<T> square(const Variable<T>& x);
/// |x|; its derivative at 0 is 0.
template <class T> Variable<T> abs(const Variable<T>& x);
template <class T> Variable<T> sin(const Variable<T>& x);
template <class T> Variable<T> cos(const Variable<T>& x);
template <class T> Variable<T> tanh(const Variable<T>& x);
/// The logistic function 1 / (1 + exp(-x)).
template <class T> Variable<T> sigmoid(const Variable<T>& x);
/// log(1 + exp(x)), without overflow.
template <class T> Variable<T> softplus(const Variable<T>& x);
template <class T> Variable<T> erf(const Variable<T>& x);
/// Comparisons give plain masks: no derivative passes through them.
template <class T> Mask less(const Array<T>& a, const Array<T>& b);
template <class T> Mask less_equal(const Array<T>& a, const Array<T>& b);
template <class T> Mask equal(const Array<T>& a, const Array<T>& b);
Mask logical_not(const Mask& mask);

/// x where x > 0, else 0; its derivative at 0 is 0.
template <class T> Variable<T> relu(const Variable<T>& x) {
  const Variable<T> zero(T(0));
  return where(x > zero, x, zero);
}
/// x where x > 0, else slope * x; its derivative at 0 is the slope.
template <class T> Variable<T> leaky_relu(const Variable<T>& x, T slope = T(0.01)) {
  return where(x > Variable<T>(T(0)), x, slope * x);
}
/// x where x > 0, else alpha (exp(x) - 1). Clevert et al., ICLR 2016. The minimum keeps the
/// exponential of a large x, which is not selected, from overflowing.
template <class T> Variable<T> elu(const Variable<T>& x, T alpha = T(1)) {
  const Variable<T> zero(T(0));
  return where(x > zero, x, alpha * expm1(minimum(x, zero)));
}
/// x Phi(x) with the exact normal distribution function. Hendrycks, Gimpel 2016.
template <class T> Variable<T> gelu(const Variable<T>& x) {
  return x * (T(0.5) * (T(1) + erf(x * T(0.70710678118654752))));
}
/// x sigmoid(x), also called swish.
template <class T> Variable<T> silu(const Variable<T>& x) { return x * sigmoid(x); }
/// x limited to [low, high]; the derivative is 1 inside and at both ends. Throws if low > high.
template <class T> Variable<T> clip(const Variable<T>& x, T low, T high) {
  if (!(low <= high))
    throw Error(text("clip: limits ", low, " and ", high, "; expected low <= high"));
  return minimum(maximum(x, Variable<T>(low)), Variable<T>(high));
}

} // namespace contractive
