#pragma once

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>

/// Reductions over all or some axes. All throw ShapeError for an axis that does not exist or is
/// named twice.
namespace contractive {

/// Whether each reduced axis stays, with length 1.
enum class KeepDims { no, yes };

namespace detail {
/// The sum over the axes as the operation of this name.
template <class T>
Variable<T> total(const char* operation, const Variable<T>& x, const Reduced& to, KeepDims keep) {
  const Variable<T> kept = move_back(x, geometry::Broadcast{to.kept, x.shape(), operation});
  return keep == KeepDims::yes ? kept : reshape(kept, to.dropped);
}
/// One axis as a plain int: neither a number nor a truth value by mistake.
template <class I> using if_axis = std::enable_if_t<std::is_same_v<I, int>, int>;
} // namespace detail

// Variables and axes by value, and each kind of axes apart: so they fit better than functions of
// the same names that take anything, as xtensor's do, where both namespaces are in use.
// NOLINTBEGIN(performance-unnecessary-value-param)
template <class T> Variable<T> sum(Variable<T> x, Axes axes, KeepDims keep = KeepDims::no) {
  return detail::total("sum", x, detail::reduced("sum", x.shape(), axes), keep);
}
template <class T> Variable<T> sum(Variable<T> x) { return sum(x, detail::all_axes(x.rank())); }

template <class T> Variable<T> mean(Variable<T> x, Axes axes, KeepDims keep = KeepDims::no) {
  const detail::Reduced to = detail::reduced("mean", x.shape(), axes);
  return detail::total("mean", x, to, keep) / static_cast<T>(to.count);
}
template <class T> Variable<T> mean(Variable<T> x) { return mean(x, detail::all_axes(x.rank())); }
// NOLINTEND(performance-unnecessary-value-param)

// clang-format off
template <class T, class I, detail::if_axis<I> = 0> Variable<T> sum(Variable<T> x, I axis, KeepDims keep = KeepDims::no) { return sum(x, Axes(axis), keep); }
template <class T, class I, detail::if_axis<I> = 0> Variable<T> mean(Variable<T> x, I axis, KeepDims keep = KeepDims::no) { return mean(x, Axes(axis), keep); }
template <class T> Variable<T> sum(Variable<T> x, std::initializer_list<int> axes, KeepDims keep = KeepDims::no) { return sum(x, Axes(axes), keep); }
template <class T> Variable<T> mean(Variable<T> x, std::initializer_list<int> axes, KeepDims keep = KeepDims::no) { return mean(x, Axes(axes), keep); }
// clang-format on

/// sum(square(x), axes) in one pass, whose derivative 2 x dx needs one more.
template <class T>
Variable<T> sum_of_squares(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no);

/// The largest element; ties select the lowest index, for the derivative too. NaN wins.
/// Throws ShapeError when the reduced axes hold no element.
template <class T>
Variable<T> max(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no);
template <class T> Variable<T> max(const Variable<T>& x) {
  return max(x, detail::all_axes(x.rank()));
}
/// The index of the largest element along one axis, the lowest at ties.
template <class T> Indices argmax(const Array<T>& x, int axis, KeepDims keep = KeepDims::no);
template <class T> Indices argmax(const Variable<T>& x, int axis, KeepDims keep = KeepDims::no) {
  return argmax(x.value(), axis, keep);
}
/// Of all elements, row-major: a scalar.
template <class T> Indices argmax(const Variable<T>& x) {
  return argmax(x.value().reshaped({x.size()}), 0);
}

namespace detail {
/// x - max x along the axes, with the maxima as constants: what exp() takes without overflow. The
/// largest element itself gives 0, also where it is infinite. Errors name the operation.
template <class T>
Variable<T> below_max(const char* operation, const Variable<T>& x, const Axes& axes);
} // namespace detail

/// log sum exp, without overflow.
template <class T>
Variable<T> logsumexp(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no) {
  const Variable<T> e = exp(detail::below_max("logsumexp", x, axes));
  return max(x.detach(), axes, keep) + log(sum(e, axes, keep));
}
template <class T> Variable<T> logsumexp(const Variable<T>& x) {
  return logsumexp(x, detail::all_axes(x.rank()));
}
/// exp(x) / sum exp(x) along the axes.
template <class T> Variable<T> softmax(const Variable<T>& x, const Axes& axes = -1) {
  const Variable<T> e = exp(detail::below_max("softmax", x, axes));
  return e / sum(e, axes, KeepDims::yes);
}
template <class T> Variable<T> log_softmax(const Variable<T>& x, const Axes& axes = -1) {
  const Variable<T> shifted = detail::below_max("log_softmax", x, axes);
  return shifted - log(sum(exp(shifted), axes, KeepDims::yes));
}

} // namespace contractive
