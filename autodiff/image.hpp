#pragma once

#include <contractive/autodiff/geometry.hpp>
#include <contractive/autodiff/reduce.hpp>

/// Images are channels-last: (..., height, width, channels), so that a patch is contiguous and a
/// convolution is one unfold and one matrix product. All throw ShapeError when a window does not
/// fit or channels differ.
namespace contractive {

/// The patches that the window sees: (..., h, w, c) -> (..., oh, ow, height * width * c), where
/// oh = (h + 2 padding - height) / stride + 1 and ow alike.
template <class T> Variable<T> unfold(const Variable<T>& x, const Window& window);
/// The transpose of unfold: patches added up into an image (..., height, width, c).
template <class T>
Variable<T> fold(const Variable<T>& patches, const Window& window, std::size_t height,
                 std::size_t width);

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
template <class T> Variable<T> windows(const Variable<T>& x, const Window& window);
/// The mean, and the largest element, of each window's pixels, channel by channel. Ties select the
/// first pixel.
template <class T> Variable<T> average_pool2d(const Variable<T>& x, const Window& window) {
  return mean(windows(x, window), -2);
}
template <class T> Variable<T> max_pool2d(const Variable<T>& x, const Window& window) {
  return max(windows(x, window), -2);
}

} // namespace contractive
