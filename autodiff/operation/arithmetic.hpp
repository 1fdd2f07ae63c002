#pragma once

#include <contractive/autodiff/tape/variable.hpp>

/// Elementwise operations of two operands, which broadcast by numpy's rules; either of them may be
/// an Array or a number. All throw ShapeError when shapes do not broadcast, TapeError on misused
/// variables.
namespace contractive {
namespace detail {
template <class T> struct Same { using type = T; };
/// What converts to a Variable<T>, where another argument has decided T.
template <class T> using Like = typename Same<Variable<T>>::type;
} // namespace detail

/// a + b, a - b and a b; also as operators.
template <class T> Variable<T> add(const Variable<T>& a, const Variable<T>& b);
template <class T> Variable<T> subtract(const Variable<T>& a, const Variable<T>& b);
template <class T> Variable<T> multiply(const Variable<T>& a, const Variable<T>& b);
/// a / b, also as an operator. Where b = 0, value and derivatives are what division by 0 gives:
/// infinite, or NaN.
template <class T> Variable<T> divide(const Variable<T>& a, const Variable<T>& b);
/// -x, also as an operator.
template <class T> Variable<T> negate(const Variable<T>& x);
/// a^b; a negative base needs an integer exponent, else it is NaN. The derivative in b, a^b log a,
/// is NaN for a negative base; at a = 0 it is taken as 0 where b >= 0, and is NaN where b < 0. That
/// in a at 0 is b 0^(b - 1), infinite where b < 1 and not 0; where b = 0, it is 0.
template <class T> Variable<T> pow(const Variable<T>& a, const Variable<T>& b);
/// The angle of the point (x, y), in [-pi, pi]. At y = 0 and x < 0 the sign of the zero tells which
/// end; the derivative is the same at both. At the origin it is 0, and NaN for an infinite operand.
template <class T> Variable<T> atan2(const Variable<T>& y, const Variable<T>& x);
/// The larger of both; at a tie the first operand is selected, for the derivative too. NaN wins.
template <class T> Variable<T> maximum(const Variable<T>& a, const Variable<T>& b);
/// The smaller of both; at a tie the first operand is selected, for the derivative too. NaN wins.
template <class T> Variable<T> minimum(const Variable<T>& a, const Variable<T>& b);
/// a where the mask is true, else b: selects, so an infinite or NaN value on the other side does no
/// harm. An infinite slope there does: where(x > 0, sqrt(x), 0) has the gradient 0 * inf = NaN at
/// x = 0, since sqrt's own rule meets a cotangent of 0. Keep the argument away from the pole as
/// well: where(x > 0, sqrt(where(x > 0, x, 1)), 0).
template <class T> Variable<T> where(const Mask& mask, const Variable<T>& a, const Variable<T>& b);

/// Comparisons, also as operators, give plain masks: no derivative passes through them. With a NaN,
/// only not_equal is true.
template <class T> Mask less(const Array<T>& a, const Array<T>& b);
template <class T> Mask less_equal(const Array<T>& a, const Array<T>& b);
template <class T> Mask equal(const Array<T>& a, const Array<T>& b);
template <class T> Mask not_equal(const Array<T>& a, const Array<T>& b);
/// Of masks, which broadcast as operands do.
Mask logical_not(const Mask& mask);
Mask logical_and(const Mask& a, const Mask& b);
Mask logical_or(const Mask& a, const Mask& b);

/// The same with an Array or a number on one side.
// clang-format off
template <class T> Variable<T> add(const Variable<T>& a, const detail::Like<T>& b) { return add<T>(a, b); }
template <class T> Variable<T> add(const detail::Like<T>& a, const Variable<T>& b) { return add<T>(a, b); }
template <class T> Variable<T> subtract(const Variable<T>& a, const detail::Like<T>& b) { return subtract<T>(a, b); }
template <class T> Variable<T> subtract(const detail::Like<T>& a, const Variable<T>& b) { return subtract<T>(a, b); }
template <class T> Variable<T> multiply(const Variable<T>& a, const detail::Like<T>& b) { return multiply<T>(a, b); }
template <class T> Variable<T> multiply(const detail::Like<T>& a, const Variable<T>& b) { return multiply<T>(a, b); }
template <class T> Variable<T> divide(const Variable<T>& a, const detail::Like<T>& b) { return divide<T>(a, b); }
template <class T> Variable<T> divide(const detail::Like<T>& a, const Variable<T>& b) { return divide<T>(a, b); }
template <class T> Variable<T> pow(const Variable<T>& a, const detail::Like<T>& b) { return pow<T>(a, b); }
template <class T> Variable<T> pow(const detail::Like<T>& a, const Variable<T>& b) { return pow<T>(a, b); }
template <class T> Variable<T> atan2(const Variable<T>& y, const detail::Like<T>& x) { return atan2<T>(y, x); }
template <class T> Variable<T> atan2(const detail::Like<T>& y, const Variable<T>& x) { return atan2<T>(y, x); }
template <class T> Variable<T> maximum(const Variable<T>& a, const detail::Like<T>& b) { return maximum<T>(a, b); }
template <class T> Variable<T> maximum(const detail::Like<T>& a, const Variable<T>& b) { return maximum<T>(a, b); }
template <class T> Variable<T> minimum(const Variable<T>& a, const detail::Like<T>& b) { return minimum<T>(a, b); }
template <class T> Variable<T> minimum(const detail::Like<T>& a, const Variable<T>& b) { return minimum<T>(a, b); }
template <class T> Variable<T> where(const Mask& mask, const Variable<T>& a, const detail::Like<T>& b) { return where<T>(mask, a, b); }
template <class T> Variable<T> where(const Mask& mask, const detail::Like<T>& a, const Variable<T>& b) { return where<T>(mask, a, b); }
// clang-format on

} // namespace contractive
