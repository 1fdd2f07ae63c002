#pragma once

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/tape/tape.hpp>

/// Operations that move elements without computing. All throw ShapeError, naming the shapes, when
/// axes or lengths do not fit.
namespace contractive {

// A linear operation's derivative is the map itself.
template <class T, class Geometry>
Variable<T> Move<T, Geometry>::apply(const Variable<T>& t) const {
  return record(name(), kernel::move(geometry, t.value(), back),
                wrt(t, [map = *this] { return map; }));
}
/// x moved as the geometry says, or by its transpose; x itself where that changes nothing.
template <class T, class Geometry>
Variable<T> moved(const Variable<T>& x, const Geometry& geometry, bool back = false) {
  return geometry.trivial() ? x : Move<T, Geometry>{geometry, back}.apply(x);
}

/// The same elements, row-major, under another shape; one axis may be `infer`.
template <class T> Variable<T> reshape(const Variable<T>& x, const Shape& shape) {
  return moved(x, reshaping(x.shape(), shape));
}
/// Axis i of the result is axis axes[i] of x.
template <class T> Variable<T> permute(const Variable<T>& x, const Axes& axes) {
  return moved(x, permutation(x.shape(), axes));
}
/// The last two axes swapped. As an operand of matmul, prefer its flag, which copies nothing.
template <class T> Variable<T> transposed(const Variable<T>& x) {
  if (x.rank() < 2)
    throw ShapeError(text("transposed: shape ", x.shape(), "; expected at least two axes"));
  return moved(x, Permutation{{1, 0}});
}
/// x repeated to `shape` by numpy's rules.
template <class T> Variable<T> broadcast_to(const Variable<T>& x, const Shape& shape) {
  return moved(x, repetition(x.shape(), shape));
}

/// One range per leading axis; axes beyond the list are kept whole. Throws for a step of 0.
template <class T> Variable<T> slice(const Variable<T>& x, const std::vector<Range>& ranges) {
  return moved(x, cutting(x.shape(), ranges));
}
/// One range on one axis.
template <class T> Variable<T> slice(const Variable<T>& x, int axis, const Range& range) {
  Cut cut = whole(x.shape());
  cut_axis(cut, resolve_axis("slice", axis, x.rank()), range);
  return moved(x, cut);
}
/// x surrounded by `value`, one Padding per axis.
template <class T>
Variable<T> pad(const Variable<T>& x, const std::vector<Padding>& paddings, T value = T(0)) {
  const Cut cut = padding(x.shape(), paddings);
  const Variable<T> among_zeros = moved(x, cut, true);
  if (value == T(0))
    return among_zeros;
  const Array<T> inside = kernel::move(cut, Array<T>::ones(x.shape()), true);
  return where(equal<T>(inside, T(1)), among_zeros, Variable<T>(value));
}

/// Joined along an existing axis; the other axes must agree.
template <class T> Variable<T> concatenate(const std::vector<Variable<T>>& parts, int axis = 0) {
  std::vector<Shape> shapes;
  std::vector<Array<T>> values;
  for (const Variable<T>& part : parts) {
    shapes.push_back(part.shape());
    values.push_back(part.value());
  }
  const auto [at, cuts] = joining(shapes, axis);
  const auto rule = [](const Cut& cut) { return [map = Move<T, Cut>{cut, true}] { return map; }; };
  std::vector<Operand<T, decltype(rule(cuts[0]))>> operands;
  for (std::size_t i = 0; i < parts.size(); ++i)
    operands.push_back(wrt(parts[i], rule(cuts[i])));
  return record("concatenate", kernel::concatenate(cuts[0].whole, values, at), std::move(operands));
}
/// Joined along a new axis; all shapes must agree.
template <class T> Variable<T> stack(const std::vector<Variable<T>>& parts, int axis = 0) {
  const Variable<T> first = parts.empty() ? Variable<T>() : parts[0];
  const std::size_t at = resolve_axis("stack", axis, first.rank() + 1);
  const Shape row = first.shape().first(at) + Shape{1} + first.shape().last(first.rank() - at);
  std::vector<Variable<T>> rows;
  for (const Variable<T>& part : parts) {
    if (part.shape() != first.shape())
      throw ShapeError(
          text("stack: parts ", first.shape(), " and ", part.shape(), "; expected equal shapes"));
    rows.push_back(reshape(part, row));
  }
  return concatenate(rows, static_cast<int>(at));
}

/// Elements by position along one axis. Indices of rank 1 pick the same positions everywhere, as
/// numpy's take does; indices of x's rank pick each element's own, as take_along_axis does.
/// Negative positions count from the end. Throws ShapeError for positions outside the axis.
template <class T> Variable<T> gather(const Variable<T>& x, const Indices& indices, int axis = 0) {
  return moved(x, picking(x.shape(), indices, axis));
}

} // namespace contractive
