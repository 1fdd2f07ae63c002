#pragma once

#include <contractive/autodiff/array.hpp>

#include <array>
#include <cstddef>
#include <vector>

/// How elements move: each geometry describes one linear map that only copies, repeats or adds
/// elements, and by the same numbers its transpose. Axes are counted among the last ones; arrays
/// may have more in front, which are carried along.
namespace contractive {

/// A window of height x width that moves by `stride` over an image with `padding` zeros around it.
struct Window {
  std::size_t height = 1, width = 1, stride = 1, padding = 0;
};

/// The same elements under another shape.
struct Reshaping {
  Shape from, to;
  static const char* name(bool) { return "reshape"; }
};

/// Axis i of the result is axis axes[i].
struct Permutation {
  std::vector<std::size_t> axes;
  static const char* name(bool) { return "permute"; }
};

/// `from` repeated to `to` by numpy's rules; back: summed to it. New axes go behind those in front.
struct Repetition {
  Shape from, to;
  static const char* name(bool back) { return back ? "sum" : "broadcast"; }
};

/// Every step-th element of each axis of `whole` from `start` on, a `part`; back: put into zeros.
struct Cut {
  Shape whole, part;
  std::array<std::ptrdiff_t, Shape::max_rank> start{}, step{};
  static const char* name(bool back) { return back ? "pad" : "slice"; }
};

/// Elements by position along one axis; `before` and `after` differ in that axis alone. Positions
/// are (k), or (..., k, ...) like `after`. Back: added to where they were picked.
struct Pick {
  Shape before, after;
  std::size_t axis;
  Indices positions;
  static const char* name(bool back) { return back ? "scatter" : "gather"; }
};

/// An image and the grid of patches that a window sees on it; back: patches added up to an image.
struct Patches {
  Window window;
  std::size_t height, width, channels, rows, columns;
  std::size_t patch() const { return window.height * window.width * channels; }
  Shape image() const { return {height, width, channels}; }
  Shape patches() const { return {rows, columns, patch()}; }
  static const char* name(bool back) { return back ? "fold" : "unfold"; }
};

} // namespace contractive
