#include <contractive/autodiff/array/geometry.hpp>

#include <algorithm>

namespace contractive {

Reshaping reshaping(const Shape& from, Shape to) {
  for (std::size_t& length : to)
    if (length == infer) {
      length = 1;
      const std::size_t rest = to.elements(), all = from.elements();
      if (rest == 0 || all % rest != 0)
        throw ShapeError(text("reshape: ", from, " to ", to, " with one axis to infer; ", all,
                              " elements are no multiple of ", rest));
      length = all / rest;
      break;
    }
  return {from, to};
}

Permutation permutation(const Shape& from, const Axes& axes) {
  resolve_axes("permute", axes, from.rank());
  if (axes.size() != from.rank())
    throw ShapeError(
        text("permute: ", axes.size(), " axes for shape ", from, "; expected ", from.rank()));
  Permutation order;
  for (const int axis : axes)
    order.axes.push_back(resolve_axis("permute", axis, from.rank()));
  return order;
}

Repetition repetition(const Shape& from, const Shape& to) {
  if (broadcast_shapes("broadcast_to", from, to) != to)
    throw ShapeError(
        text("broadcast_to: ", from, " to ", to, "; expected a shape that x can be repeated to"));
  return {from, to};
}

Cut whole(const Shape& shape) {
  Cut cut{shape, shape};
  cut.step.fill(1);
  return cut;
}

bool Cut::trivial() const {
  return whole == part && std::find(step.begin(), step.end(), -1) == step.end();
}

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

Cut cutting(const Shape& from, const std::vector<Range>& ranges) {
  if (ranges.size() > from.rank())
    throw ShapeError(text("slice: ", ranges.size(), " ranges for shape ", from,
                          "; expected at most ", from.rank()));
  Cut cut = whole(from);
  for (std::size_t axis = 0; axis < ranges.size(); ++axis)
    cut_axis(cut, axis, ranges[axis]);
  return cut;
}

Cut padding(const Shape& part, const std::vector<Padding>& paddings) {
  if (paddings.size() != part.rank())
    throw ShapeError(
        text("pad: ", paddings.size(), " paddings for shape ", part, "; expected ", part.rank()));
  Cut cut = whole(part);
  for (std::size_t axis = 0; axis < part.rank(); ++axis) {
    cut.whole[axis] += paddings[axis].before + paddings[axis].after;
    cut.start[axis] = static_cast<std::ptrdiff_t>(paddings[axis].before);
  }
  return cut;
}

std::pair<std::size_t, std::vector<Cut>> joining(const std::vector<Shape>& parts, int axis) {
  if (parts.empty())
    throw ShapeError("concatenate: no parts; expected at least one");
  const std::size_t at = resolve_axis("concatenate", axis, parts[0].rank());
  Shape all = parts[0];
  all[at] = 0;
  std::vector<Cut> cuts;
  for (const Shape& part : parts) {
    Shape expected = part;
    if (part.rank() == all.rank())
      expected[at] = all[at];
    if (expected != all)
      throw ShapeError(text("concatenate: parts ", parts[0], " and ", part,
                            "; expected equal axes but for axis ", axis));
    cuts.push_back(whole(part));
    cuts.back().start[at] = static_cast<std::ptrdiff_t>(all[at]);
    all[at] += part[at];
  }
  for (Cut& cut : cuts)
    cut.whole = all;
  return {at, cuts};
}

Pick picking(const Shape& before, const Indices& indices, int axis) {
  const std::size_t at = resolve_axis("gather", axis, before.rank());
  const auto length = static_cast<std::int64_t>(before[at]);
  Shape after = before;
  if (indices.rank() == 1 || indices.rank() == before.rank())
    after[at] = indices.shape()[indices.rank() == 1 ? 0 : at];
  if (indices.rank() != 1 && indices.shape() != after)
    throw ShapeError(text("gather: x ", before, ", indices ", indices.shape(), ", axis ", axis,
                          "; expected indices of rank 1, or of x's shape but for that axis"));
  const auto wrong = std::find_if(indices.begin(), indices.end(),
                                  [&](std::int64_t i) { return i < -length || i >= length; });
  if (wrong != indices.end())
    throw ShapeError(text("gather: index ", *wrong, " on axis ", axis, " of shape ", before,
                          "; expected ", -length, " to ", length - 1));
  return {before, after, at, Indices::make(indices.shape(), [&](std::int64_t* out) {
            std::transform(indices.begin(), indices.end(), out,
                           [&](std::int64_t i) { return i < 0 ? i + length : i; });
          })};
}

const Window& unpadded(const char* operation, const Window& window) {
  if (window.padding != 0)
    throw ShapeError(text(operation, ": padding ", window.padding,
                          "; expected 0, pad() the image with the value that is wanted"));
  return window;
}

Cut frame(const Window& window, const Shape& image) {
  const std::size_t zeros = window.padding;
  return padding(image, {{zeros, zeros}, {zeros, zeros}, {}});
}

Filters filters(const char* operation, const Window& window, const Shape& image,
                const Shape& weight) {
  const auto [h, w, stride, zeros] = window;
  const Shape framed = frame(window, image).whole;
  if (stride == 0 || h == 0 || w == 0 || h > framed[0] || w > framed[1])
    throw ShapeError(text(operation, ": window ", h, " x ", w, ", stride ", stride, ", padding ",
                          zeros, " on an image of ", image[0], " x ", image[1],
                          "; expected a positive window that fits, and a stride"));
  return {framed,
          weight,
          {(framed[0] - h) / stride + 1, (framed[1] - w) / stride + 1, weight.back()},
          stride};
}

std::vector<Cut> taps(const char* operation, const Window& window, const Shape& image) {
  const Filters f = filters(operation, window, image, image);
  const auto step = static_cast<std::ptrdiff_t>(window.stride);
  std::vector<Cut> cuts;
  for (std::size_t y = 0; y < window.height; ++y)
    for (std::size_t x = 0; x < window.width; ++x) {
      Cut cut{f.image, f.grid};
      cut.start = {static_cast<std::ptrdiff_t>(y), static_cast<std::ptrdiff_t>(x)};
      cut.step = {step, step, 1};
      cuts.push_back(cut);
    }
  return cuts;
}

void require_image(const char* operation, const Shape& x) {
  if (x.rank() < 3)
    throw ShapeError(text(operation, ": shape ", x, "; expected (..., height, width, channels)"));
}

void require_filters(const char* operation, const Shape& x, const Shape& weight, std::size_t axis,
                     const char* expected) {
  require_image(operation, x);
  if (weight.rank() != 4 || weight[axis] != x.back())
    throw ShapeError(text(operation, ": x ", x, ", weight ", weight,
                          "; expected a weight (kh, kw, in, out) with ", expected, " = ",
                          x.back()));
}

} // namespace contractive
