#include <contractive/autodiff/array/geometry.hpp>

#include <algorithm>
#include <numeric>

namespace contractive::geometry {

Reshape reshape(const Shape& from, Shape to) {
  for (std::size_t& length : to)
    if (length == Shape::infer) {
      length = 1;
      const std::size_t rest = to.elements(), all = from.elements();
      if (rest == 0 || all % rest != 0)
        throw ShapeError("reshape: ", from, " to ", to, " with one axis to infer; ", all,
                         " elements are no multiple of ", rest);
      length = all / rest;
      break;
    }
  return {from, to};
}

Permute permute(const Shape& from, const Axes& axes) {
  detail::resolve_axes("permute", axes, from.rank());
  if (axes.size() != from.rank())
    throw ShapeError("permute: ", axes.size(), " axes for shape ", from, "; expected ",
                     from.rank());
  Permute order;
  for (const int axis : axes)
    order.axes.push_back(detail::resolve_axis("permute", axis, from.rank()));
  return order;
}

bool Permute::trivial() const {
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (axes[i] != i)
      return false;
  return true;
}

std::vector<std::size_t> Permute::order(std::size_t rank, bool transposed) const {
  const std::size_t front = rank - axes.size();
  std::vector<std::size_t> result(rank);
  std::iota(result.begin(), result.end(), std::size_t{0});
  for (std::size_t i = 0; i < axes.size(); ++i)
    result[front + (transposed ? axes[i] : i)] = front + (transposed ? i : axes[i]);
  return result;
}

Permute transpose(const Shape& from) {
  if (from.rank() < 2)
    throw ShapeError("transposed: shape ", from, "; expected at least two axes");
  return {{1, 0}};
}

Broadcast broadcast(const Shape& from, const Shape& to) {
  if (detail::broadcast_shapes("broadcast_to", from, to) != to)
    throw ShapeError("broadcast_to: ", from, " to ", to,
                     "; expected a shape that x can be repeated to");
  return {from, to};
}

bool Slice::trivial() const {
  return whole == part && std::find(step.begin(), step.end(), -1) == step.end();
}

namespace {

Slice full_slice(const Shape& shape) {
  Slice view{shape, shape};
  view.step.fill(1);
  return view;
}

// Python's slice.indices(): the first position and how many follow.
void slice_axis(Slice& view, std::size_t axis, const Range& range) {
  if (range.step == 0)
    throw ShapeError("slice: step 0 on axis ", axis, "; expected another step");
  const auto n = static_cast<std::ptrdiff_t>(view.whole[axis]);
  const bool up = range.step > 0;
  const std::ptrdiff_t lowest = up ? 0 : -1, highest = up ? n : n - 1;
  const auto bound = [&](const std::optional<std::ptrdiff_t>& at, std::ptrdiff_t missing) {
    return at ? std::clamp(*at < 0 ? *at + n : *at, lowest, highest) : missing;
  };
  const std::ptrdiff_t start = bound(range.start, up ? 0 : n - 1);
  const std::ptrdiff_t stop = bound(range.stop, up ? n : -1);
  const std::ptrdiff_t span = up ? stop - start : start - stop;
  const std::ptrdiff_t stride = up ? range.step : -range.step;
  view.part[axis] = span > 0 ? static_cast<std::size_t>((span + stride - 1) / stride) : 0;
  view.start[axis] = start;
  view.step[axis] = range.step;
}

} // namespace

Slice slice(const Shape& from, int axis, const Range& range) {
  Slice view = full_slice(from);
  slice_axis(view, detail::resolve_axis("slice", axis, from.rank()), range);
  return view;
}

Slice slice(const Shape& from, const std::vector<Range>& ranges) {
  if (ranges.size() > from.rank())
    throw ShapeError("slice: ", ranges.size(), " ranges for shape ", from, "; expected at most ",
                     from.rank());
  Slice view = full_slice(from);
  for (std::size_t axis = 0; axis < ranges.size(); ++axis)
    slice_axis(view, axis, ranges[axis]);
  return view;
}

Slice row(const Shape& whole, std::ptrdiff_t i) {
  const auto n = whole.rank() ? static_cast<std::ptrdiff_t>(whole[0]) : 0;
  if (i < -n || i >= n)
    throw ShapeError("row: ", i, " of shape ", whole, "; expected ", -n, " to ", n - 1);
  return slice(whole, 0, {i, i == -1 ? std::optional<std::ptrdiff_t>{} : i + 1});
}

Slice pad(const Shape& part, const std::vector<Padding>& paddings) {
  if (paddings.size() != part.rank())
    throw ShapeError("pad: ", paddings.size(), " paddings for shape ", part, "; expected ",
                     part.rank());
  Slice view = full_slice(part);
  for (std::size_t axis = 0; axis < part.rank(); ++axis) {
    for (const std::size_t more : {paddings[axis].before, paddings[axis].after}) {
      view.whole[axis] += more;
      if (view.whole[axis] < more || more > PTRDIFF_MAX / 8)
        throw ShapeError("pad: ", more, " elements around shape ", part, "; expected fewer");
    }
    view.start[axis] = static_cast<std::ptrdiff_t>(paddings[axis].before);
  }
  return view;
}

std::pair<std::size_t, std::vector<Slice>> concatenate(const std::vector<Shape>& parts, int axis) {
  if (parts.empty())
    throw ShapeError("concatenate: no parts; expected at least one");
  const std::size_t at = detail::resolve_axis("concatenate", axis, parts[0].rank());
  Shape all = parts[0];
  all[at] = 0;
  std::vector<Slice> views;
  for (const Shape& part : parts) {
    Shape expected = part;
    if (part.rank() == all.rank())
      expected[at] = all[at];
    if (expected != all)
      throw ShapeError("concatenate: parts ", parts[0], " and ", part,
                       "; expected equal axes but for axis ", axis);
    views.push_back(full_slice(part));
    views.back().start[at] = static_cast<std::ptrdiff_t>(all[at]);
    all[at] += part[at];
  }
  for (Slice& view : views)
    view.whole = all;
  return {at, views};
}

Gather gather(const Shape& before, const Indices& indices, int axis) {
  const std::size_t at = detail::resolve_axis("gather", axis, before.rank());
  const auto length = static_cast<std::int64_t>(before[at]);
  Shape after = before;
  if (indices.rank() == 1 || indices.rank() == before.rank())
    after[at] = indices.shape()[indices.rank() == 1 ? 0 : at];
  if (indices.rank() != 1 && indices.shape() != after)
    throw ShapeError("gather: x ", before, ", indices ", indices.shape(), ", axis ", axis,
                     "; expected indices of rank 1, or of x's shape but for that axis");
  const auto wrong = std::find_if(indices.begin(), indices.end(),
                                  [&](std::int64_t i) { return i < -length || i >= length; });
  if (wrong != indices.end())
    throw ShapeError("gather: index ", *wrong, " on axis ", axis, " of shape ", before,
                     "; expected ", -length, " to ", length - 1);
  return {before, after, at, Indices::make(indices.shape(), [&](std::int64_t* out) {
            std::transform(indices.begin(), indices.end(), out,
                           [&](std::int64_t i) { return i < 0 ? i + length : i; });
          })};
}

} // namespace contractive::geometry
