#pragma once

#include <contractive/cae/data/samples.hpp>
#include <contractive/nn/file/hash.hpp>

namespace contractive::cae {

/// Samples with their labels, whole numbers from 0. `labels` is a .npy or .csv file of them for
/// data that come as a .npy or .csv file; a folder of IDX files has its own. Throws FileError,
/// naming the file, where labels are missing, are no whole numbers, or differ from the samples in
/// number.
[[nodiscard]] Labelled<float> read_labelled(const std::string& path, const std::string& labels,
                                            const std::string& part);

/// What to take for what.
struct DataPlan {
  std::string path, labels; ///< as read_labelled() takes them
  std::size_t training = 0, validation = 0, test = 0;
  bool pooled = false; ///< the test samples too come out of the same samples as the others: all
                       ///< parts of a folder together
};
/// The first samples are for training, the next for validation; the first of the test part, or,
/// pooled, the next ones, are for tests. A single file is always pooled.
struct Splits {
  Labelled<float> training, validation, test; ///< as rows
  Shape sample;                               ///< the shape of one
  std::size_t classes = 0;
  std::uint64_t fingerprint = nn::fnv1a({}); ///< of all values: other data, another number
};
/// Throws FileError, naming the file, for missing or malformed data or too few samples.
[[nodiscard]] Splits read_splits(const DataPlan& plan);

} // namespace contractive::cae
