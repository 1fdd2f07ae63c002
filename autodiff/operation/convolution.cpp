#include <contractive/autodiff/operation/form.hpp>
#include <contractive/autodiff/operation/image.hpp>

namespace contractive {
namespace {

enum : std::size_t { images, weight, answers };

Shape front(const Shape& shape, std::size_t own) { return shape.first(shape.rank() - own); }

// The form <x * w, y> of images x (..., h, w, c), filters (kh, kw, c, o) and answers (..., oh, ow,
// o) without the indices of one of them, which is missing.
template <class T>
Variable<T> convolution(const Filters& f, std::size_t missing,
                        const std::array<Variable<T>, 3>& v) {
  // Axes in front of one operand alone, of a block of tangents or cotangents: one after another.
  std::size_t block = weight;
  Shape extra;
  if (missing != weight) {
    extra = front(v[weight].shape(), 4);
  } else {
    const Shape x = front(v[images].shape(), 3), y = front(v[answers].shape(), 3);
    block = x.rank() > y.rank() ? images : answers;
    extra = x.rank() > y.rank() ? front(x, y.rank()) : front(y, x.rank());
  }
  if (extra.rank() > 0) {
    const Shape own = v[block].shape().last(v[block].rank() - extra.rank());
    const Variable<T> rows = reshape(v[block], Shape{extra.elements()} + own);
    std::vector<Variable<T>> parts;
    for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(extra.elements()); ++k) {
      auto operands = v;
      operands[block] = reshape(slice(rows, 0, {k, k + 1}), own);
      parts.push_back(convolution(f, missing, operands));
    }
    if (parts.empty()) {
      const Shape& there = v[missing == images ? answers : images].shape();
      return Array<T>::zeros(
          extra + (missing == weight ? f.weight
                                     : front(there, 3) + (missing == images ? f.image : f.grid)));
    }
    return reshape(stack(parts), extra + parts[0].shape());
  }
  const Array<T> value = kernel::convolve(missing, f, values(v));
  const double each = static_cast<double>(f.weight.elements() * f.grid[0] * f.grid[1]);
  const auto again = [f](std::size_t without, const std::array<Variable<T>, 3>& operands) {
    return convolution(f, without, operands);
  };
  return record_form("convolution", value, missing, v, again, [=](Custom<T>& map, std::size_t j) {
    if (missing == weight || j == weight)
      return;
    map.free_axes = map.from.rank() - 3;
    map.multiply_adds = each * static_cast<double>(front(map.from, 3).elements());
  });
}

} // namespace

template <class T>
Variable<T> conv2d(const Variable<T>& x, const Variable<T>& w, std::size_t stride,
                   std::size_t padding) {
  require_filters("conv2d", x.shape(), w.shape(), 2, "in");
  const Window window{w.shape()[0], w.shape()[1], stride, padding};
  const Shape image = x.shape().last(3);
  return convolution<T>(filters("conv2d", window, image, w.shape()), answers,
                        {moved(x, frame(window, image), true), w, Variable<T>()});
}

template <class T>
Variable<T> conv_transpose2d(const Variable<T>& y, const Variable<T>& w, std::size_t stride,
                             std::size_t padding, std::size_t height, std::size_t width) {
  constexpr const char* name = "conv_transpose2d";
  require_filters(name, y.shape(), w.shape(), 3, "out");
  const Shape grid = y.shape().last(3);
  const auto smallest = [&](std::size_t windows, std::size_t length) {
    const std::size_t reach = (windows - 1) * stride + length;
    return reach > 2 * padding ? reach - 2 * padding : 0;
  };
  const Window window{w.shape()[0], w.shape()[1], stride, padding};
  const Shape image{height ? height : smallest(grid[0], w.shape()[0]),
                    width ? width : smallest(grid[1], w.shape()[1]), w.shape()[2]};
  const Filters f = filters(name, window, image, w.shape());
  if (f.grid != grid)
    throw ShapeError(text(name, ": x ", y.shape(), " for an image of ", image[0], " x ", image[1],
                          "; expected (..., ", f.grid[0], ", ", f.grid[1], ", ", f.grid[2], ")"));
  return moved(convolution<T>(f, images, {Variable<T>(), w, y}), frame(window, image));
}

// clang-format off
using F = Variable<float>; using D = Variable<double>; using N = std::size_t;
template F conv2d(const F&, const F&, N, N);  template D conv2d(const D&, const D&, N, N);
template F conv_transpose2d(const F&, const F&, N, N, N, N);
template D conv_transpose2d(const D&, const D&, N, N, N, N);

} // namespace contractive
