#pragma once

#include <contractive/cae/measure/measures.hpp>
#include <contractive/cae/training/descent.hpp>
#include <contractive/nn/file/safetensors.hpp>

namespace contractive::cae {

/// How to train. The defaults train encoders of any kind; a publication's are protocol().
struct TrainingOptions : DescentOptions {
  std::size_t patience = 0; ///< stop after so many epochs without a better one; 0 never does
  Saturation saturation = Saturation::none;
  std::string folder{};             ///< where checkpoint and metrics.csv go; empty: nowhere
  bool centred = true;              ///< whether train_stacked() begins layers by centre_output()
  std::size_t checkpoint_steps = 0; ///< a checkpoint after so many steps too, not only each epoch
  std::map<std::string, std::string> metadata{}; ///< what else a checkpoint is to hold
};

/// The settings of a published protocol, by the names of `cae train`'s options. "rifai2011": plain
/// stochastic gradient descent, as far as it is known, for MNIST; its learning rates, which differ
/// between models, are in docs/experiments. Throws Error for another name.
[[nodiscard]] std::map<std::string, std::string> protocol(const std::string& name);

/// One epoch's results.
struct EpochReport {
  std::size_t epoch = 0;     ///< counted from 1
  double reconstruction = 0; ///< the mean over the epoch's training batches
  std::vector<double> terms; ///< and each term's, without its weight
  Measures validation;
  double seconds = 0;
  bool best = false; ///< the lowest validation objective so far
};

/// Called as training goes on; each may be empty.
struct Observer {
  /// Step of the epoch, counted from 1; steps per epoch; the mean objective so far.
  std::function<void(std::size_t, std::size_t, double)> step{};
  std::function<void(const EpochReport&)> epoch{};
  /// Asked after each step: true stops here, with a checkpoint.
  std::function<bool()> stop{};
};

/// Trains a model on arrays of samples. All that decides how it goes on is in state(), so that a
/// run which is killed and restored ends with the same weights, bit by bit.
template <class T> class Trainer {
public:
  /// Without validation samples (N = 0), the measures are of the first training samples. Throws
  /// Error for options that make no sense.
  Trainer(ContractiveAutoencoder<T> model, Array<T> training, Array<T> validation,
          TrainingOptions options);

  /// Until the epochs are over or patience is; then returns true. Returns false when the observer
  /// stopped it. Throws Error, naming epoch and step, when the loss or a weight is no finite
  /// number, and FileError when a checkpoint cannot be written.
  bool run(const Observer& observer = {});

  /// Weights, optimiser, shuffled order and generator, epoch, step, early stopping and log.
  [[nodiscard]] nn::Tensors<T> state() const;
  /// Throws FileError for a state of another model or of other data.
  void restore(const nn::Tensors<T>& state);

  [[nodiscard]] std::size_t epoch() const noexcept { return descent_.epoch; }
  /// metrics.csv: one line per epoch.
  [[nodiscard]] const std::string& log() const noexcept { return log_; }
  /// Where checkpoints go, in a training folder.
  [[nodiscard]] static std::string checkpoint_in(const std::string& folder);

private:
  void step(const std::vector<std::size_t>& numbers);
  double mean_objective(double steps) const;
  double validation_objective() const;
  EpochReport finish_epoch();
  void write_checkpoint() const;
  void write_log() const;

  const ContractiveAutoencoder<T> model_;
  const Array<T> training_, validation_;
  const TrainingOptions options_;
  Descent<T> descent_;
  Random random_;             // for corruptions and random terms
  std::size_t step_ = 0;      // of all epochs
  double reconstruction_ = 0; // sums over the steps of this epoch
  std::vector<double> terms_;
  std::string log_;
};

/// A log of training by its columns: "jacobian_norm" -> one value per epoch. Throws FileError for
/// what is no such file.
[[nodiscard]] std::map<std::string, std::vector<double>> read_log(const std::string& path);
/// The same of a file's content; `path` is for errors.
[[nodiscard]] std::map<std::string, std::vector<double>> parse_log(const std::string& path,
                                                                   const std::string& content);

} // namespace contractive::cae
