#pragma once

#include <contractive/autodiff/elementwise.hpp>

#include <limits>
#include <numeric>

/// Reductions over all or some axes; `keep_dims` leaves each reduced axis with length 1.
/// All throw ShapeError for an axis that does not exist or is named twice.
namespace contractive {

/// What a reduction leaves of a shape: with the reduced axes of length 1, and without them.
struct Reduced {
  std::array<bool, Shape::max_rank> flags;
  Shape kept, dropped;
  std::size_t count = 1; ///< elements that become one
};
Reduced reduced(const char* operation, const Shape& shape, const Axes& axes);
/// 0, 1, ..., rank - 1
Axes all_axes(std::size_t rank);

template <class T> Variable<T> sum(const Variable<T>& x, const Axes& axes, bool keep_dims = false);
template <class T> Variable<T> sum(const Variable<T>& x) { return sum(x, all_axes(x.rank())); }

/// sum(square(x), axes) in one pass, whose derivative needs one more.
template <class T>
Variable<T> sum_of_squares(const Variable<T>& x, const Axes& axes, bool keep_dims = false);

template <class T>
Variable<T> mean(const Variable<T>& x, const Axes& axes, bool keep_dims = false) {
  const auto count = static_cast<T>(reduced("mean", x.shape(), axes).count);
  return sum(x, axes, keep_dims) * (T(1) / count);
}
template <class T> Variable<T> mean(const Variable<T>& x) { return mean(x, all_axes(x.rank())); }

/// The largest element; ties select the lowest index, for the derivative too. NaN wins.
/// Throws ShapeError when the reduced axes hold no element.
template <class T> Variable<T> max(const Variable<T>& x, const Axes& axes, bool keep_dims = false);
template <class T> Variable<T> max(const Variable<T>& x) { return max(x, all_axes(x.rank())); }
/// The index of the largest element along one axis, the lowest at ties.
template <class T> Indices argmax(const Array<T>& x, int axis, bool keep_dims = false);

/// The largest elements along the axes as constants, or 0 where they are infinite: what exp() may
/// subtract without overflow and without inf - inf.
template <class T> Variable<T> exp_offset(const Variable<T>& x, const Axes& axes) {
  const Variable<T> top = max(x.detach(), axes, true), infinity(std::numeric_limits<T>::infinity());
  return where(abs(top) < infinity, top, Variable<T>(T(0)));
}

/// log sum exp, without overflow.
template <class T>
Variable<T> logsumexp(const Variable<T>& x, const Axes& axes, bool keep_dims = false) {
  const Variable<T> top = exp_offset(x, axes);
  const Variable<T> result = top + log(sum(exp(x - top), axes, true));
  return keep_dims ? result : sum(result, axes); // of length 1: drops them
}
template <class T> Variable<T> logsumexp(const Variable<T>& x) {
  return logsumexp(x, all_axes(x.rank()));
}
/// exp(x) / sum exp(x) along the axes.
template <class T> Variable<T> softmax(const Variable<T>& x, const Axes& axes = -1) {
  const Variable<T> e = exp(x - exp_offset(x, axes));
  return e / sum(e, axes, true);
}
template <class T> Variable<T> log_softmax(const Variable<T>& x, const Axes& axes = -1) {
  return x - logsumexp(x, axes, true);
}

} // namespace contractive
