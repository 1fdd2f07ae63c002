#include <contractive/cae/report/picture.hpp>

#include <contractive/autodiff/operation/move.hpp>
#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <cmath>
#include <png.h>

namespace contractive::cae {

template <class T> std::string png(const Array<T>& image, const std::string& name) {
  const Shape& shape = image.shape();
  const bool colour = shape.rank() == 3 && shape[2] == 3;
  if ((shape.rank() != 2 && !colour) || shape.elements() == 0)
    throw ShapeError("write_png: image ", shape, "; expected (height, width) or (height, ",
                     "width, 3), not empty");
  if (!all_finite(image))
    throw Error(name, ": the picture's values are not all finite; expected values in [0, 1]");
  std::vector<png_byte> bytes(image.size());
  std::transform(image.begin(), image.end(), bytes.begin(), [](T value) {
    return static_cast<png_byte>(std::lround(255 * std::clamp(value, T(0), T(1))));
  });
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.height = static_cast<png_uint_32>(shape[0]);
  header.width = static_cast<png_uint_32>(shape[1]);
  header.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  std::string encoded(PNG_IMAGE_PNG_SIZE_MAX(header), '\0');
  png_alloc_size_t size = encoded.size();
  if (!png_image_write_to_memory(&header, encoded.data(), &size, 0, bytes.data(), 0, nullptr))
    throw Error(name, ": libpng: ", header.message);
  encoded.resize(size);
  return encoded;
}

template <class T> void write_png(const std::string& path, const Array<T>& image) {
  nn::write_file(path, png(image, path));
}

template <class T>
Array<T> grid(const Array<T>& images, std::size_t columns, Scaling scaling, std::size_t zoom) {
  const Shape& shape = images.shape();
  if (shape.rank() != 3 || shape.elements() == 0)
    throw ShapeError("grid: images ", shape, "; expected (number, height, width), not empty");
  if (columns == 0 || zoom == 0)
    throw Error("grid: ", columns, " columns, zoom ", zoom, "; expected at least 1 of each");
  const std::size_t n = shape[0], height = shape[1], width = shape[2];
  columns = std::min(columns, n);
  const std::size_t rows = (n + columns - 1) / columns;
  const std::size_t gap = 1 + zoom / 2, across = width * zoom + gap, down = height * zoom + gap;
  const Shape canvas{rows * down + gap, columns * across + gap};
  return Array<T>::make(canvas, [&](T* out) {
    std::fill_n(out, canvas.elements(), T(1)); // white: neither the paper of strokes nor a zero
    for (std::size_t tile = 0; tile < n; ++tile) {
      const T* const values = images.data() + tile * height * width;
      const auto [least, greatest] = std::minmax_element(values, values + height * width);
      T low = 0, high = 1;
      if (scaling == Scaling::own) {
        low = *least;
        high = *greatest;
      } else if (scaling == Scaling::symmetric) {
        high = std::max(std::abs(*least), std::abs(*greatest));
        low = -high;
      }
      T* const corner =
          out + (gap + tile / columns * down) * canvas[1] + gap + tile % columns * across;
      for (std::size_t y = 0; y < height * zoom; ++y)
        for (std::size_t x = 0; x < width * zoom; ++x) {
          const T value = values[y / zoom * width + x / zoom];
          corner[y * canvas[1] + x] = high > low ? (value - low) / (high - low) : T(0.5);
        }
    }
  });
}

template <class T> Array<T> beside(const Array<T>& left, const Array<T>& right) {
  const Shape &a = left.shape(), &b = right.shape();
  if (a.rank() != 3 || b.rank() != 3 || a.first(2) != b.first(2))
    throw ShapeError("beside: left ", a, ", right ", b,
                     "; expected (number, height, width) with equal numbers and heights");
  return concatenate<T>({left, right}, -1).value();
}

template std::string png(const Array<float>&, const std::string&);
template std::string png(const Array<double>&, const std::string&);
template void write_png(const std::string&, const Array<float>&);
template void write_png(const std::string&, const Array<double>&);
template Array<float> grid(const Array<float>&, std::size_t, Scaling, std::size_t);
template Array<double> grid(const Array<double>&, std::size_t, Scaling, std::size_t);
template Array<float> beside(const Array<float>&, const Array<float>&);
template Array<double> beside(const Array<double>&, const Array<double>&);

} // namespace contractive::cae
