#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <string>

namespace contractive::cae {

/// An image as PNG: grey (height, width) or RGB (height, width, 3), 8 bits, from values in [0, 1];
/// what lies outside is clipped. `name` is for errors. Throws ShapeError for another shape, Error
/// for values that are not finite.
template <class T>
[[nodiscard]] std::string png(const Array<T>& image, const std::string& name = "png");
/// The same as a file, written atomically. Throws FileError when it cannot be written.
template <class T> void write_png(const std::string& path, const Array<T>& image);

/// How a tile's values become grey.
enum class Scaling {
  unit,     ///< 0 is black, 1 is white
  own,      ///< each tile's least value is black, its greatest white
  symmetric ///< 0 is mid-grey, each tile's greatest magnitude is white or black
};

/// Images (N, height, width) as tiles of one image, row by row, thin gaps between them, each pixel
/// a square of zoom x zoom. Throws ShapeError for another shape, Error for no columns or no zoom.
template <class T>
[[nodiscard]] Array<T> grid(const Array<T>& images, std::size_t columns,
                            Scaling scaling = Scaling::unit, std::size_t zoom = 1);

/// Pairs (N, height, width of both): each image with its partner to its right, for grid().
/// Throws ShapeError when numbers or heights differ.
template <class T> [[nodiscard]] Array<T> beside(const Array<T>& left, const Array<T>& right);

} // namespace contractive::cae
