#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace contractive {

/// A seeded generator whose draws are the same with every standard library (std's distributions are
/// not), and whose state is text, so that a file can hold it.
class Random {
public:
  /// The same seed gives the same draws.
  explicit Random(std::uint64_t seed = 0) : engine_(seed) {}

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  /// Standard normal, by Box and Muller; it keeps no second draw.
  double normal();
  /// 64 bits, uniform.
  std::uint64_t bits() { return engine_(); }
  /// Uniform in [0, n) without bias. Throws Error for n = 0.
  std::uint64_t below(std::uint64_t n);

  /// An array of independent draws, uniform in [-limit, limit).
  template <class T> Array<T> uniform(const Shape& shape, double limit);
  /// The same from N(0, deviation^2), by Box and Muller, in pairs.
  template <class T> Array<T> normal(const Shape& shape, double deviation);

  /// The state as one line of text, for restore().
  std::string state() const;
  /// Throws Error for a text that is no state; nothing changes then.
  void restore(const std::string& state);

private:
  std::mt19937_64 engine_;
};

/// Random numbers for the samples of a batch. What a sample is given depends on the seed, the
/// epoch, its own number and the place of the draw, which is the how-manieth since this was made:
/// not on the rest of the batch, nor on who computes it. A handle: const is the handle's alone.
class SampleRandom {
public:
  /// For a batch of these samples, by their numbers in the data, in this epoch.
  SampleRandom(std::uint64_t seed, std::uint64_t epoch, std::vector<std::size_t> samples);
  /// For samples 0, 1, ..., as many as are asked for, with a seed drawn from `random`.
  SampleRandom(Random& random); // NOLINT(google-explicit-constructor): each is asked for the same

  /// Calls draw(b, random) for each of the n samples, with a generator of its own: one place. Of a
  /// multiple of the samples that this was made for, each has as many, one after another; throws
  /// Error for another number.
  template <class Draw> void each(std::size_t n, const Draw& draw) const {
    const std::uint64_t place = next_place(n);
    for (std::size_t b = 0; b < n; ++b) {
      Random own(seed_of(place, b, n));
      draw(b, own);
    }
  }
  /// Draws from N(0, deviation^2) for samples along the first axis: (B, ...).
  template <class T> Array<T> normal(const Shape& shape, double deviation) const;

  /// What the newest live Scope of this thread was made with; null without one.
  [[nodiscard]] static const SampleRandom* active();
  /// While it lives, modules that draw for samples, as dropout does, draw from `random`.
  class Scope {
  public:
    /// `random` must outlive it.
    explicit Scope(const SampleRandom& random);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

  private:
    const SampleRandom* before_;
  };

private:
  std::uint64_t next_place(std::size_t n) const;
  std::uint64_t seed_of(std::uint64_t place, std::size_t b, std::size_t n) const;

  std::uint64_t seed_;
  std::vector<std::size_t> samples_; // empty: any number of them, by their positions
  mutable std::uint64_t place_ = 0;
};

} // namespace contractive
