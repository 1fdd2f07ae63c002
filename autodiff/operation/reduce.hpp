#pragma once

#include <contractive/autodiff/operation/elementwise.hpp>

/// Reductions over all or some axes. All throw ShapeError for an axis that does not exist or is
/// named twice.
namespace contractive {

/// Whether each reduced axis stays, with length 1.
enum class KeepDims { no, yes };

template <class T>
Variable<T> sum(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no);
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

/// log sum exp, without overflow.
template <class T>
Variable<T> logsumexp(const Variable<T>& x, const Axes& axes, KeepDims keep = KeepDims::no);
template <class T> Variable<T> logsumexp(const Variable<T>& x) {
  return logsumexp(x, detail::all_axes(x.rank()));
}
/// exp(x) / sum exp(x) along the axes.
template <class T> Variable<T> softmax(const Variable<T>& x, const Axes& axes = -1);
template <class T> Variable<T> log_softmax(const Variable<T>& x, const Axes& axes = -1) {
  return x - logsumexp(x, axes, KeepDims::yes);
}

} // namespace contractive
