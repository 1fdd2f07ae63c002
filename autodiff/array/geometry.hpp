#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

/// How elements move: each geometry describes one linear map that only copies, repeats or adds
/// elements, and by the same numbers its transpose. Axes are counted among the last ones; arrays
/// may have more in front, which are carried along. The functions below make geometries from what
/// a user asks for, and throw ShapeError, naming the shapes, when it does not fit.
namespace contractive {

/// The same elements under another shape.
struct Reshaping {
  Shape from, to;
  bool trivial() const { return from == to; }
  static const char* name(bool) { return "reshape"; }
};
Reshaping reshaping(const Shape& from, Shape to); ///< one axis may be `infer`

/// Axis i of the result is axis axes[i].
struct Permutation {
  std::vector<std::size_t> axes;
  bool trivial() const { return false; }
  static const char* name(bool) { return "permute"; }
};
Permutation permutation(const Shape& from, const Axes& axes);

/// `from` repeated to `to` by numpy's rules; back: summed to it. New axes go behind those in front.
struct Repetition {
  Shape from, to;
  bool trivial() const { return from == to; }
  static const char* name(bool back) { return back ? "sum" : "broadcast"; }
};
Repetition repetition(const Shape& from, const Shape& to);

/// Every step-th element of each axis of `whole` from `start` on, a `part`; back: put into zeros.
struct Cut {
  Shape whole, part;
  std::array<std::ptrdiff_t, Shape::max_rank> start{}, step{};
  bool trivial() const;
  static const char* name(bool back) { return back ? "pad" : "slice"; }
};
/// Python's start:stop:step on one axis; a missing bound is the axis' end in the step's direction,
/// negative ones count from the end.
struct Range {
  std::optional<std::ptrdiff_t> start{}, stop{};
  std::ptrdiff_t step = 1;
};
/// How many elements lie before and after an axis' own.
struct Padding {
  std::size_t before = 0, after = 0;
};
Cut whole(const Shape& shape);
void cut_axis(Cut& cut, std::size_t axis, const Range& range);
Cut cutting(const Shape& whole, const std::vector<Range>& ranges);
Cut padding(const Shape& part, const std::vector<Padding>& paddings);
/// Where each part lies in what they are together along one axis.
std::pair<std::size_t, std::vector<Cut>> joining(const std::vector<Shape>& parts, int axis);

/// Elements by position along one axis; `before` and `after` differ in that axis alone. Positions
/// are (k), or (..., k, ...) like `after`. Back: added to where they were picked.
struct Pick {
  Shape before, after;
  std::size_t axis;
  Indices positions;
  bool trivial() const { return false; }
  static const char* name(bool back) { return back ? "scatter" : "gather"; }
};
Pick picking(const Shape& before, const Indices& indices, int axis);

/// A window of height x width that moves by `stride` over an image with `padding` zeros around it.
struct Window {
  std::size_t height = 1, width = 1, stride = 1, padding = 0;
};
const Window& unpadded(const char* operation, const Window& window);
/// The image among its zeros, as a part of them.
Cut frame(const Window& window, const Shape& image);
/// What each pixel of the window meets as it moves, (oh, ow, c), row by row: cuts of the frame.
std::vector<Cut> taps(const char* operation, const Window& window, const Shape& image);

/// Filters that a window moves over a framed image, and the grid of their answers.
struct Filters {
  Shape image;  ///< (h, w, c)
  Shape weight; ///< (kh, kw, c, o)
  Shape grid;   ///< (oh, ow, o)
  std::size_t stride;
};
Filters filters(const char* operation, const Window& window, const Shape& image,
                const Shape& weight);

/// Checks of operands: (..., height, width, channels), and (kh, kw, in, out) for its channels.
void require_image(const char* operation, const Shape& x);
void require_filters(const char* operation, const Shape& x, const Shape& weight, std::size_t axis,
                     const char* expected);

} // namespace contractive
