#pragma once

#include <contractive/nn/layer/init.hpp>
#include <contractive/nn/layer/module.hpp>

namespace contractive::nn {

enum class Bias { no, yes };

/// x (..., in) -> x W + b (..., out), with W (in, out) and an optional b (out).
template <class T> class Linear : public Module<T> {
public:
  Linear(std::size_t in, std::size_t out, Random& random, Init init = Init::glorot,
         Bias with = Bias::yes);
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override;

  Parameter<T> weight, bias;

private:
  bool has_bias_;
};

/// The transpose of another layer with the same weights, h (..., out) -> h W^T + c (..., in): the
/// decoder of a tied auto-encoder. The weight is the other's; only c is its own parameter.
template <class T> class TiedLinear : public Module<T> {
public:
  explicit TiedLinear(const Linear<T>& other);
  Variable<T> operator()(const Variable<T>& h) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override { return {bias}; }

  Parameter<T> bias;

private:
  Parameter<T> weight_;
};

} // namespace contractive::nn
