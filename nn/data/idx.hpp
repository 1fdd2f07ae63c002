#pragma once

#include <contractive/autodiff/array.hpp>

#include <string>

namespace contractive::nn {

/// An IDX file, plain or gzip, of any of the format's element types: the values as they are.
/// Source: LeCun, Cortes, Burges, the MNIST page. Throws FileError, naming the file, for a wrong
/// magic number, a size that cannot be, or data that end too early.
template <class T> Array<T> read_idx(const std::string& path);

/// A folder's images and labels in IDX files, as MNIST has them: <part>-images..., <part>-labels...
/// with part "train" or "t10k"; if there are no such names, the only file with images (rank 3).
template <class T> struct Images {
  Array<T> pixels; ///< (N, height, width), divided by 255
  Indices labels;  ///< (N), or empty where there is no file of labels
};
/// Throws FileError when the folder is missing or holds no such file.
template <class T> Images<T> read_images(const std::string& folder, const std::string& part);

} // namespace contractive::nn
