#pragma once

#include <contractive/autodiff/move.hpp>
#include <contractive/autodiff/reduce.hpp>

/// Images are channels-last: (..., height, width, channels), so that the lines of a patch are
/// contiguous. All throw ShapeError when a window does not fit or channels differ.
namespace contractive {

/// The patches that the window sees: (..., h, w, c) -> (..., oh, ow, height * width * c), where
/// oh = (h + 2 padding - height) / stride + 1 and ow alike.
template <class T> Variable<T> unfold(const Variable<T>& x, const Window& window) {
  require_image("unfold", x.shape());
  const Patches p = patches("unfold", window, x.shape().last(3));
  return moved(moved(moved(moved(x, p.frame, true), p.pixels), p.pick), p.grid);
}
/// The transpose of unfold: patches added up into an image (..., height, width, c).
template <class T>
Variable<T> fold(const Variable<T>& x, const Window& window, std::size_t height,
                 std::size_t width) {
  require_image("fold", x.shape());
  const std::size_t seen = std::max<std::size_t>(1, window.height * window.width);
  const Patches p = patches("fold", window, {height, width, x.shape().back() / seen});
  if (x.shape().last(3) != p.grid.to)
    throw ShapeError(text("fold: patches ", x.shape(), " for an image of ", height, " x ", width,
                          "; expected (..., ", p.grid.to[0], ", ", p.grid.to[1], ", ", seen,
                          " * channels)"));
  return moved(moved(moved(moved(x, p.grid, true), p.pick, true), p.pixels, true), p.frame);
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

/// Each window's pixels on an axis of their own: (..., h, w, c) -> (..., oh, ow, pixels, c). Throws
/// for padding, whose value depends on what comes next: pad() the image.
template <class T> Variable<T> windows(const Variable<T>& x, const Window& window) {
  if (window.padding != 0)
    throw ShapeError(text("pool2d: padding ", window.padding,
                          "; expected 0, pad() the image with the value that is wanted"));
  const Variable<T> seen = unfold(x, window);
  return reshape(seen, seen.shape().first(x.rank() - 1) +
                           Shape{window.height * window.width, x.shape().back()});
}
/// The mean, and the largest element, of each window's pixels, channel by channel. Ties select the
/// first pixel.
template <class T> Variable<T> average_pool2d(const Variable<T>& x, const Window& window) {
  return mean(windows(x, window), -2);
}
template <class T> Variable<T> max_pool2d(const Variable<T>& x, const Window& window) {
  return max(windows(x, window), -2);
}

} // namespace contractive
