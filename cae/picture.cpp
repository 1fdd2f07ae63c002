#include <contractive/cae/picture.hpp>

#include <contractive/nn/file.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <png.h>

namespace contractive::cae {
namespace {

// a + b v: how a tile's values become grey.
template <class T> struct Grey { T a, b; };
template <class T> Grey<T> grey(const T* tile, std::size_t n, Scaling scaling) {
  if (scaling == Scaling::unit || n == 0)
    return {0, 1};
  const auto [low, high] = std::minmax_element(tile, tile + n);
  if (scaling == Scaling::range)
    return *high > *low ? Grey<T>{-*low / (*high - *low), 1 / (*high - *low)} : Grey<T>{0, 0};
  const T most = std::max(std::abs(*low), std::abs(*high));
  return {T(0.5), most > 0 ? T(0.5) / most : T(0)};
}

} // namespace

template <class T>
Array<T> tile(const Array<T>& tiles, std::size_t columns, Scaling scaling, std::size_t zoom) {
  if (tiles.rank() != 3 || columns == 0 || zoom == 0)
    throw ShapeError(text("tile: tiles ", tiles.shape(), ", ", columns, " columns, zoom ", zoom,
                          "; expected (N, height, width) and at least 1"));
  const std::size_t count = tiles.shape()[0], height = tiles.shape()[1], width = tiles.shape()[2];
  const std::size_t gap = zoom, across = std::max<std::size_t>(1, std::min(columns, count));
  const std::size_t down = std::max<std::size_t>(1, (count + across - 1) / across);
  const std::size_t wide = across * (width * zoom + gap) + gap;
  const Shape shape{down * (height * zoom + gap) + gap, wide};
  return Array<T>::make(shape, [&](T* out) {
    std::fill_n(out, shape.elements(), T(0.25)); // the gaps
    for (std::size_t i = 0; i < count; ++i) {
      const T* const from = tiles.data() + i * height * width;
      const Grey<T> scale = grey(from, height * width, scaling);
      const std::size_t top = gap + i / across * (height * zoom + gap);
      const std::size_t left = gap + i % across * (width * zoom + gap);
      for (std::size_t y = 0; y < height * zoom; ++y)
        for (std::size_t x = 0; x < width * zoom; ++x)
          out[(top + y) * wide + left + x] =
              std::clamp(scale.a + scale.b * from[y / zoom * width + x / zoom], T(0), T(1));
    }
  });
}

template <class T> void write_png(const std::string& path, const Array<T>& picture) {
  if (picture.rank() != 2 || picture.size() == 0)
    throw ShapeError(text("write_png: ", path, ": shape ", picture.shape(),
                          "; expected grey values (height, width)"));
  std::vector<unsigned char> pixels(picture.size());
  std::transform(picture.begin(), picture.end(), pixels.begin(), [](T v) {
    return static_cast<unsigned char>(std::lround(255 * std::clamp(v, T(0), T(1))));
  });
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.height = static_cast<png_uint_32>(picture.shape()[0]);
  image.width = static_cast<png_uint_32>(picture.shape()[1]);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  std::string bytes;
  const auto encode = [&](void* memory) {
    if (!png_image_write_to_memory(&image, memory, &size, 0, pixels.data(), 0, nullptr))
      throw FileError(text(path, ": cannot be encoded as PNG: ", image.message));
  };
  encode(nullptr);
  bytes.resize(size);
  encode(bytes.data());
  nn::write_file(path, {bytes.data(), size});
}

template Array<float> tile(const Array<float>&, std::size_t, Scaling, std::size_t);
template Array<double> tile(const Array<double>&, std::size_t, Scaling, std::size_t);
template void write_png(const std::string&, const Array<float>&);
template void write_png(const std::string&, const Array<double>&);

} // namespace contractive::cae
