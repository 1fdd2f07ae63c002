#pragma once

#include <contractive/autodiff/operation/move.hpp>

#include <limits>

/// Reductions over all or some axes; `keep_dims` leaves each reduced axis with length 1.
/// All throw ShapeError for an axis that does not exist or is named twice.
namespace contractive {

template <class T> Variable<T> sum(const Variable<T>& x, const Axes& axes, bool keep_dims = false) {
  const Reduced to = reduced("sum", x.shape(), axes);
  const Variable<T> result = moved(x, Repetition{to.kept, x.shape()}, true);
  return keep_dims ? result : reshape(result, to.dropped);
}
template <class T> Variable<T> sum(const Variable<T>& x) { return sum(x, all_axes(x.rank())); }

/// sum(square(x), axes) in one pass, whose derivative 2 x dx needs one more.
template <class T>
Variable<T> sum_of_squares(const Variable<T>& x, const Axes& axes, bool keep_dims = false) {
  const Reduced to = reduced("sum_of_squares", x.shape(), axes);
  const auto rule = [x, to] {
    const Move<T, Repetition> repeat{{to.kept, x.shape()}};
    return Custom<T>{"sum of squares", x.shape(), to.kept,
                     [=](const Variable<T>& t) { return repeat.transpose().apply(t * (T(2) * x)); },
                     [=](const Variable<T>& g) { return (T(2) * g) * x; }};
  };
  const Variable<T> result =
      record("sum_of_squares", kernel::sum(x.value(), to.flags, &x.value()), wrt(x, rule));
  return keep_dims ? result : reshape(result, to.dropped);
}

template <class T>
Variable<T> mean(const Variable<T>& x, const Axes& axes, bool keep_dims = false) {
  const auto count = static_cast<T>(reduced("mean", x.shape(), axes).count);
  return sum(x, axes, keep_dims) * (T(1) / count);
}
template <class T> Variable<T> mean(const Variable<T>& x) { return mean(x, all_axes(x.rank())); }

/// The largest element; ties select the lowest index, for the derivative too. NaN wins.
/// Throws ShapeError when the reduced axes hold no element. The reduced axes go last and become
/// one; the maximum is then a gather at its position.
template <class T> Variable<T> max(const Variable<T>& x, const Axes& axes, bool keep_dims = false) {
  const Reduced to = reduced("max", x.shape(), axes, true);
  std::vector<int> order;
  for (const bool flagged : {false, true})
    for (std::size_t axis = 0; axis < x.rank(); ++axis)
      if (to.flags[axis] == flagged)
        order.push_back(static_cast<int>(axis));
  const bool single = axes.size() == 1;
  const std::size_t at = single ? resolve_axis("max", *axes.begin(), x.rank()) : to.dropped.rank();
  const Variable<T> rows = single ? x : reshape(permute(x, order), to.dropped + Shape{to.count});
  const Variable<T> top = gather(rows, kernel::argmax(rows.value(), at), static_cast<int>(at));
  return reshape(top, keep_dims ? to.kept : to.dropped);
}
template <class T> Variable<T> max(const Variable<T>& x) { return max(x, all_axes(x.rank())); }
/// The index of the largest element along one axis, the lowest at ties.
template <class T> Indices argmax(const Array<T>& x, int axis, bool keep_dims = false) {
  const Reduced to = reduced("argmax", x.shape(), axis, true);
  return kernel::argmax(x, resolve_axis("argmax", axis, x.rank()))
      .reshaped(keep_dims ? to.kept : to.dropped);
}

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
