#pragma once

#include <contractive/nn/data/batches.hpp>

#include <string>

namespace contractive::nn {

/// An IDX file, plain or gzip, of any of the format's element types: the values as they are.
/// Source: LeCun, Cortes, Burges, the MNIST page. Throws FileError, naming the file, for a wrong
/// magic number, a size that cannot be, or data that end too early.
template <class T> [[nodiscard]] Array<T> read_idx(const std::string& path);

/// One part of a folder of IDX files: the images (three axes) and labels (one axis) whose names
/// hold `part`, as in train-images-idx3-ubyte.gz; "test" and "t10k" mean the same. Where no name
/// says train or test, "train" is all there is. Images are (N, height, width), bytes divided by
/// 255; labels are empty where there is no file of them. Throws FileError when the folder is
/// missing, when it holds no or several such files, and when images and labels differ in number.
template <class T>
[[nodiscard]] Labelled<T> read_images(const std::string& folder, const std::string& part);

} // namespace contractive::nn
