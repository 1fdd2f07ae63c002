#pragma once

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>

/// Reductions over all or some axes. All throw ShapeError for an axis that does not exist or is
/// named twice.
namespace contractive {

/// Whether each reduced axis stays, with length 1.
enum class KeepDims { no, yes };

template <class T>
Variable<T> sum(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no) {
  const detail::Reduced to = detail::reduced("sum", x.shape(), axes);
  const Variable<T> kept = detail::move_back(x, geometry::Broadcast{to.kept, x.shape()});
  return keep == KeepDims::yes ? kept : reshape(kept, to.dropped);
}
template <class T> Variable<T> sum(const Variable<T>& x) {
  return sum(x, detail::all_axes(x.rank()));
}

/// sum(square(x), axes) in one pass, whose derivative 2 x dx needs one more.
template <class T>
Variable<T> sum_of_squares(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no);

template <class T>
Variable<T> mean(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no) {
  const auto count = static_cast<T>(detail::reduced("mean", x.shape(), axes).count);
  return sum(x, axes, keep) / count;
}
template <class T> Variable<T> mean(const Variable<T>& x) {
  return mean(x, detail::all_axes(x.rank()));
}

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
/// largest element itself gives 0, also where it is infinite.
template <class T> Variable<T> below_max(const Variable<T>& x, const Array<T>& top);
} // namespace detail

/// log sum exp, without overflow.
template <class T>
Variable<T> logsumexp(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no) {
  const Variable<T> top = max(x.detach(), axes, KeepDims::yes);
  const Variable<T> e = exp(detail::below_max(x, top.value()));
  const Variable<T> kept = top + log(sum(e, axes, KeepDims::yes));
  return keep == KeepDims::yes ? kept : reshape(kept, detail::reduced("", x.shape(), axes).dropped);
}
template <class T> Variable<T> logsumexp(const Variable<T>& x) {
  return logsumexp(x, detail::all_axes(x.rank()));
}
/// exp(x) / sum exp(x) along the axes.
template <class T> Variable<T> softmax(const Variable<T>& x, const Axes& axes = -1) {
  const Variable<T> e = exp(detail::below_max(x, max(x.detach(), axes, KeepDims::yes).value()));
  return e / sum(e, axes, KeepDims::yes);
}
template <class T> Variable<T> log_softmax(const Variable<T>& x, const Axes& axes = -1) {
  const Variable<T> shifted = detail::below_max(x, max(x.detach(), axes, KeepDims::yes).value());
  return shifted - log(sum(exp(shifted), axes, KeepDims::yes));
}

} // namespace contractive
