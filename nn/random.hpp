#pragma once

#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/array/shape.hpp>

#include <cstdint>
#include <random>
#include <string>

namespace contractive::nn {

/// A seeded generator whose draws are the same with every standard library (std's distributions are
/// not), and whose state is text, so that a checkpoint can hold it.
class Random {
public:
  explicit Random(std::uint64_t seed = 0) : engine_(seed) {}

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return contractive::uniform(engine_); }
  /// Standard normal, by Box and Muller; it keeps no second draw. normals() makes many at once.
  double normal();
  /// Uniform in [0, n) without bias, n > 0.
  std::uint64_t below(std::uint64_t n);

  /// For what draws by itself.
  std::mt19937_64& engine() { return engine_; }

  std::string state() const;
  /// Throws Error for a text that is no state.
  void restore(const std::string& state);

private:
  std::mt19937_64 engine_;
};

} // namespace contractive::nn
