#include <contractive/autodiff/jacobian/samples.hpp>

#include <algorithm>

namespace contractive {
namespace {

using OptionalLabel = std::optional<Label>;

// An axis of length n with `inner` elements behind it becomes one of length m.
OptionalLabel resize(const OptionalLabel& label, std::size_t inner, std::size_t n, std::size_t m) {
  if (!label || inner * n * m == 0) // nothing is known of empty values: conservative
    return {};
  const auto [stride, count] = *label;
  if (stride % (inner * n) == 0)
    return Label{stride / n * m, count};
  return count == 1 || inner % (stride * count) == 0 ? label : OptionalLabel{};
}

// The touched axes from one shape to another of its rank, or back; the last first, so that the
// elements behind an axis are already those of the new shape. An axis may be reordered though it
// keeps its length.
template <class Touched>
OptionalLabel resize(OptionalLabel label, bool back, const Shape& one, const Shape& other,
                     const Touched& touched) {
  const Shape &from = back ? other : one, &to = back ? one : other;
  std::size_t inner = 1;
  for (std::size_t axis = to.rank(); axis-- > 0; inner *= to[axis])
    if (touched(axis))
      label = resize(label, inner, from[axis], to[axis]);
  return label;
}

// The axis that holds the whole of the samples' digit takes it along.
OptionalLabel permuted(const Label& label, const Shape& from,
                       const std::vector<std::size_t>& axes) {
  const auto [stride, count] = label;
  if (count == 1)
    return label;
  Shape to;
  for (const std::size_t axis : axes)
    to.push_back(from[axis]);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t inner = from.inner(axes[i]);
    if (inner > 0 && stride % inner == 0 && inner * to[i] % (stride * count) == 0)
      return Label{stride / inner * to.inner(i), count};
  }
  return {};
}

template <class T> struct Relabel {
  const Shape &from, &to;
  const Label& label;

  OptionalLabel operator()(const Identity<T>&) const { return label; }
  OptionalLabel operator()(const Diagonal<T>&) const { return label; }
  OptionalLabel operator()(const Select<T>&) const { return label; }
  OptionalLabel operator()(const Move<T, geometry::Reshape>&) const { return label; }
  OptionalLabel operator()(const Move<T, geometry::Permute>& map) const {
    return permuted(label, from, map.geometry.order(from.rank(), map.transposed));
  }
  OptionalLabel operator()(const Move<T, geometry::Broadcast>& map) const {
    const Shape& large = map.geometry.to;
    const Shape small = detail::pad_rank(map.geometry.from, large.rank());
    return resize(label, map.transposed, small, large,
                  [&](std::size_t i) { return small[i] != large[i]; });
  }
  OptionalLabel operator()(const Move<T, geometry::Slice>& map) const {
    const geometry::Slice& slice = map.geometry;
    return resize(label, map.transposed, slice.whole, slice.part, [&](std::size_t i) {
      return slice.part[i] != slice.whole[i] || slice.step[i] != 1;
    });
  }
  OptionalLabel operator()(const Move<T, geometry::Gather>& map) const {
    const geometry::Gather& gather = map.geometry;
    return resize(label, map.transposed, gather.before, gather.after,
                  [&](std::size_t i) { return i == gather.axis; });
  }
  OptionalLabel operator()(const Product<T>& map) const {
    Shape shape = from;
    OptionalLabel result = label;
    const std::size_t rank = from.rank();
    if (map.transpose_t) {
      result = permuted(label, from, geometry::transpose(from).order(rank, false));
      std::swap(shape[rank - 2], shape[rank - 1]);
    }
    const Shape& w = map.w.shape();
    const bool right = map.side == Product<T>::Side::right;
    const std::size_t length = w[w.rank() - (right == map.transpose_w ? 2 : 1)];
    const std::size_t axis = right ? rank - 1 : rank - 2;
    return resize(result, shape.inner(axis), shape[axis], length);
  }
  OptionalLabel operator()(const Custom<T>& map) const {
    const std::size_t free = map.free_axes.value_or(Shape::max_rank + 1);
    if (free > std::min(from.rank(), to.rank()) || from.first(free) != to.first(free))
      return {};
    const auto behind = [&](const Shape& shape) {
      return shape.last(shape.rank() - free).elements();
    };
    return resize(label, 1, behind(from), behind(to));
  }
};

} // namespace

template <class T>
std::optional<Label> relabel(const LinearMap<T>& map, const Shape& from, const Shape& to,
                             const Label& label) {
  return std::visit(Relabel<T>{from, to, label}, map.kind());
}

// clang-format off
template OptionalLabel relabel(const LinearMap<float>&, const Shape&, const Shape&, const Label&); template OptionalLabel relabel(const LinearMap<double>&, const Shape&, const Shape&, const Label&);

} // namespace contractive
