#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <string>

namespace contractive::cae {

/// Data to train on or to encode, one sample a row.
template <class T> struct Samples {
  Array<T> values; ///< (N, d), all finite
  Shape shape;     ///< one sample's: (height, width, channels), or (d)
  Indices labels;  ///< (N) where a folder of IDX files has them, else empty
};

/// The values of any file of numbers, whatever their shape: a folder of IDX files, an IDX file,
/// .npy or .csv. Bytes of images are divided by 255. Throws FileError as read_samples does.
template <class T> Array<T> read_values(const std::string& path, const std::string& part = "train");

/// From a folder of IDX files as MNIST has them (`part` is train or t10k), one IDX file, a .npy
/// file (N, d), (N, height, width) or (N, height, width, channels), or a .csv file. `image`, where
/// it is not empty, gives the samples this shape. Throws FileError, naming the file, for what is
/// missing or malformed, for no samples at all and for values that are not finite.
template <class T>
Samples<T> read_samples(const std::string& path, const std::string& part = "train",
                        const Shape& image = Shape());

/// Throws FileError, naming the path, unless all values are in [0, 1]: what cross-entropy needs.
template <class T> void require_unit_range(const Samples<T>& samples, const std::string& path);

} // namespace contractive::cae
