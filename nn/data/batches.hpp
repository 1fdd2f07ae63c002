#pragma once

#include <contractive/autodiff/array/array.hpp>
#include <contractive/autodiff/array/random.hpp>

#include <algorithm>
#include <vector>

namespace contractive::nn {

/// What to do with an epoch's last batch when it is smaller than the others.
enum class Remainder { kept, dropped };

/// Mini-batches of sample numbers 0 ... n - 1, in a new random order each epoch. Where it is in an
/// epoch, the order and the generator are its state: restored, it goes on as if never interrupted.
class Batches {
public:
  /// Throws Error unless 1 <= size <= n.
  Batches(std::size_t n, std::size_t size, std::uint64_t seed,
          Remainder remainder = Remainder::kept);

  /// The numbers of the next batch; empty when the epoch is over, after which a new one begins.
  std::vector<std::size_t> next();
  /// How many batches an epoch has.
  [[nodiscard]] std::size_t per_epoch() const;
  /// How many epochs are over.
  [[nodiscard]] std::size_t epoch() const noexcept { return epoch_; }
  /// How many batches of this epoch were given.
  [[nodiscard]] std::size_t position() const noexcept { return position_; }

  /// One line of text.
  [[nodiscard]] std::string state() const;
  /// Throws Error for a text that is no state of batches of this size; nothing changes then.
  void restore(const std::string& state);

private:
  void shuffle();
  std::vector<std::size_t> order_;
  std::size_t size_, epoch_ = 0, position_ = 0;
  Remainder remainder_;
  Random random_;
};

/// The samples (first axis) of these numbers, as one array. Throws ShapeError for a scalar or a
/// number that there is no sample of.
template <class T>
[[nodiscard]] Array<T> take(const Array<T>& samples, const std::vector<std::size_t>& numbers);
/// Samples first ... last - 1. Throws ShapeError unless first <= last <= the number of samples.
template <class T>
[[nodiscard]] Array<T> take(const Array<T>& samples, std::size_t first, std::size_t last);
/// The first n samples, or all where there are fewer.
template <class T> [[nodiscard]] Array<T> take_first(const Array<T>& samples, std::size_t n) {
  return take(samples, 0, std::min(n, samples.shape()[0]));
}

/// Samples (N, ...) with their classes (N), or with no labels at all.
template <class T> struct Labelled {
  Array<T> x;       ///< (N, ...)
  Indices labels{}; ///< (N), or (0)
};

/// Calls f with the samples (first axis) in order, `size` at a time; the last batch may be smaller.
template <class Samples, class Callable>
void for_each_batch(const Samples& samples, std::size_t size, const Callable& f) {
  const std::size_t n = samples.shape()[0];
  for (std::size_t first = 0; first < n; first += size)
    f(take(samples, first, std::min(first + size, n)));
}

} // namespace contractive::nn
