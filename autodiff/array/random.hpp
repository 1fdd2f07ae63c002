#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <cstdint>
#include <random>
#include <string>

namespace contractive {

/// A seeded generator whose draws are the same with every standard library (std's distributions are
/// not), and whose state is text, so that a file can hold it.
class Random {
public:
  explicit Random(std::uint64_t seed = 0) : engine_(seed) {}

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  /// Standard normal, by Box and Muller; it keeps no second draw.
  double normal();
  /// Uniform in [0, n) without bias. Throws Error for n = 0.
  std::uint64_t below(std::uint64_t n);

  /// An array of independent draws, uniform in [-limit, limit).
  template <class T> Array<T> uniform(const Shape& shape, double limit);
  /// The same from N(0, deviation^2), by Box and Muller, in pairs.
  template <class T> Array<T> normal(const Shape& shape, double deviation);

  std::string state() const;
  /// Throws Error for a text that is no state; nothing changes then.
  void restore(const std::string& state);

private:
  std::mt19937_64 engine_;
};

} // namespace contractive
