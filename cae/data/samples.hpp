#pragma once

#include <contractive/nn/data/batches.hpp>

#include <string>

namespace contractive::cae {

using nn::Labelled;

/// The values of any file of numbers, whatever their shape: a folder of IDX files, an IDX file,
/// .npy or .csv. Bytes of images are divided by 255. Throws FileError as read_samples does.
template <class T>
[[nodiscard]] Array<T> read_values(const std::string& path, const std::string& part = "train");

/// From a folder of IDX files as MNIST has them (`part` is train or t10k), one IDX file, a .npy
/// file (N, d), (N, height, width) or (N, height, width, channels), or a .csv file. `image`, where
/// it is not empty, gives the samples this shape. Returns (N, d) or (N, height, width, channels),
/// all finite, with labels where a folder of IDX files has them. Throws FileError, naming the file,
/// for what is missing or malformed, for no samples at all and for values that are not finite.
template <class T>
[[nodiscard]] Labelled<T> read_samples(const std::string& path, const std::string& part = "train",
                                       const Shape& image = Shape());

/// One sample's shape, and the samples as rows (N, d).
template <class T> [[nodiscard]] Shape shape_of_one(const Array<T>& x) {
  return x.shape().last(x.rank() - 1);
}
template <class T> [[nodiscard]] Array<T> as_rows(const Array<T>& x) {
  return x.reshaped({x.shape()[0], x.shape().inner(0)});
}

/// Throws FileError, naming the path, unless all values are in [0, 1]: what cross-entropy needs.
template <class T> void require_unit_range(const Array<T>& x, const std::string& path);

} // namespace contractive::cae
