#pragma once

#include <contractive/autodiff/operation/map.hpp>

/// Operations that move elements without computing. All throw ShapeError, naming the shapes, when
/// axes or lengths do not fit.
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

/// One range per leading axis; axes beyond the list are kept as they are. Throws for a step of 0.
template <class T> Variable<T> slice(const Variable<T>& x, const std::vector<Range>& ranges) {
  return detail::move(x, geometry::slice(x.shape(), ranges));
}
/// One range on one axis.
template <class T> Variable<T> slice(const Variable<T>& x, int axis, const Range& range) {
  return detail::move(x, geometry::slice(x.shape(), axis, range));
}
/// x[i]: row i of the first axis, which is dropped; negative ones count from the end. (x by value,
/// as in sum().)
template <class T> Variable<T> row(Variable<T> x, std::ptrdiff_t i) {
  const Variable<T> one = detail::move(x, geometry::row(x.shape(), i));
  return reshape(one, x.shape().last(x.rank() - 1));
}
/// x surrounded by `value`, one Padding per axis.
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

/// Elements by position along one axis. Indices of rank 1 pick the same positions everywhere, as
/// numpy's take does; indices of x's rank pick each element's own, as take_along_axis does.
/// Negative positions count from the end. Throws ShapeError for positions outside the axis.
template <class T> Variable<T> gather(const Variable<T>& x, const Indices& indices, int axis = 0) {
  return detail::move(x, geometry::gather(x.shape(), indices, axis));
}

} // namespace contractive
