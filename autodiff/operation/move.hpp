#pragma once

#include <contractive/autodiff/operation/map.hpp>

/// Operations that move elements without computing. Tangents move as elements do, and cotangents
/// back: those of an element that was taken several times add up, and that of one not taken is 0.
/// All throw ShapeError, naming the shapes, when axes or lengths do not fit.
namespace contractive {

/// The same elements, row-major, under another shape; one axis may be `Shape::infer`.
template <class T> Variable<T> reshape(const Variable<T>& x, const Shape& shape) {
  return detail::move(x, geometry::reshape(x.shape(), shape));
}
/// Axis i of the result is axis axes[i] of x.
template <class T> Variable<T> permute(const Variable<T>& x, const Axes& axes) {
  return detail::move(x, geometry::permute(x.shape(), axes));
}
/// The last two axes swapped. As an operand of matmul, prefer its flag, which copies nothing.
template <class T> Variable<T> transposed(const Variable<T>& x) {
  return detail::move(x, geometry::transpose(x.shape()));
}
/// x repeated to `shape` by numpy's rules.
template <class T> Variable<T> broadcast_to(const Variable<T>& x, const Shape& shape) {
  return detail::move(x, geometry::broadcast(x.shape(), shape));
}
/// Without the axes of length 1, or without that one.
template <class T> Variable<T> squeeze(Variable<T> x);
template <class T> Variable<T> squeeze(Variable<T> x, int axis);
/// With one more axis of length 1, at this place in the result.
template <class T> Variable<T> expand_dims(Variable<T> x, int axis);

/// One range per leading axis; axes beyond the list are kept as they are. Throws for a step of 0.
template <class T> Variable<T> slice(const Variable<T>& x, const std::vector<Range>& ranges) {
  return detail::move(x, geometry::slice(x.shape(), ranges));
}
/// One range on one axis.
template <class T> Variable<T> slice(const Variable<T>& x, int axis, const Range& range) {
  return detail::move(x, geometry::slice(x.shape(), axis, range));
}
/// x[i]: row i of the first axis, which is dropped; negative ones count from the end.
// By value, as in sum().
template <class T> Variable<T> row(Variable<T> x, std::ptrdiff_t i) {
  const Variable<T> one = detail::move(x, geometry::row(x.shape(), i));
  return reshape(one, x.shape().last(x.rank() - 1));
}
/// x surrounded by `value`, a constant; one Padding per axis.
template <class T>
Variable<T> pad(const Variable<T>& x, const std::vector<Padding>& paddings, T value = T(0));

/// Joined along an existing axis; the other axes must agree.
template <class T> Variable<T> concatenate(const std::vector<Variable<T>>& parts, int axis = 0);
template <class T> Variable<T> concatenate(std::initializer_list<Variable<T>> parts, int axis = 0) {
  return concatenate(std::vector<Variable<T>>(parts), axis);
}
/// Joined along a new axis; all shapes must agree.
template <class T> Variable<T> stack(const std::vector<Variable<T>>& parts, int axis = 0);
template <class T> Variable<T> stack(std::initializer_list<Variable<T>> parts, int axis = 0) {
  return stack(std::vector<Variable<T>>(parts), axis);
}
/// As many equal parts along an axis. Throws ShapeError where they cannot be equal.
template <class T> std::vector<Variable<T>> split(Variable<T> x, int parts, int axis = 0);
/// In the opposite order along an axis.
template <class T> Variable<T> flip(Variable<T> x, int axis) {
  return slice(x, axis, {{}, {}, -1});
}

/// Of each matrix (the last two axes): what is not above, or not below, the k-th diagonal above the
/// main one; the rest is 0.
template <class T> Variable<T> tril(Variable<T> x, int k = 0);
template <class T> Variable<T> triu(Variable<T> x, int k = 0);
/// Of each matrix (..., m, n), the k-th diagonal above the main one.
template <class T> Variable<T> diagonal(Variable<T> x, int k = 0);

/// Elements by position along one axis. Indices of rank 1 pick the same positions everywhere, as
/// numpy's take does; indices of x's rank pick each element's own, as take_along_axis does.
/// Negative positions count from the end. What positions named twice get back adds up. Throws
/// ShapeError for positions outside the axis.
template <class T> Variable<T> gather(const Variable<T>& x, const Indices& indices, int axis = 0) {
  return detail::move(x, geometry::gather(x.shape(), indices, axis));
}
/// x with the elements of y, which broadcasts, added where gather() would take them from; those at
/// one position add up. The derivative in x is the identity, that in y gather().
template <class T>
Variable<T> scatter_add(const Variable<T>& x, const Indices& indices, const detail::Like<T>& y,
                        int axis = 0) {
  const geometry::Gather at = geometry::gather(x.shape(), indices, axis);
  return x + detail::move_back(broadcast_to<T>(y, at.after), at);
}
/// 1 at each index on a new last axis of this length, else 0: `one_hot<float>(labels, 10)`. A
/// constant.
template <class T> Array<T> one_hot(const Indices& indices, std::size_t length);

} // namespace contractive
