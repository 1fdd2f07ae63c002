#pragma once

#include <contractive/autodiff/array/random.hpp>
#include <contractive/nn/layer/module.hpp>

namespace contractive::nn {

/// In training, sets each element to 0 with probability `rate` and scales the others by
/// 1 / (1 - rate); in evaluation, the identity. Its draws are for the samples x (B, ...), from
/// SampleRandom::active() where there is one. Srivastava et al. 2014.
template <class T> class Dropout : public Module<T> {
public:
  /// Throws Error unless 0 <= rate < 1.
  Dropout(double rate, std::uint64_t seed);
  Variable<T> operator()(const Variable<T>& x) const override;
  void train(bool training) override { training_ = training; }
  /// What it draws from where no other is active: then a checkpoint must hold its state.
  [[nodiscard]] Random& random() noexcept { return random_; }

private:
  double rate_;
  bool training_ = true;
  mutable Random random_;
};

} // namespace contractive::nn
