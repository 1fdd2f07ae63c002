#pragma once

#include <contractive/cae/experiment/experiment.hpp>
#include <contractive/cae/measure/spectrum.hpp>

namespace contractive::cae {

/// What came of one run: pre-training, and a classifier that starts from it.
struct Outcome {
  Settings settings;      ///< that the run had
  std::uint64_t seed = 0; ///< that it had
  Measures measures; ///< of the encoder on the validation samples, before a classifier changed it
  double validation_error = 0;       ///< the share that is misclassified
  std::size_t epoch = 0;             ///< the classifier's, chosen by the validation error
  std::vector<std::size_t> mistakes; ///< the test samples that are misclassified
  double pretraining_seconds = 0;    ///< that pre-training took, now or before
  double classifier_seconds = 0;     ///< that the classifier took
  OperatorNorm norm{}; ///< of the encoder, as the measures, on the first 1,000 of these samples;
                       ///< NaN in runs that do not have it
  std::string model{}; ///< where in the folder the pre-trained model is: pretrained/...
};

/// What a run's pre-training depends on, as text: runs that agree in it share their pre-trained
/// model.
[[nodiscard]] std::string pretraining_of(const Splits& data, const Settings& settings,
                                         std::uint64_t seed);

/// Whether the folder has the outcome of such a run.
[[nodiscard]] bool is_finished(const Splits& data, const Settings& settings, std::uint64_t seed,
                               const std::string& folder);

/// Called with what a run has just done: "pre-training, epoch 3 of 40, ...".
using StageListener = std::function<void(const std::string& stage)>;

/// Trains under these settings, or reads what `folder` has of it: an outcome, a pre-trained model,
/// or a checkpoint to go on from. `report` is called after every epoch. Throws Error for settings
/// that the data do not allow, FileError for a folder that cannot be written.
Outcome run(const Splits& data, const Settings& settings, std::uint64_t seed,
            const std::string& folder, const StageListener& report);

} // namespace contractive::cae
