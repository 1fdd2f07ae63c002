#pragma once

#include <contractive/autodiff/operation/arithmetic.hpp>

/// Images are channels-last: (..., height, width, channels), so that the lines of a patch are
/// contiguous. All but max_pool2d are linear in each operand, and what overlapping windows give
/// back adds up. All throw ShapeError when a window does not fit or channels differ.
namespace contractive {

/// A window of height x width that moves by `stride` over an image with `padding` zeros around it.
struct Window2d {
  std::size_t height = 1;  ///< pixels
  std::size_t width = 1;   ///< pixels
  std::size_t stride = 1;  ///< pixels, in both directions; not 0
  std::size_t padding = 0; ///< pixels of zeros on each side
};

/// The patches that the window sees: (..., h, w, c) -> (..., oh, ow, height * width * c), where
/// oh = (h + 2 padding - height) / stride + 1 and ow alike.
template <class T> Variable<T> unfold(const Variable<T>& x, const Window2d& window);
/// The transpose of unfold: patches added up into an image (..., height, width, c).
template <class T>
Variable<T> fold(const Variable<T>& x, const Window2d& window, std::size_t height,
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

/// The mean, and the largest element, of each window's pixels, channel by channel. Ties select the
/// first pixel, row by row, for the derivative too; NaN wins. Throw ShapeError for padding, whose
/// value depends on what comes next: pad() the image.
template <class T> Variable<T> average_pool2d(const Variable<T>& x, const Window2d& window);
template <class T> Variable<T> max_pool2d(const Variable<T>& x, const Window2d& window);

} // namespace contractive
