#include <contractive/autodiff/move.hpp>

#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/tape.hpp>

#include <algorithm>

namespace contractive {
namespace {

// The axes of t in front of those that the map knows.
template <class T> Shape leading(const Variable<T>& t, std::size_t known) {
  return t.shape().first(t.rank() - known);
}

} // namespace

// ---- each map's value; as a linear operation, its derivative is the map itself

template <class T> Variable<T> Reshape<T>::apply(const Variable<T>& t) const {
  return record("reshape", t.value().reshaped(leading(t, from.rank()) + to),
                wrt(t, [map = *this] { return map; }));
}

template <class T> Variable<T> Broadcast<T>::apply(const Variable<T>& t) const {
  const Shape front = leading(t, from.rank());
  return record(
      "broadcast",
      kernel::broadcast(t.value().reshaped(front + pad_rank(from, to.rank())), front + to),
      wrt(t, [map = *this] { return map; }));
}

template <class T> Variable<T> Permute<T>::apply(const Variable<T>& t) const {
  const std::size_t extra = t.rank() - axes.size();
  std::vector<std::size_t> order(t.rank());
  for (std::size_t i = 0; i < t.rank(); ++i)
    order[i] = i < extra ? i : extra + axes[i - extra];
  return record("permute", kernel::permute(t.value(), order),
                wrt(t, [map = *this] { return map; }));
}

template <class T> Permute<T> Permute<T>::transpose() const {
  std::vector<std::size_t> inverse(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i)
    inverse[axes[i]] = i;
  return {inverse};
}

template <class T> Variable<T> Slice<T>::apply(const Variable<T>& t) const {
  return record("slice", kernel::slice(t.value(), cut), wrt(t, [map = *this] { return map; }));
}

template <class T> Variable<T> Embed<T>::apply(const Variable<T>& t) const {
  return record("pad", kernel::embed(t.value(), cut), wrt(t, [map = *this] { return map; }));
}

namespace {
// What gather and scatter share: t's leading axes and the sizes that their kernels work with.
template <class T, class Map, class Kernel>
Variable<T> pick(const char* operation, const Map& map, const Variable<T>& t, const Shape& to,
                 const Kernel& kernel) {
  const Shape front = leading(t, map.before.rank());
  const kernel::Pick sizes{map.before[map.axis], map.after[map.axis], map.before.inner(map.axis),
                           map.positions};
  const std::size_t outer = front.elements() * map.before.first(map.axis).elements();
  return record(
      operation,
      Array<T>::make(front + to, [&](T* out) { kernel(t.value().data(), out, outer, sizes); }),
      wrt(t, [map] { return map; }));
}
} // namespace

template <class T> Variable<T> Gather<T>::apply(const Variable<T>& t) const {
  return pick("gather", *this, t, after, kernel::gather<T>);
}

template <class T> Variable<T> Scatter<T>::apply(const Variable<T>& t) const {
  return pick("scatter", *this, t, before, kernel::scatter_add<T>);
}

// ---- the public operations: what they ask for, checked, as one of the maps

template <class T> Variable<T> reshape(const Variable<T>& x, Shape shape) {
  const auto unknown = std::find(shape.begin(), shape.end(), infer);
  if (unknown != shape.end()) {
    std::size_t& length = shape[static_cast<std::size_t>(unknown - shape.begin())];
    length = 1;
    const std::size_t rest = shape.elements();
    if (rest == 0 || x.size() % rest != 0)
      throw ShapeError(text("reshape: ", x.shape(), " to ", shape, " with one axis to infer; ",
                            x.size(), " elements are no multiple of ", rest));
    length = x.size() / rest;
  }
  return shape == x.shape() ? x : Reshape<T>{x.shape(), shape}.apply(x);
}

template <class T> Variable<T> permute(const Variable<T>& x, const Axes& axes) {
  resolve_axes("permute", axes, x.rank());
  if (axes.size() != x.rank())
    throw ShapeError(
        text("permute: ", axes.size(), " axes for shape ", x.shape(), "; expected ", x.rank()));
  Permute<T> map;
  for (const int axis : axes)
    map.axes.push_back(resolve_axis("permute", axis, x.rank()));
  return map.apply(x);
}

template <class T> Variable<T> transposed(const Variable<T>& x) {
  if (x.rank() < 2)
    throw ShapeError(text("transposed: shape ", x.shape(), "; expected at least two axes"));
  return Permute<T>{{1, 0}}.apply(x);
}

template <class T> Variable<T> broadcast_to(const Variable<T>& x, const Shape& shape) {
  if (broadcast_shapes("broadcast_to", x.shape(), shape) != shape)
    throw ShapeError(text("broadcast_to: ", x.shape(), " to ", shape,
                          "; expected a shape that x can be repeated to"));
  return shape == x.shape() ? x : Broadcast<T>{x.shape(), shape}.apply(x);
}

namespace {
// Python's slice.indices(): the first position and how many follow.
void cut_axis(Cut& cut, std::size_t axis, const Range& range) {
  if (range.step == 0)
    throw ShapeError(text("slice: step 0 on axis ", axis, "; expected another step"));
  const auto n = static_cast<std::ptrdiff_t>(cut.whole[axis]);
  const bool up = range.step > 0;
  const std::ptrdiff_t lowest = up ? 0 : -1, highest = up ? n : n - 1;
  const auto bound = [&](const std::optional<std::ptrdiff_t>& at, std::ptrdiff_t missing) {
    return at ? std::clamp(*at < 0 ? *at + n : *at, lowest, highest) : missing;
  };
  const std::ptrdiff_t start = bound(range.start, up ? 0 : n - 1);
  const std::ptrdiff_t stop = bound(range.stop, up ? n : -1);
  const std::ptrdiff_t span = up ? stop - start : start - stop;
  const std::ptrdiff_t stride = up ? range.step : -range.step;
  cut.part[axis] = span > 0 ? static_cast<std::size_t>((span + stride - 1) / stride) : 0;
  cut.start[axis] = start;
  cut.step[axis] = range.step;
}

Cut whole(const Shape& shape) {
  Cut cut{shape, shape};
  cut.step.fill(1);
  return cut;
}
} // namespace

template <class T> Variable<T> slice(const Variable<T>& x, const std::vector<Range>& ranges) {
  if (ranges.size() > x.rank())
    throw ShapeError(text("slice: ", ranges.size(), " ranges for shape ", x.shape(),
                          "; expected at most ", x.rank()));
  Cut cut = whole(x.shape());
  for (std::size_t axis = 0; axis < ranges.size(); ++axis)
    cut_axis(cut, axis, ranges[axis]);
  return Slice<T>{cut}.apply(x);
}

template <class T> Variable<T> slice(const Variable<T>& x, int axis, const Range& range) {
  Cut cut = whole(x.shape());
  cut_axis(cut, resolve_axis("slice", axis, x.rank()), range);
  return Slice<T>{cut}.apply(x);
}

template <class T>
Variable<T> pad(const Variable<T>& x, const std::vector<Padding>& paddings, T value) {
  if (paddings.size() != x.rank())
    throw ShapeError(
        text("pad: ", paddings.size(), " paddings for shape ", x.shape(), "; expected ", x.rank()));
  Cut cut = whole(x.shape());
  for (std::size_t axis = 0; axis < x.rank(); ++axis) {
    cut.whole[axis] += paddings[axis].before + paddings[axis].after;
    cut.start[axis] = static_cast<std::ptrdiff_t>(paddings[axis].before);
  }
  const Variable<T> zeros_around = Embed<T>{cut}.apply(x);
  if (value == T(0))
    return zeros_around;
  const Array<T> inside = kernel::embed(Array<T>::ones(x.shape()), cut);
  return where(equal<T>(inside, T(1)), zeros_around, Variable<T>(value));
}

template <class T> Variable<T> concatenate(const std::vector<Variable<T>>& parts, int axis) {
  if (parts.empty())
    throw ShapeError("concatenate: no parts; expected at least one");
  const std::size_t at = resolve_axis("concatenate", axis, parts[0].rank());
  Shape shape = parts[0].shape();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    Shape expected = parts[i].shape();
    if (expected.rank() == shape.rank())
      expected[at] = shape[at];
    if (expected != shape)
      throw ShapeError(text("concatenate: part 0 ", parts[0].shape(), ", part ", i, " ",
                            parts[i].shape(), "; expected equal axes but for axis ", axis));
    shape[at] += parts[i].shape()[at];
  }
  Cut cut = whole(shape);
  const auto rule = [&](const Variable<T>& part) {
    cut.part = part.shape();
    const Embed<T> map{cut};
    cut.start[at] += static_cast<std::ptrdiff_t>(part.shape()[at]);
    return [map] { return map; };
  };
  std::vector<Operand<T, decltype(rule(parts[0]))>> operands;
  std::vector<Array<T>> values;
  for (const Variable<T>& part : parts) {
    operands.push_back(wrt(part, rule(part)));
    values.push_back(part.value());
  }
  return record("concatenate", kernel::concatenate(shape, values, at), operands);
}

template <class T> Variable<T> stack(const std::vector<Variable<T>>& parts, int axis) {
  if (parts.empty())
    throw ShapeError("stack: no parts; expected at least one");
  const std::size_t at = resolve_axis("stack", axis, parts[0].rank() + 1);
  std::vector<Variable<T>> rows;
  for (const Variable<T>& part : parts) {
    if (part.shape() != parts[0].shape())
      throw ShapeError(text("stack: parts ", parts[0].shape(), " and ", part.shape(),
                            "; expected equal shapes"));
    const Shape front = part.shape().first(at);
    rows.push_back(reshape(part, front + Shape{1} + part.shape().last(part.rank() - at)));
  }
  return concatenate(rows, static_cast<int>(at));
}

template <class T> Variable<T> gather(const Variable<T>& x, const Indices& indices, int axis) {
  const std::size_t at = resolve_axis("gather", axis, x.rank());
  const auto length = static_cast<std::int64_t>(x.shape()[at]);
  Shape after = x.shape();
  if (indices.rank() == 1 || indices.rank() == x.rank())
    after[at] = indices.shape()[indices.rank() == 1 ? 0 : at];
  if (indices.rank() != 1 && indices.shape() != after)
    throw ShapeError(text("gather: x ", x.shape(), ", indices ", indices.shape(), ", axis ", axis,
                          "; expected indices of rank 1, or of x's shape but for that axis"));
  bool negative = false;
  for (const std::int64_t i : indices) {
    negative = negative || i < 0;
    if (i < -length || i >= length)
      throw ShapeError(text("gather: index ", i, " on axis ", axis, " of shape ", x.shape(),
                            "; expected ", -length, " to ", length - 1));
  }
  const Indices positions = !negative ? indices : Indices::make(indices.shape(), [&](auto* out) {
    std::transform(indices.begin(), indices.end(), out,
                   [&](std::int64_t i) { return i < 0 ? i + length : i; });
  });
  return Gather<T>{x.shape(), after, at, positions}.apply(x);
}

// clang-format off
using F = Variable<float>; using D = Variable<double>;
template struct Reshape<float>;  template struct Reshape<double>;
template struct Broadcast<float>;  template struct Broadcast<double>;
template struct Permute<float>;  template struct Permute<double>;
template struct Slice<float>;  template struct Slice<double>;
template struct Embed<float>;  template struct Embed<double>;
template struct Gather<float>;  template struct Gather<double>;
template struct Scatter<float>;  template struct Scatter<double>;
template F reshape(const F&, Shape);  template D reshape(const D&, Shape);
template F permute(const F&, const Axes&);  template D permute(const D&, const Axes&);
template F transposed(const F&);  template D transposed(const D&);
template F broadcast_to(const F&, const Shape&);  template D broadcast_to(const D&, const Shape&);
template F slice(const F&, int, const Range&);  template D slice(const D&, int, const Range&);
template F slice(const F&, const std::vector<Range>&);  template D slice(const D&, const std::vector<Range>&);
template F pad(const F&, const std::vector<Padding>&, float);  template D pad(const D&, const std::vector<Padding>&, double);
template F concatenate(const std::vector<F>&, int);  template D concatenate(const std::vector<D>&, int);
template F stack(const std::vector<F>&, int);  template D stack(const std::vector<D>&, int);
template F gather(const F&, const Indices&, int);  template D gather(const D&, const Indices&, int);

} // namespace contractive
