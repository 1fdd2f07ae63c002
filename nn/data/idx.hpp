#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <string>

namespace contractive::nn {

/// An IDX file, plain or gzip, of any of the format's element types: the values as they are.
/// Source: LeCun, Cortes, Burges, the MNIST page. Throws FileError, naming the file, for a wrong
/// magic number, a size that cannot be, or data that end too early.
template <class T> Array<T> read_idx(const std::string& path);

/// Images with their labels.
template <class T> struct Images {
  Array<T> pixels; ///< (N, height, width); bytes are divided by 255
  Indices labels;  ///< (N), or empty where there is no file of labels
};
/// One part of a folder of IDX files: the images (three axes) and labels (one axis) whose names
/// hold `part`, as in train-images-idx3-ubyte.gz; "test" and "t10k" mean the same. Where no name
/// says train or test, "train" is all there is. Throws FileError when the folder is missing, when
/// it holds no or several such files, and when images and labels differ in number.
template <class T> Images<T> read_images(const std::string& folder, const std::string& part);

} // namespace contractive::nn
