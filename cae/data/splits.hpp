#pragma once

#include <contractive/cae/data/samples.hpp>
#include <contractive/nn/file/hash.hpp>

namespace contractive::cae {

/// What to take for what.
struct DataPlan {
  std::string path;           ///< a file, or a folder of IDX files
  std::string labels;         ///< a file of numbers, which goes before labels of the data's own
  Reading reading{};          ///< `part` is not looked at
  std::size_t training = 0;   ///< how many samples
  std::size_t validation = 0; ///< how many
  std::size_t test = 0;       ///< how many
  bool pooled = false; ///< the test samples too come out of the same samples as the others: all
                       ///< parts of a folder together
};
/// The first samples are for training, the next for validation; the first of the test part, or,
/// pooled, the next ones, are for tests. A single file is always pooled.
struct Splits {
  Labelled<float> training;                  ///< as rows (N, d)
  Labelled<float> validation;                ///< as rows (N, d)
  Labelled<float> test;                      ///< as rows (N, d)
  Shape sample;                              ///< the shape of one
  std::size_t classes = 0;                   ///< one more than the greatest label
  std::uint64_t fingerprint = nn::fnv1a({}); ///< of all values: other data, another number
  Reading reading{};                         ///< with the scale's numbers, from `training`
  std::vector<std::string> notes{};          ///< what was decided by looks, for people
};
/// Throws FileError, naming the file, for missing or malformed data or labels, and too few samples.
[[nodiscard]] Splits read_splits(const DataPlan& plan);

} // namespace contractive::cae
