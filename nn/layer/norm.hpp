#pragma once

#include <contractive/nn/layer/module.hpp>

namespace contractive::nn {

/// Each row of the last axis shifted and scaled to mean 0 and variance 1, then by its own gain and
/// bias (n). Ba, Kiros, Hinton 2016. Unlike batch normalisation it couples no samples, so Jacobians
/// sample by sample exist.
template <class T> class LayerNorm : public Module<T> {
public:
  /// For a last axis of length n; epsilon is added to the variance. The gain starts at 1, the bias
  /// at 0.
  explicit LayerNorm(std::size_t n, double epsilon = 1e-5);
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override { return {gain, bias}; }

  Parameter<T> gain; ///< (n)
  Parameter<T> bias; ///< (n)

private:
  T epsilon_;
};

} // namespace contractive::nn
