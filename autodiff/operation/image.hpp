#pragma once

#include <contractive/autodiff/operation/move.hpp>

#include <numeric>

/// Images are channels-last: (..., height, width, channels), so that the lines of a patch are
/// contiguous. All throw ShapeError when a window does not fit or channels differ.
namespace contractive {

/// What each pixel of the window meets as it moves: (..., h, w, c) -> (..., oh, ow, c) for each,
/// row by row, where oh = (h + 2 padding - height) / stride + 1 and ow alike.
template <class T>
std::vector<Variable<T>> taps(const char* operation, const Variable<T>& x, const Window& window) {
  require_image(operation, x.shape());
  const Shape image = x.shape().last(3);
  const Variable<T> framed = moved(x, frame(window, image), true);
  std::vector<Variable<T>> result;
  for (const Cut& cut : taps(operation, window, image))
    result.push_back(moved(framed, cut));
  return result;
}
/// join(... join(join(v0, v1), v2) ...)
template <class T, class Join>
Variable<T> joined(const std::vector<Variable<T>>& v, const Join& join) {
  return std::accumulate(v.begin() + 1, v.end(), v[0], join);
}
/// The patches that the window sees: (..., h, w, c) -> (..., oh, ow, height * width * c).
template <class T> Variable<T> unfold(const Variable<T>& x, const Window& window) {
  return concatenate(taps("unfold", x, window), -1);
}
/// The transpose of unfold: patches added up into an image (..., height, width, c).
template <class T>
Variable<T> fold(const Variable<T>& x, const Window& window, std::size_t height,
                 std::size_t width) {
  require_image("fold", x.shape());
  const std::size_t seen = std::max<std::size_t>(1, window.height * window.width);
  const Shape image{height, width, x.shape().back() / seen};
  const std::vector<Cut> cuts = taps("fold", window, image);
  const Shape& grid = cuts[0].part;
  if (x.shape().last(3) != grid.first(2) + Shape{seen * image[2]})
    throw ShapeError(text("fold: patches ", x.shape(), " for an image of ", height, " x ", width,
                          "; expected (..., ", grid[0], ", ", grid[1], ", ", seen, " * channels)"));
  std::vector<Variable<T>> parts;
  for (std::size_t i = 0; i < seen; ++i) {
    const auto first = static_cast<std::ptrdiff_t>(i * image[2]);
    const Range channels{first, first + static_cast<std::ptrdiff_t>(image[2])};
    parts.push_back(moved(slice(x, -1, channels), cuts[i], true));
  }
  return moved(joined(parts, add<T>), frame(window, image));
}

/// Convolution (cross-correlation) of x (..., h, w, c) with weight (kh, kw, c, o): (..., oh, ow,
/// o).
template <class T>
Variable<T> conv2d(const Variable<T>& x, const Variable<T>& weight, std::size_t stride = 1,
                   std::size_t padding = 0);
/// The transpose of conv2d with the same weight (kh, kw, c, o): x (..., oh, ow, o) -> (..., height,
/// width, c). Without a size, the smallest that conv2d maps to (oh, ow).
template <class T>
Variable<T> conv_transpose2d(const Variable<T>& x, const Variable<T>& weight,
                             std::size_t stride = 1, std::size_t padding = 0,
                             std::size_t height = 0, std::size_t width = 0);

/// The mean, and the largest element, of each window's pixels, channel by channel. Ties select the
/// first pixel. Throw for padding, whose value depends on what comes next: pad() the image.
template <class T> Variable<T> average_pool2d(const Variable<T>& x, const Window& window) {
  const T share = T(1) / static_cast<T>(window.height * window.width);
  return joined(taps("pool2d", x, unpadded("pool2d", window)), add<T>) * share;
}
template <class T> Variable<T> max_pool2d(const Variable<T>& x, const Window& window) {
  return joined(taps("pool2d", x, unpadded("pool2d", window)), maximum<T>);
}

} // namespace contractive
