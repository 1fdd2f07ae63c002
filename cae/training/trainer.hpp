#pragma once

#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/cae/training/descent.hpp>
#include <contractive/cae/training/log.hpp>
#include <contractive/nn/file/safetensors.hpp>
#include <contractive/nn/training/workers.hpp>

namespace contractive::cae {

/// How to train. The defaults train encoders of any kind; a publication's are protocol().
struct TrainingOptions : DescentOptions {
  std::size_t patience = 0; ///< stop after so many epochs without a better one; 0 never does
  Saturation saturation = Saturation::none; ///< of the code's activation, for the measures
  std::string folder{}; ///< where checkpoint and metrics.csv go, made where it is not there; empty:
                        ///< nowhere
  bool centred = true;  ///< whether train_stacked() begins layers by centre_output()
  std::size_t checkpoint_steps = 0; ///< a checkpoint after so many steps too, not only each epoch
  std::map<std::string, std::string> metadata{}; ///< what else a checkpoint is to hold
  std::size_t parts =
      1; ///< into which each batch is cut, for the workers: its results depend on it
  /// Who shares the work. All make the same calls; rank 0 alone writes and observes epochs.
  std::shared_ptr<nn::Workers> workers = std::make_shared<nn::Workers>();
};

/// The settings of a published protocol, by the names of `cae train`'s options. "rifai2011": plain
/// stochastic gradient descent, as far as it is known, for MNIST; its learning rates, which differ
/// between models, are in docs/experiments. Throws Error for another name.
[[nodiscard]] std::map<std::string, std::string> protocol(const std::string& name);

/// Called as training goes on; each may be empty.
struct Observer {
  /// Step of the epoch, counted from 1; steps per epoch; the mean objective so far.
  std::function<void(std::size_t, std::size_t, double)> step{};
  /// At the end of an epoch, with its results.
  std::function<void(const EpochReport&)> epoch{};
  /// Asked in each step: true stops after it, with a checkpoint. One worker's stops all.
  std::function<bool()> stop{};
};

/// Trains a model: its weights change in place. With patience they are the best epoch's in the end.
/// All that decides how it goes on is in state(), so that a run which is killed and restored ends
/// with the same weights, bit by bit.
template <class T> class Trainer {
public:
  /// Samples are inputs of the model, (N, ...); an Array becomes Rows. Without validation samples
  /// (N = 0), the measures are of the first training samples. Throws Error for options that make no
  /// sense.
  Trainer(ContractiveAutoencoder<T> model, nn::Rows<T> training, nn::Rows<T> validation,
          TrainingOptions options);

  /// Trains until the epochs are over or patience is, and returns true; returns false when the
  /// observer stopped it. Throws Error, naming epoch and step, when the loss or a weight is no
  /// finite number, and FileError when a checkpoint cannot be written.
  bool run(const Observer& observer = {});

  /// Weights, optimiser, shuffled order, epoch, step, early stopping and log.
  [[nodiscard]] nn::Tensors<T> state() const;
  /// Goes on from a state(). Throws FileError for one of another model or of other data. A log that
  /// an older version began has nan in the columns that it lacked.
  void restore(const nn::Tensors<T>& state);
  /// Goes on from the checkpoint that the folder holds, which rank 0 reads for all; returns whether
  /// there is one. Throws FileError, naming it, as restore() does.
  bool resume();

  /// How many epochs are over.
  [[nodiscard]] std::size_t epoch() const noexcept { return descent_.epoch; }
  /// metrics.csv: one line per epoch.
  [[nodiscard]] const std::string& log() const noexcept { return log_; }
  /// Where checkpoints go, in a training folder.
  [[nodiscard]] static std::string checkpoint_in(const std::string& folder);

private:
  bool step(const std::vector<std::size_t>& numbers, const Observer& observer);
  nn::Sums<T> part_of_step(const std::vector<std::size_t>& numbers, std::size_t whole,
                           const Observer& observer) const;
  double mean_objective(double steps) const;
  void measure_objective(EpochReport& report) const;
  EpochReport finish_epoch();
  void write_checkpoint() const;
  void write_log() const;
  [[nodiscard]] bool writes() const;

  const ContractiveAutoencoder<T> model_;
  const nn::Rows<T> training_, validation_;
  const TrainingOptions options_;
  Descent<T> descent_;
  nn::Sums<T> none_;                       // of no samples
  Unreached unreached_ = Unreached::error; // a parameter that no sample's loss depends on
  std::size_t step_ = 0;                   // of all epochs
  double reconstruction_ = 0;              // sums over the steps of this epoch
  std::vector<double> terms_;
  std::string log_;
};

} // namespace contractive::cae
