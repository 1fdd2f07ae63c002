#pragma once

#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/data/numbers.hpp>

#include <string_view>

namespace contractive::nn {

/// IDX, of any of the format's element types. `path` is for errors. Source: LeCun, Cortes, Burges,
/// the MNIST page. Throws FileError, naming the file, for a wrong magic number, a size that cannot
/// be, or data that end too early.
template <class T>
[[nodiscard]] Numbers<T> parse_idx(const std::string& path, std::string_view content);
/// The same from a file, plain or gzip: the values alone, as they are. Where T is an integer,
/// fractions and what it cannot hold are errors too.
template <class T> [[nodiscard]] Array<T> read_idx(const std::string& path);

/// Where one part of a folder's images (three axes) and their labels (one axis) are.
struct IdxFiles {
  std::string images; ///< a path
  std::string labels; ///< a path, empty where there is no file of them
};
/// The IDX files of a folder whose names hold `part`, as in train-images-idx3-ubyte.gz; "test" and
/// "t10k" mean the same. Where no name says train or test, "train" is all there is. Names that
/// begin with a point are passed over. Throws FileError when the folder is missing, and when it
/// holds no or several such files.
[[nodiscard]] IdxFiles find_idx(const std::string& folder, const std::string& part);

/// Both of them: images (N, height, width), bytes divided by 255, and labels, if there are. Throws
/// FileError as these do, for labels that are none, and when they differ from the images in number.
template <class T>
[[nodiscard]] Labelled<T> read_images(const std::string& folder, const std::string& part);

} // namespace contractive::nn
