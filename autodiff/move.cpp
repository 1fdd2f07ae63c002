#include <contractive/autodiff/move.hpp>

#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/tape.hpp>

#include <algorithm>

namespace contractive {
// A linear operation's derivative is the map itself.
template <class T, class Geometry>
Variable<T> Move<T, Geometry>::apply(const Variable<T>& t) const {
  return record(name(), kernel::move(geometry, t.value(), back),
                wrt(t, [map = *this] { return map; }));
}

namespace {
template <class T, class Geometry>
Variable<T> moved(const Variable<T>& x, const Geometry& geometry, bool back = false) {
  return Move<T, Geometry>{geometry, back}.apply(x);
}
} // namespace

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
  return shape == x.shape() ? x : moved(x, Reshaping{x.shape(), shape});
}

template <class T> Variable<T> permute(const Variable<T>& x, const Axes& axes) {
  resolve_axes("permute", axes, x.rank());
  if (axes.size() != x.rank())
    throw ShapeError(
        text("permute: ", axes.size(), " axes for shape ", x.shape(), "; expected ", x.rank()));
  Permutation order;
  for (const int axis : axes)
    order.axes.push_back(resolve_axis("permute", axis, x.rank()));
  return moved(x, order);
}

template <class T> Variable<T> transposed(const Variable<T>& x) {
  if (x.rank() < 2)
    throw ShapeError(text("transposed: shape ", x.shape(), "; expected at least two axes"));
  return moved(x, Permutation{{1, 0}});
}

template <class T> Variable<T> broadcast_to(const Variable<T>& x, const Shape& shape) {
  if (broadcast_shapes("broadcast_to", x.shape(), shape) != shape)
    throw ShapeError(text("broadcast_to: ", x.shape(), " to ", shape,
                          "; expected a shape that x can be repeated to"));
  return shape == x.shape() ? x : moved(x, Repetition{x.shape(), shape});
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
  return moved(x, cut);
}

template <class T> Variable<T> slice(const Variable<T>& x, int axis, const Range& range) {
  Cut cut = whole(x.shape());
  cut_axis(cut, resolve_axis("slice", axis, x.rank()), range);
  return moved(x, cut);
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
  const Variable<T> zeros_around = moved(x, cut, true);
  if (value == T(0))
    return zeros_around;
  const Array<T> inside = kernel::move(cut, Array<T>::ones(x.shape()), true);
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
    const Move<T, Cut> map{cut, true};
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
  return moved(x, Pick{x.shape(), after, at, positions});
}

// clang-format off
using F = Variable<float>; using D = Variable<double>;
template struct Move<float, Reshaping>;   template struct Move<double, Reshaping>;
template struct Move<float, Permutation>; template struct Move<double, Permutation>;
template struct Move<float, Repetition>;  template struct Move<double, Repetition>;
template struct Move<float, Cut>;         template struct Move<double, Cut>;
template struct Move<float, Pick>;        template struct Move<double, Pick>;
template struct Move<float, Patches>;     template struct Move<double, Patches>;
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
