#pragma once

#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/file/safetensors.hpp>
#include <contractive/nn/training/optimiser.hpp>
#include <contractive/nn/training/schedule.hpp>

#include <chrono>

namespace contractive::cae {

/// What every training has in common.
struct DescentOptions {
  std::size_t epochs = 40;           ///< at most
  std::size_t batch = 50;            ///< samples in a step
  std::string optimiser = "adam";    ///< one of nn::optimiser_names()
  std::string schedule = "constant"; ///< one of nn::schedule_signatures(), counted in epochs
  double learning_rate = 0.002;      ///< the base rate
  std::uint64_t seed = 1;            ///< of all that is drawn
};

/// Stochastic gradient descent on shuffled batches, epoch by epoch, and the best weights so far.
/// All that it goes on from is public, for checkpoints.
template <class T> class Descent {
public:
  /// What is trained.
  using Parameters = std::vector<nn::Parameter<T>>;

  /// `name` begins its errors. Throws Error for options that make no sense.
  Descent(const char* name, const DescentOptions& options, Parameters parameters,
          std::size_t samples, std::uint64_t shuffle_seed);

  /// Calls `train` with the numbers of each batch that the epoch has left, at its learning rate,
  /// until it returns false. Returns whether the epoch is over.
  bool run_epoch(const std::function<bool(const std::vector<std::size_t>&)>& train);
  /// Moves the parameters against the gradient of a loss recorded on the active tape. Throws Error,
  /// naming epoch and step, when the loss is no finite number.
  void step(const Variable<T>& loss);
  /// The same for a loss of this value and these gradients.
  void step(double loss, const std::vector<Variable<T>>& gradients);
  /// Ends the epoch and keeps the weights if `score` is the lowest so far, the first of equals.
  /// Returns whether it is. Throws Error when it, or a weight, is no finite number.
  bool end_epoch(double score);
  /// Gives the parameters the weights of the best epoch.
  void restore_best_weights() const;

  /// Weights, optimiser, shuffled order, epoch and best score, and, if asked for, the best weights:
  /// what a checkpoint needs to go on from here.
  void put(nn::Tensors<T>& to, bool best_weights_too) const;
  /// Throws FileError for a state of other weights or other data, or one that is damaged.
  void get(const nn::Tensors<T>& from, bool best_weights_too);

  /// The rate of this epoch.
  [[nodiscard]] double learning_rate() const { return optimiser->learning_rate; }
  /// Since run_epoch() was called.
  [[nodiscard]] double seconds() const;

  const Parameters parameters;                 ///< that are trained
  std::unique_ptr<nn::Optimiser<T>> optimiser; ///< with its moments
  nn::Batches batches;                         ///< with the shuffled order
  std::size_t epoch = 0;                       ///< how many are over
  std::size_t best_epoch = 0;                  ///< the best one's number, from 1; 0 for none
  double best_score = 0;                       ///< the lowest
  std::vector<Array<T>> best_weights;          ///< one array for each parameter

private:
  void require_finite(const char* what, double value) const;

  const char* const name_;
  const double learning_rate_;
  const nn::Schedule schedule_;
  std::chrono::steady_clock::time_point start_{};
};

} // namespace contractive::cae
