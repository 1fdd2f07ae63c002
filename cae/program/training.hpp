#pragma once

#include "settings.hpp"
#include "workers.hpp"

#include <contractive/cae/model/model.hpp>

namespace contractive::cae::program {

/// The samples of a run, as rows and scaled.
struct Inputs {
  nn::Rows<float> training, validation;
  Reading reading;
  Shape sample;
};

/// A run of `cae train`, as each of its processes has it.
struct TrainRun {
  /// Reads the data, completes the settings by them, and makes the model. Throws Error for settings
  /// that the data do not allow, FileError for data that are none, or not those of the checksum.
  TrainRun(const TrainSettings& settings, const std::string& folder, const Workers& workers);

  /// Until it is over, or somebody stops it; returns whether it is over. Where it is resumed, it
  /// begins with the checkpoints of the folder. Once it knows its epoch, it asks who observes it.
  bool run(bool resumed, const std::function<Observer(std::size_t epoch)>& observer);

  TrainSettings settings;
  std::vector<std::string> notes; ///< on how the data were read
  Inputs data;
  Loss loss;
  Model<float> model;
  TrainingOptions options;
};

/// On rank 0: lets the others work on the run too, as train_along() does.
void hand_out(const TrainRun& run, bool resumed);
/// On the others.
void train_along(const Job& job, const Workers& workers);

} // namespace contractive::cae::program
