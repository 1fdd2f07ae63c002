#pragma once

#include <contractive/autodiff/shape.hpp>

#include <array>
#include <cstddef>

namespace contractive {

/// A window that moves by `stride` over an image with `padding` zeros around it.
struct Window {
  std::size_t height = 1, width = 1, stride = 1, padding = 0;
};

/// Every step-th element of `whole`'s axes from `start` on: a `part`.
struct Cut {
  Shape whole, part;
  std::array<std::ptrdiff_t, Shape::max_rank> start{}, step{};
};

/// The sizes of an image and of the grid of patches that a window sees on it.
struct Patches {
  Window window;
  std::size_t height, width, channels, rows, columns;
  std::size_t image() const { return height * width * channels; }
  std::size_t patch() const { return window.height * window.width * channels; }
  std::size_t patches() const { return rows * columns * patch(); }
};

} // namespace contractive
