#include <contractive/autodiff/image.hpp>

#include <contractive/autodiff/move.hpp>
#include <contractive/autodiff/product.hpp>
#include <contractive/autodiff/tape.hpp>

namespace contractive {
namespace {

Patches patches(const char* operation, const Window& window, std::size_t height, std::size_t width,
                std::size_t channels) {
  const std::size_t high = height + 2 * window.padding, wide = width + 2 * window.padding;
  if (window.stride == 0 || window.height == 0 || window.width == 0 || window.height > high ||
      window.width > wide)
    throw ShapeError(text(operation, ": window ", window.height, " x ", window.width, ", stride ",
                          window.stride, ", padding ", window.padding, " on an image of ", height,
                          " x ", width, "; expected a positive window that fits, and a stride"));
  return {window,
          height,
          width,
          channels,
          (high - window.height) / window.stride + 1,
          (wide - window.width) / window.stride + 1};
}

template <class T> void require_image(const char* operation, const Variable<T>& x) {
  if (x.rank() < 3)
    throw ShapeError(
        text(operation, ": shape ", x.shape(), "; expected (..., height, width, channels)"));
}

template <class T>
void require_weight(const char* operation, const Variable<T>& x, const Variable<T>& weight,
                    std::size_t axis, const char* expected) {
  require_image(operation, x);
  if (weight.rank() != 4 || weight.shape()[axis] != x.shape().back())
    throw ShapeError(text(operation, ": x ", x.shape(), ", weight ", weight.shape(),
                          "; expected a weight (kh, kw, in, out) with ", expected, " = ",
                          x.shape().back()));
}

template <class T> Variable<T> as_matrix(const Variable<T>& weight) {
  return reshape(weight, {weight.shape().first(3).elements(), weight.shape()[3]});
}

} // namespace

template <class T> Variable<T> unfold(const Variable<T>& x, const Window& window) {
  require_image("unfold", x);
  const Shape image = x.shape().last(3);
  return Move<T, Patches>{patches("unfold", window, image[0], image[1], image[2])}.apply(x);
}

template <class T>
Variable<T> fold(const Variable<T>& x, const Window& window, std::size_t height,
                 std::size_t width) {
  require_image("fold", x);
  const std::size_t pixels = window.height * window.width;
  const Patches sizes =
      patches("fold", window, height, width, pixels ? x.shape().back() / pixels : 0);
  if (x.shape().last(3) != sizes.patches())
    throw ShapeError(text("fold: patches ", x.shape(), " for an image of ", height, " x ", width,
                          "; expected (..., ", sizes.rows, ", ", sizes.columns, ", ", pixels,
                          " * channels)"));
  return Move<T, Patches>{sizes, true}.apply(x);
}

template <class T>
Variable<T> conv2d(const Variable<T>& x, const Variable<T>& weight, std::size_t stride,
                   std::size_t padding) {
  require_weight("conv2d", x, weight, 2, "in");
  return matmul(unfold(x, {weight.shape()[0], weight.shape()[1], stride, padding}),
                as_matrix(weight));
}

template <class T>
Variable<T> conv_transpose2d(const Variable<T>& x, const Variable<T>& weight, std::size_t stride,
                             std::size_t padding, std::size_t height, std::size_t width) {
  require_weight("conv_transpose2d", x, weight, 3, "out");
  const auto smallest = [&](std::size_t from_end, std::size_t window) {
    const std::size_t reach = (x.shape()[x.rank() - from_end] - 1) * stride + window;
    return reach > 2 * padding ? reach - 2 * padding : 0;
  };
  const std::size_t kh = weight.shape()[0], kw = weight.shape()[1];
  return fold(matmul(x, as_matrix(weight), Transpose::b), {kh, kw, stride, padding},
              height ? height : smallest(3, kh), width ? width : smallest(2, kw));
}

template <class T> Variable<T> windows(const Variable<T>& x, const Window& window) {
  if (window.padding != 0)
    throw ShapeError(text("pool2d: padding ", window.padding,
                          "; expected 0, pad() the image with the value that is wanted"));
  const Variable<T> seen = unfold(x, window);
  return reshape(seen, seen.shape().first(x.rank() - 1) +
                           Shape{window.height * window.width, x.shape().back()});
}

// clang-format off
using F = Variable<float>; using D = Variable<double>; using N = std::size_t;
template F unfold(const F&, const Window&);    template D unfold(const D&, const Window&);
template F windows(const F&, const Window&);   template D windows(const D&, const Window&);
template F fold(const F&, const Window&, N, N); template D fold(const D&, const Window&, N, N);
template F conv2d(const F&, const F&, N, N);   template D conv2d(const D&, const D&, N, N);
template F conv_transpose2d(const F&, const F&, N, N, N, N);
template D conv_transpose2d(const D&, const D&, N, N, N, N);

} // namespace contractive
