#include <contractive/autodiff/operation/move.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/record.hpp>

namespace contractive {

template <class T> using V = Variable<T>;

// A linear operation's derivative is the map itself.
template <class T, class Geometry> V<T> Move<T, Geometry>::apply(const V<T>& t) const {
  return record(name(), kernel::move(geometry, t.value(), transposed),
                wrt(t, [map = *this] { return map; }));
}

template <class T> V<T> reshape(const V<T>& x, const Shape& shape) {
  return detail::move(x, geometry::reshape(x.shape(), shape));
}

template <class T> V<T> permute(const V<T>& x, const Axes& axes) {
  return detail::move(x, geometry::permute(x.shape(), axes));
}

template <class T> V<T> transposed(const V<T>& x) {
  if (x.rank() < 2)
    throw ShapeError("transposed: shape ", x.shape(), "; expected at least two axes");
  return detail::move(x, geometry::Permute{{1, 0}});
}

template <class T> V<T> broadcast_to(const V<T>& x, const Shape& shape) {
  return detail::move(x, geometry::broadcast(x.shape(), shape));
}

template <class T> V<T> slice(const V<T>& x, const std::vector<Range>& ranges) {
  return detail::move(x, geometry::slice(x.shape(), ranges));
}

template <class T> V<T> slice(const V<T>& x, int axis, const Range& range) {
  geometry::Slice slice = geometry::full_slice(x.shape());
  geometry::slice_axis(slice, detail::resolve_axis("slice", axis, x.rank()), range);
  return detail::move(x, slice);
}

template <class T> V<T> pad(const V<T>& x, const std::vector<Padding>& paddings, T value) {
  const geometry::Slice inside = geometry::pad(x.shape(), paddings);
  if (value == T(0))
    return detail::move_back(x, inside);
  return record("pad", kernel::move(inside, x.value(), true, value),
                wrt(x, [map = Move<T, geometry::Slice>{inside, true}] { return map; }));
}

template <class T> V<T> concatenate(const std::vector<V<T>>& parts, int axis) {
  std::vector<Shape> shapes;
  std::vector<Array<T>> values;
  for (const V<T>& part : parts) {
    shapes.push_back(part.shape());
    values.push_back(part.value());
  }
  const auto joined = geometry::concatenate(shapes, axis);
  const std::vector<geometry::Slice>& slices = joined.second;
  const auto rule = [](const geometry::Slice& slice) {
    return [map = Move<T, geometry::Slice>{slice, true}] { return map; };
  };
  std::vector<detail::Operand<T, decltype(rule(slices[0]))>> operands;
  for (std::size_t i = 0; i < parts.size(); ++i)
    operands.push_back(wrt(parts[i], rule(slices[i])));
  return record("concatenate", kernel::concatenate(slices[0].whole, values, joined.first),
                std::move(operands));
}

template <class T> V<T> stack(const std::vector<V<T>>& parts, int axis) {
  const V<T> first = parts.empty() ? V<T>() : parts[0];
  const std::size_t at = detail::resolve_axis("stack", axis, first.rank() + 1);
  const Shape row = first.shape().first(at) + Shape{1} + first.shape().last(first.rank() - at);
  std::vector<V<T>> rows;
  for (const V<T>& part : parts) {
    if (part.shape() != first.shape())
      throw ShapeError("stack: parts ", first.shape(), " and ", part.shape(),
                       "; expected equal shapes");
    rows.push_back(reshape(part, row));
  }
  return concatenate(rows, static_cast<int>(at));
}

template <class T> V<T> gather(const V<T>& x, const Indices& indices, int axis) {
  return detail::move(x, geometry::gather(x.shape(), indices, axis));
}

// clang-format off
template Variable<float> reshape(const Variable<float>&, const Shape&);
template Variable<double> reshape(const Variable<double>&, const Shape&);
template Variable<float> permute(const Variable<float>&, const Axes&);
template Variable<double> permute(const Variable<double>&, const Axes&);
template Variable<float> transposed(const Variable<float>&);
template Variable<double> transposed(const Variable<double>&);
template Variable<float> broadcast_to(const Variable<float>&, const Shape&);
template Variable<double> broadcast_to(const Variable<double>&, const Shape&);
template Variable<float> slice(const Variable<float>&, const std::vector<Range>&);
template Variable<double> slice(const Variable<double>&, const std::vector<Range>&);
template Variable<float> slice(const Variable<float>&, int, const Range&);
template Variable<double> slice(const Variable<double>&, int, const Range&);
template Variable<float> concatenate(const std::vector<Variable<float>>&, int);
template Variable<double> concatenate(const std::vector<Variable<double>>&, int);
template Variable<float> stack(const std::vector<Variable<float>>&, int);
template Variable<double> stack(const std::vector<Variable<double>>&, int);
template Variable<float> gather(const Variable<float>&, const Indices&, int);
template Variable<double> gather(const Variable<double>&, const Indices&, int);
template Variable<float> pad(const Variable<float>&, const std::vector<Padding>&, float);
template Variable<double> pad(const Variable<double>&, const std::vector<Padding>&, double);
template Variable<float> Move<float, geometry::Reshape>::apply(const Variable<float>&) const;
template Variable<float> Move<float, geometry::Permute>::apply(const Variable<float>&) const;
template Variable<float> Move<float, geometry::Broadcast>::apply(const Variable<float>&) const;
template Variable<float> Move<float, geometry::Slice>::apply(const Variable<float>&) const;
template Variable<float> Move<float, geometry::Gather>::apply(const Variable<float>&) const;
template Variable<double> Move<double, geometry::Reshape>::apply(const Variable<double>&) const;
template Variable<double> Move<double, geometry::Permute>::apply(const Variable<double>&) const;
template Variable<double> Move<double, geometry::Broadcast>::apply(const Variable<double>&) const;
template Variable<double> Move<double, geometry::Slice>::apply(const Variable<double>&) const;
template Variable<double> Move<double, geometry::Gather>::apply(const Variable<double>&) const;
} // namespace contractive
