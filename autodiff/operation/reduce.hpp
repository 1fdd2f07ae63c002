#pragma once

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>

#include <limits>

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
  return sum(x, axes, keep) * (T(1) / count);
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

namespace detail {
/// The largest elements along the axes as constants, or 0 where they are infinite: what exp() may
/// subtract without overflow and without inf - inf.
template <class T> Variable<T> exp_offset(const Variable<T>& x, const Axes& axes) {
  const Variable<T> top = max(x.detach(), axes, KeepDims::yes);
  return where(abs(top) < Variable<T>(std::numeric_limits<T>::infinity()), top, T(0));
}
} // namespace detail

/// log sum exp, without overflow.
template <class T>
Variable<T> logsumexp(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no) {
  const Variable<T> top = detail::exp_offset(x, axes);
  const Variable<T> kept = top + log(sum(exp(x - top), axes, KeepDims::yes));
  return keep == KeepDims::yes ? kept : reshape(kept, detail::reduced("", x.shape(), axes).dropped);
}
template <class T> Variable<T> logsumexp(const Variable<T>& x) {
  return logsumexp(x, detail::all_axes(x.rank()));
}
/// exp(x) / sum exp(x) along the axes.
template <class T> Variable<T> softmax(const Variable<T>& x, const Axes& axes = -1) {
  const Variable<T> e = exp(x - detail::exp_offset(x, axes));
  return e / sum(e, axes, KeepDims::yes);
}
template <class T> Variable<T> log_softmax(const Variable<T>& x, const Axes& axes = -1) {
  return x - logsumexp(x, axes, KeepDims::yes);
}

} // namespace contractive
