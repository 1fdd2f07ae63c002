#pragma once

#include <contractive/autodiff/array.hpp>

#include <string>

namespace contractive::cae {

/// How the values of a tile become grey.
enum class Scaling {
  unit,      ///< 0 is black, 1 is white; beyond is cut off
  range,     ///< each tile's least value is black, its largest white
  symmetric, ///< each tile's largest magnitude is black or white, 0 is grey
};

/// Tiles (N, h, w) in rows of `columns`, with thin gaps, each pixel `zoom` x `zoom` large: grey
/// values (H, W) in [0, 1]. Throws ShapeError for another rank or 0 columns.
template <class T>
Array<T> tile(const Array<T>& tiles, std::size_t columns, Scaling scaling, std::size_t zoom = 2);

/// Writes grey values (H, W) in [0, 1] as an 8-bit PNG, atomically. Throws FileError when it
/// cannot.
template <class T> void write_png(const std::string& path, const Array<T>& grey);

} // namespace contractive::cae
