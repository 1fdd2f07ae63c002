#pragma once

#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/training/optimiser.hpp>
#include <contractive/nn/training/schedule.hpp>

#include <chrono>

namespace contractive::cae {

/// What every training has in common.
struct DescentOptions {
  std::size_t epochs = 40, batch = 50;
  std::string optimiser = "sgd", schedule = "constant"; ///< the schedule counts epochs
  double learning_rate = 0.1;
  std::uint64_t seed = 1;
};

/// Stochastic gradient descent on shuffled batches, epoch by epoch, and the best weights so far.
/// All that it goes on from is public, for checkpoints.
template <class T> class Descent {
public:
  using Parameters = std::vector<nn::Parameter<T>>;

  /// `name` begins its errors. Throws Error for options that make no sense.
  Descent(const char* name, const DescentOptions& options, Parameters parameters,
          std::size_t samples, std::uint64_t shuffle_seed);

  /// Calls `train` with the numbers of each batch that the epoch has left, at its learning rate.
  void run_epoch(const std::function<void(const std::vector<std::size_t>&)>& train);
  /// Moves the parameters against the gradient of a loss recorded on the active tape. Throws Error,
  /// naming epoch and step, when the loss is no finite number.
  void step(const Variable<T>& loss);
  /// Ends the epoch and keeps the weights if `score` is the lowest so far, the first of equals.
  /// Returns whether it is. Throws Error when it is no finite number.
  bool end_epoch(double score);
  void restore_best_weights() const;

  [[nodiscard]] double learning_rate() const { return optimiser->learning_rate; }
  /// Since run_epoch() was called.
  [[nodiscard]] double seconds() const;

  const Parameters parameters;
  std::unique_ptr<nn::Optimiser<T>> optimiser;
  nn::Batches batches;
  std::size_t epoch = 0, best_epoch = 0; ///< how many are over; the best one's, from 1, 0 for none
  double best_score = 0;
  std::vector<Array<T>> best_weights;

private:
  void require_finite(double loss) const;

  const char* const name_;
  const double learning_rate_;
  const nn::Schedule schedule_;
  std::chrono::steady_clock::time_point start_{};
};

} // namespace contractive::cae
