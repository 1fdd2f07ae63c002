#pragma once

#include <contractive/nn/layer/linear.hpp>

namespace contractive::nn {

/// Scaled dot-product self-attention with several heads: x (B, n, d) -> (B, n, d),
/// softmax(Q K^T / sqrt(d / heads)) V in each head, joined by one more linear layer.
/// Vaswani et al. 2017, sec. 3.2.
template <class T> class SelfAttention : public Module<T> {
public:
  /// Throws ShapeError unless heads divides d.
  SelfAttention(std::size_t d, std::size_t heads, Random& random);
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override;

private:
  std::size_t heads_;
  Linear<T> query_, key_, value_, output_;
};

} // namespace contractive::nn
