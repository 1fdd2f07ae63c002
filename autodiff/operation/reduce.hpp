#pragma once

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>

/// Reductions over all or some axes: `axes` is a list, one axis as an int, or left out, which
/// stands for all of them. All throw ShapeError for an axis that does not exist or is named twice.
namespace contractive {

/// Whether each reduced axis stays, with length 1.
enum class KeepDims { no, yes };

namespace detail {
/// One axis as a plain int: neither a number nor a truth value by mistake.
template <class I> using if_axis = std::enable_if_t<std::is_same_v<I, int>, int>;
} // namespace detail

// What every reduction takes.
// Variables and axes by value, and each kind of axes apart: so they fit better than functions of
// the same names that take anything, as xtensor's do, where both namespaces are in use.
// NOLINTBEGIN(performance-unnecessary-value-param, bugprone-macro-parentheses)
// clang-format off
#define CONTRACTIVE_REDUCTION(f) \
  template <class T> Variable<T> f(Variable<T> x, Axes axes, KeepDims keep = KeepDims::no); \
  template <class T, class I, detail::if_axis<I> = 0> Variable<T> f(Variable<T> x, I axis, KeepDims keep = KeepDims::no) { return f(x, Axes(axis), keep); } \
  template <class T> Variable<T> f(Variable<T> x, std::initializer_list<int> axes, KeepDims keep = KeepDims::no) { return f(x, Axes(axes), keep); } \
  template <class T> Variable<T> f(Variable<T> x) { return f(x, detail::all_axes(x.rank())); }
// clang-format on

/// The sum; of no elements, 0.
CONTRACTIVE_REDUCTION(sum)
/// The mean; of no elements, NaN.
CONTRACTIVE_REDUCTION(mean)
/// The product; of no elements, 1. By halves, so that its derivatives are right where elements are
/// 0: in each element, the product of the others.
CONTRACTIVE_REDUCTION(prod)
/// sum(square(x), axes) in one pass, whose derivative 2 x dx needs one more.
CONTRACTIVE_REDUCTION(sum_of_squares)
/// sqrt(sum_of_squares(x)), without overflow; where it is 0, so are its derivatives. In an
/// infinite element, the derivative is NaN.
CONTRACTIVE_REDUCTION(norm)
/// The mean square of what x differs from its mean by; of no elements, NaN.
CONTRACTIVE_REDUCTION(var)
/// The root of var(x), NaN where that is; where it is 0, so are its derivatives. (numpy's std,
/// whose name is a namespace here.)
CONTRACTIVE_REDUCTION(stddev)
/// The largest, and the smallest element; ties select the lowest index, for the derivative too. NaN
/// wins. Throw ShapeError when the reduced axes hold no element.
CONTRACTIVE_REDUCTION(max)
CONTRACTIVE_REDUCTION(min)
/// log sum exp, without overflow. Its derivative is softmax(x), to which largest elements that are
/// infinite, all of them -inf too, give equal parts. Throws ShapeError as max does.
CONTRACTIVE_REDUCTION(logsumexp)
#undef CONTRACTIVE_REDUCTION
// NOLINTEND(performance-unnecessary-value-param, bugprone-macro-parentheses)

/// The sums of the elements up to each one along an axis.
template <class T> Variable<T> cumsum(Variable<T> x, int axis);

/// The sum of each matrix' diagonal: (..., m, n) -> (...).
template <class T> Variable<T> trace(const Variable<T>& x) { return sum(diagonal(x), -1); }
/// <a, b> along the last axes, whose lengths must agree; those in front broadcast.
template <class T> Variable<T> dot(const Variable<T>& a, const Variable<T>& b);

/// The index of the largest, and of the smallest element along one axis, the lowest at ties; the
/// first NaN, where there is one. No derivative passes through them. Throw ShapeError for an axis
/// of length 0.
template <class T> Indices argmax(const Array<T>& x, int axis, KeepDims keep = KeepDims::no);
template <class T> Indices argmax(const Variable<T>& x, int axis, KeepDims keep = KeepDims::no) {
  return argmax(x.value(), axis, keep);
}
template <class T> Indices argmin(const Variable<T>& x, int axis, KeepDims keep = KeepDims::no) {
  return argmax(negate(x.detach()), axis, keep);
}
/// The same of all elements, row-major: a scalar.
template <class T> Indices argmax(const Variable<T>& x) {
  return argmax(x.value().reshaped({x.size()}), 0);
}
template <class T> Indices argmin(const Variable<T>& x) { return argmax(negate(x.detach())); }

namespace detail {
/// x - max x along the axes, with the maxima as constants: what exp() takes without overflow. The
/// largest element itself gives 0, also where it is infinite. Errors name the operation.
template <class T>
Variable<T> below_max(const char* operation, const Variable<T>& x, const Axes& axes);
} // namespace detail

/// exp(x) / sum exp(x) along the axes, without overflow: largest elements that are infinite, all of
/// them -inf too, have equal parts. Throws ShapeError as max does.
template <class T> Variable<T> softmax(const Variable<T>& x, const Axes& axes = -1) {
  const Variable<T> e = exp(detail::below_max("softmax", x, axes));
  return e / sum(e, axes, KeepDims::yes);
}
/// log(softmax(x)), accurate where that is near 0 or 1. Throws ShapeError as max does.
template <class T> Variable<T> log_softmax(const Variable<T>& x, const Axes& axes = -1) {
  const Variable<T> shifted = detail::below_max("log_softmax", x, axes);
  return shifted - log(sum(exp(shifted), axes, KeepDims::yes));
}

} // namespace contractive
