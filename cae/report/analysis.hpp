#pragma once

#include <contractive/cae/measure/measures.hpp>
#include <contractive/cae/measure/spectrum.hpp>
#include <contractive/cae/model/model.hpp>

#include <iosfwd>

namespace contractive::cae {

/// How much to look at: the slow parts take fewer samples.
struct AnalysisOptions {
  std::size_t samples = 10000; ///< for measures; the first 1,000 for codes and their contraction
  std::size_t spectra = 200;   ///< a singular value decomposition each
  std::size_t tangents = 6;    ///< of each sample that is shown
  std::size_t strips = 9;      ///< how many samples are shown with their tangents
  std::size_t walks = 100;     ///< new samples
  std::size_t steps = 10;      ///< of each walk
  double sigma = 0.3;          ///< of each step
  /// The distances of the contraction curve, the least first.
  std::vector<double> radii{0.1, 0.3, 1, 2, 4, 6, 8, 12, 16, 20, 24, 32, 48, 64};
  std::uint64_t seed = 1; ///< of all that is drawn
  Indices labels{};  ///< of the samples, or empty: up to five classes of codes have a colour each
  std::string log{}; ///< the metrics.csv of the training; empty: no training curves
  /// How the model was made, and this report: lines of a name and a value.
  std::vector<std::vector<std::string>> provenance{};
};

/// The numbers of a report.
struct Analysis {
  Measures measures;   ///< of AnalysisOptions::samples samples
  Spectrum spectrum;   ///< of fewer samples
  Contraction nearest; ///< at the least distance
};

/// The share of all code values in each of `bins` equal parts of their range: [0, 1] for a sigmoid,
/// [-1, 1] for tanh, else from the least to the greatest.
struct Histogram {
  double low = 0;             ///< where the first part begins
  double high = 1;            ///< where the last one ends
  std::vector<double> shares; ///< of the parts, 1 in all
};
/// Of the codes of x (N, d). Throws Error for codes that are not finite.
template <class T>
[[nodiscard]] Histogram code_histogram(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                                       Saturation saturation, std::size_t bins = 50);

/// Measures an auto-encoder on samples x (N, d) that it was not trained on, and writes into
/// `folder`, beside a report.html that holds everything and opens offline: filters,
/// reconstructions, tangents and samples as PNG where samples are images, and charts as SVG of the
/// spectrum, the contraction curve, the histogram of codes and the training. Tells `progress` what
/// it is at. Throws Error where there is nothing to look at, FileError when the folder cannot be
/// written.
Analysis analyze(const Model<float>& model, const Array<float>& x, const std::string& folder,
                 const AnalysisOptions& options, std::ostream& progress);

} // namespace contractive::cae
