#include <contractive/autodiff/operation/image.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>

#include <numeric>

namespace contractive {
namespace {

const Window2d& unpadded(const char* operation, const Window2d& window) {
  if (window.padding != 0)
    throw ShapeError(operation, ": padding ", window.padding,
                     "; expected 0, pad() the image with the value that is wanted");
  return window;
}

geometry::Slice frame(const Window2d& window, const Shape& image) {
  const std::size_t zeros = window.padding;
  return geometry::pad(image, {{zeros, zeros}, {zeros, zeros}, {}});
}

kernel::Filters filters(const char* operation, const Window2d& window, const Shape& image,
                        const Shape& weight) {
  const auto [h, w, stride, zeros] = window;
  const Shape framed = frame(window, image).whole;
  if (stride == 0 || h == 0 || w == 0 || h > framed[0] || w > framed[1])
    throw ShapeError(operation, ": window ", h, " x ", w, ", stride ", stride, ", padding ", zeros,
                     " on an image of ", image[0], " x ", image[1],
                     "; expected a positive window that fits, and a stride");
  return {framed,
          weight,
          {(framed[0] - h) / stride + 1, (framed[1] - w) / stride + 1, weight.back()},
          stride};
}

std::vector<geometry::Slice> taps(const char* operation, const Window2d& window,
                                  const Shape& image) {
  const kernel::Filters f = filters(operation, window, image, image);
  const auto step = static_cast<std::ptrdiff_t>(window.stride);
  std::vector<geometry::Slice> slices;
  for (std::size_t y = 0; y < window.height; ++y)
    for (std::size_t x = 0; x < window.width; ++x) {
      geometry::Slice slice{f.image, f.grid};
      slice.start = {static_cast<std::ptrdiff_t>(y), static_cast<std::ptrdiff_t>(x)};
      slice.step = {step, step, 1};
      slices.push_back(slice);
    }
  return slices;
}

void require_image(const char* operation, const Shape& x) {
  if (x.rank() < 3)
    throw ShapeError(operation, ": shape ", x, "; expected (..., height, width, channels)");
}

void require_filters(const char* operation, const Shape& x, const Shape& weight, std::size_t axis,
                     const char* expected) {
  require_image(operation, x);
  if (weight.rank() != 4 || weight[axis] != x.back())
    throw ShapeError(operation, ": x ", x, ", weight ", weight,
                     "; expected a weight (kh, kw, in, out) with ", expected, " = ", x.back());
}

// What each pixel of the window meets as it moves: (..., h, w, c) -> (..., oh, ow, c) for each, row
// by row.
template <class T>
std::vector<Variable<T>> taps(const char* operation, const Variable<T>& x, const Window2d& window) {
  require_image(operation, x.shape());
  const Shape image = x.shape().last(3);
  const Variable<T> framed = detail::move_back(x, frame(window, image));
  std::vector<Variable<T>> result;
  for (const geometry::Slice& slice : taps(operation, window, image))
    result.push_back(detail::move(framed, slice));
  return result;
}

// f(... f(f(v0, v1), v2) ...)
template <class T, class F> Variable<T> reduce(const std::vector<Variable<T>>& v, const F& f) {
  return std::accumulate(v.begin() + 1, v.end(), v[0], f);
}
template <class T> Variable<T> total(const std::vector<Variable<T>>& v) {
  return reduce(v, [](const Variable<T>& a, const Variable<T>& b) { return a + b; });
}

constexpr std::size_t images = kernel::Convolution::images, weight = kernel::Convolution::weight,
                      outputs = kernel::Convolution::outputs;

// The axes in front of an operand's own.
Shape front(const Shape& shape, std::size_t own) { return shape.first(shape.rank() - own); }

// The form <x * w, y> of images x (..., h, w, c), filters (kh, kw, c, o) and outputs (..., oh, ow,
// o) without the indices of one of them, which is omitted.
template <class T>
Variable<T> convolution(const kernel::Filters& f, std::size_t omitted,
                        const std::array<Variable<T>, 3>& v) {
  // Axes in front of one operand alone, of a block of tangents or cotangents: one after another.
  std::size_t block = weight;
  Shape extra;
  if (omitted != weight) {
    extra = front(v[weight].shape(), 4);
  } else {
    const Shape x = front(v[images].shape(), 3), y = front(v[outputs].shape(), 3);
    block = x.rank() > y.rank() ? images : outputs;
    extra = x.rank() > y.rank() ? front(x, y.rank()) : front(y, x.rank());
  }
  if (extra.rank() > 0) {
    const Shape own = v[block].shape().last(v[block].rank() - extra.rank());
    const Variable<T> rows = reshape(v[block], Shape{extra.elements()} + own);
    std::vector<Variable<T>> parts;
    for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(extra.elements()); ++k) {
      auto operands = v;
      operands[block] = reshape(slice(rows, 0, {k, k + 1}), own);
      parts.push_back(convolution(f, omitted, operands));
    }
    if (parts.empty()) {
      const Shape& there = v[omitted == images ? outputs : images].shape();
      return Array<T>::zeros(
          extra + (omitted == weight ? f.weight
                                     : front(there, 3) + (omitted == images ? f.image : f.grid)));
    }
    return reshape(stack(parts), extra + parts[0].shape());
  }
  const Array<T> value =
      kernel::convolve<T>(omitted, f, {v[0].value(), v[1].value(), v[2].value()});
  const std::size_t count = front(v[omitted == images ? outputs : images].shape(), 3).elements();
  const auto work = static_cast<double>(f.weight.elements() * f.grid[0] * f.grid[1] * count);
  // Linear in each operand that is there: its map puts tangents in its place; the transpose leaves
  // it out, and puts cotangents in the place of what was left out.
  const auto rule = [&](std::size_t j) {
    return [=] {
      const auto with = [v](std::size_t place, const Variable<T>& x) {
        auto operands = v;
        operands[place] = x;
        return operands;
      };
      Custom<T> map{[=](const Variable<T>& t) { return convolution(f, omitted, with(j, t)); },
                    [=](const Variable<T>& g) { return convolution(f, j, with(omitted, g)); },
                    {},
                    work};
      if (omitted != weight && j != weight)
        map.free_axes = v[j].rank() - 3;
      return map;
    };
  };
  const std::size_t j = omitted == 0 ? 1 : 0, k = omitted == 2 ? 1 : 2;
  return record("convolution", value, wrt(v[j], rule(j)), wrt(v[k], rule(k)));
}

} // namespace

template <class T> Variable<T> unfold(const Variable<T>& x, const Window2d& window) {
  return concatenate(taps("unfold", x, window), -1);
}

template <class T>
Variable<T> fold(const Variable<T>& x, const Window2d& window, std::size_t height,
                 std::size_t width) {
  require_image("fold", x.shape());
  const std::size_t seen = std::max<std::size_t>(1, window.height * window.width);
  const Shape image{height, width, x.shape().back() / seen};
  const std::vector<geometry::Slice> slices = taps("fold", window, image);
  const Shape& grid = slices[0].part;
  if (x.shape().last(3) != grid.first(2) + Shape{seen * image[2]})
    throw ShapeError("fold: patches ", x.shape(), " for an image of ", height, " x ", width,
                     "; expected (..., ", grid[0], ", ", grid[1], ", ", seen, " * channels)");
  std::vector<Variable<T>> parts;
  for (std::size_t i = 0; i < seen; ++i) {
    const auto first = static_cast<std::ptrdiff_t>(i * image[2]);
    const Range channels{first, first + static_cast<std::ptrdiff_t>(image[2])};
    parts.push_back(detail::move_back(slice(x, -1, channels), slices[i]));
  }
  return detail::move(total(parts), frame(window, image));
}

template <class T>
Variable<T> conv2d(const Variable<T>& x, const Variable<T>& w, std::size_t stride,
                   std::size_t padding) {
  require_filters("conv2d", x.shape(), w.shape(), 2, "in");
  const Window2d window{w.shape()[0], w.shape()[1], stride, padding};
  const Shape image = x.shape().last(3);
  return convolution<T>(filters("conv2d", window, image, w.shape()), outputs,
                        {detail::move_back(x, frame(window, image)), w, Variable<T>()});
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
  const Window2d window{w.shape()[0], w.shape()[1], stride, padding};
  const Shape image{height ? height : smallest(grid[0], w.shape()[0]),
                    width ? width : smallest(grid[1], w.shape()[1]), w.shape()[2]};
  const kernel::Filters f = filters(name, window, image, w.shape());
  if (f.grid != grid)
    throw ShapeError(name, ": x ", y.shape(), " for an image of ", image[0], " x ", image[1],
                     "; expected (..., ", f.grid[0], ", ", f.grid[1], ", ", f.grid[2], ")");
  return detail::move(convolution<T>(f, images, {Variable<T>(), w, y}), frame(window, image));
}

template <class T> Variable<T> average_pool2d(const Variable<T>& x, const Window2d& window) {
  const auto count = static_cast<T>(window.height * window.width);
  return total(taps("pool2d", x, unpadded("pool2d", window))) / count;
}

template <class T> Variable<T> max_pool2d(const Variable<T>& x, const Window2d& window) {
  return reduce(taps("pool2d", x, unpadded("pool2d", window)),
                [](const Variable<T>& a, const Variable<T>& b) { return maximum(a, b); });
}

// clang-format off
using namespace instances;
template VF unfold(const VF&, const Window2d&);                             template VD unfold(const VD&, const Window2d&);
template VF fold(const VF&, const Window2d&, std::size_t, std::size_t);     template VD fold(const VD&, const Window2d&, std::size_t, std::size_t);
template VF conv2d(const VF&, const VF&, std::size_t, std::size_t);         template VD conv2d(const VD&, const VD&, std::size_t, std::size_t);
template VF conv_transpose2d(const VF&, const VF&, std::size_t, std::size_t, std::size_t, std::size_t); template VD conv_transpose2d(const VD&, const VD&, std::size_t, std::size_t, std::size_t, std::size_t);
template VF average_pool2d(const VF&, const Window2d&);                     template VD average_pool2d(const VD&, const Window2d&);
template VF max_pool2d(const VF&, const Window2d&);                         template VD max_pool2d(const VD&, const Window2d&);

} // namespace contractive
