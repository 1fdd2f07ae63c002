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

// clang-format off
using namespace instances;
template VF pad(const VF&, const std::vector<Padding>&, float); template VD pad(const VD&, const std::vector<Padding>&, double);
template VF concatenate(const std::vector<VF>&, int);           template VD concatenate(const std::vector<VD>&, int);
template VF stack(const std::vector<VF>&, int);                 template VD stack(const std::vector<VD>&, int);
template struct Move<float, geometry::Reshape>;                 template struct Move<double, geometry::Reshape>;
template struct Move<float, geometry::Permute>;                 template struct Move<double, geometry::Permute>;
template struct Move<float, geometry::Broadcast>;               template struct Move<double, geometry::Broadcast>;
template struct Move<float, geometry::Slice>;                   template struct Move<double, geometry::Slice>;
template struct Move<float, geometry::Gather>;                  template struct Move<double, geometry::Gather>;

} // namespace contractive
