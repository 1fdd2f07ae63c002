#include <contractive/autodiff/jacobian/samples.hpp>

#include <algorithm>

namespace contractive {
namespace {

using Answer = std::optional<Label>;

// An axis of length n with `inner` elements behind it becomes one of length m.
Answer resize(const Answer& label, std::size_t inner, std::size_t n, std::size_t m) {
  if (!label || inner * n * m == 0) // nothing is known of empty values: conservative
    return {};
  const auto [stride, count] = *label;
  if (stride % (inner * n) == 0)
    return Label{stride / n * m, count};
  if (count == 1 || inner % (stride * count) == 0)
    return label;
  return {};
}

// Each axis that differs between two shapes of one rank, the last first, so that the elements
// behind an axis are already those of the new shape.
Answer resize(Answer label, const Shape& from, const Shape& to) {
  std::size_t inner = 1;
  for (std::size_t axis = to.rank(); axis-- > 0; inner *= to[axis])
    if (from[axis] != to[axis])
      label = resize(label, inner, from[axis], to[axis]);
  return label;
}

// The axis that holds the whole of the samples' digit takes it along.
Answer permuted(const Label& label, const Shape& from, const std::vector<std::size_t>& axes) {
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

// A gather or slice that takes an axis apart mixes nothing if the axis is free, whatever it takes;
// even one that keeps the axis' length may reorder it.
Answer mixed(const Label& label, const Shape& shape, std::size_t axis, std::size_t length) {
  return resize(label, shape.inner(axis), shape[axis], length);
}

template <class T> struct Relabel {
  const Shape& from;
  const Label& label;

  Answer operator()(const Identity<T>&) const { return label; }
  Answer operator()(const Diagonal<T>&) const { return label; }
  Answer operator()(const Select<T>&) const { return label; }
  Answer operator()(const Reshape<T>&) const { return label; }
  Answer operator()(const Permute<T>& map) const { return permuted(label, from, map.axes); }
  Answer operator()(const Broadcast<T>& map) const {
    return resize(label, pad_rank(map.from, map.to.rank()), map.to);
  }
  Answer operator()(const SumTo<T>& map) const {
    return resize(label, map.from, pad_rank(map.to, map.from.rank()));
  }
  Answer operator()(const Slice<T>& map) const {
    Answer answer = label;
    std::size_t inner = 1;
    for (std::size_t axis = map.cut.whole.rank(); axis-- > 0; inner *= map.cut.part[axis])
      if (map.cut.part[axis] != map.cut.whole[axis] || map.cut.step[axis] != 1)
        answer = resize(answer, inner, map.cut.whole[axis], map.cut.part[axis]);
    return answer;
  }
  Answer operator()(const Embed<T>& map) const {
    Answer answer = label;
    std::size_t inner = 1;
    for (std::size_t axis = map.cut.whole.rank(); axis-- > 0; inner *= map.cut.whole[axis])
      if (map.cut.part[axis] != map.cut.whole[axis] || map.cut.step[axis] != 1)
        answer = resize(answer, inner, map.cut.part[axis], map.cut.whole[axis]);
    return answer;
  }
  Answer operator()(const Gather<T>& map) const {
    return mixed(label, map.before, map.axis, map.after[map.axis]);
  }
  Answer operator()(const Scatter<T>& map) const {
    return mixed(label, map.after, map.axis, map.before[map.axis]);
  }
  Answer operator()(const Unfold<T>& map) const {
    return resize(label, 1, map.sizes.image(), map.sizes.patches());
  }
  Answer operator()(const Fold<T>& map) const {
    return resize(label, 1, map.sizes.patches(), map.sizes.image());
  }
  Answer operator()(const Product<T>& map) const {
    Shape shape = from;
    Answer answer = label;
    const std::size_t rank = from.rank();
    if (map.transpose_t) {
      std::vector<std::size_t> axes(rank);
      for (std::size_t i = 0; i < rank; ++i)
        axes[i] = i;
      std::swap(axes[rank - 2], axes[rank - 1]);
      std::swap(shape[rank - 2], shape[rank - 1]);
      answer = permuted(label, from, axes);
    }
    const Shape& w = map.w.shape();
    const bool right = map.side == Product<T>::Side::right;
    const std::size_t length = w[w.rank() - (right == map.transpose_w ? 2 : 1)];
    const std::size_t axis = right ? rank - 1 : rank - 2;
    return answer ? resize(answer, shape.inner(axis), shape[axis], length) : answer;
  }
  Answer operator()(const Custom<T>& map) const {
    const std::size_t free = map.free_axes.value_or(Shape::max_rank + 1);
    if (free > std::min(map.from.rank(), map.to.rank()) ||
        map.from.first(free) != map.to.first(free))
      return {};
    const auto behind = [&](const Shape& shape) {
      return shape.last(shape.rank() - free).elements();
    };
    return resize(label, 1, behind(map.from), behind(map.to));
  }
};

} // namespace

template <class T>
std::optional<Label> relabel(const LinearMap<T>& map, const Shape& from, const Label& label) {
  return std::visit(Relabel<T>{from, label}, map.kind());
}

template std::optional<Label> relabel(const LinearMap<float>&, const Shape&, const Label&);
template std::optional<Label> relabel(const LinearMap<double>&, const Shape&, const Label&);

} // namespace contractive
