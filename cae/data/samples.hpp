#pragma once

#include <contractive/cae/data/scale.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/data/numbers.hpp>
#include <contractive/nn/file/hash.hpp>

#include <string>

namespace contractive::cae {

using nn::Labelled;

/// No limit for the memory that samples may take.
constexpr std::size_t all_memory = static_cast<std::size_t>(-1);

/// What the data themselves cannot say about how they are to be read.
struct Reading {
  std::string part = "train"; ///< of a folder of IDX files: train or t10k
  std::string layout{};       ///< nhwc or nchw: where the channels of four axes, or of rows with
                              ///< `image`, are; empty: nhwc, and refused where it looks otherwise
  Shape image{};            ///< the samples' shape, (height, width, channels) or (d), if not empty
  nn::TableOptions table{}; ///< of a table
  Scale scale{};            ///< with its numbers where it is a trained model's
  std::size_t memory = std::size_t{256} << 20; ///< bytes that samples may take of it; of more, rows
                                               ///< are read as they are needed
};

/// Samples as a file has them, before they are scaled.
template <class T> struct Samples {
  nn::Rows<T> x;                  ///< (N, d) or (N, height, width, channels), all finite
  Indices labels;                 ///< (N), or empty where the data have none
  bool bytes;                     ///< whether the file holds unsigned bytes
  std::vector<std::string> notes; ///< what was decided by looks, for people
};

/// From a folder of IDX files as MNIST has them, or any file that nn::read_numbers() reads: (N, d),
/// (N, height, width) or with channels. Throws FileError, naming the file, for what is missing or
/// malformed, for no samples at all, values that are not finite, labels that are none or differ
/// from the samples in number, and for images that seem to have their channels first.
template <class T>
[[nodiscard]] Samples<T> read_samples(const std::string& path, const Reading& reading = {});
/// The same, scaled and in memory: inputs for a model. Notes are added to `notes`.
template <class T>
[[nodiscard]] Labelled<T> read_inputs(const std::string& path, const Reading& reading,
                                      std::vector<std::string>& notes);

/// One sample's shape, of samples (N, ...).
template <class Samples> [[nodiscard]] Shape shape_of_one(const Samples& x) {
  return x.shape().last(x.shape().rank() - 1);
}
/// The samples (N, ...) as rows (N, d).
template <class T> [[nodiscard]] Array<T> as_rows(const Array<T>& x) {
  return x.reshaped({x.shape()[0], x.shape().inner(0)});
}
template <class T> [[nodiscard]] nn::Rows<T> as_rows(const nn::Rows<T>& x) {
  return x.each({x.shape().inner(0)}, [](const Array<T>& batch) { return as_rows(batch); });
}

/// The bytes of an array.
template <class T> [[nodiscard]] std::string_view bytes_of(const Array<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}
/// A number, as text, by which to know all samples again.
template <class T> [[nodiscard]] std::string checksum_of(const nn::Rows<T>& samples) {
  std::uint64_t sum = nn::fnv1a({});
  nn::for_each_batch(samples, 1000,
                     [&](const Array<T>& batch) { sum = nn::fnv1a(bytes_of(batch), sum); });
  return nn::hex(sum);
}

/// The least and the greatest of inputs.
struct InputRange {
  double low = 0;  ///< the least
  double high = 0; ///< the greatest
};
template <class T> [[nodiscard]] InputRange range_of(const nn::Rows<T>& inputs);
/// Throws FileError, naming the path, unless all values are in [0, 1]: what cross-entropy needs.
template <class T> void require_unit_range(const nn::Rows<T>& x, const std::string& path);

} // namespace contractive::cae
