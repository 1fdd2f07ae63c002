#pragma once

#include <contractive/nn/layer/init.hpp>
#include <contractive/nn/layer/module.hpp>

namespace contractive::nn {

/// Whether a layer adds a bias.
enum class Bias { no, yes };

/// A dense layer: x (..., in) -> x W + b (..., out), with W (in, out) and an optional b (out).
template <class T> class Linear : public Module<T> {
public:
  /// W drawn as `init` says, b = 0.
  Linear(std::size_t in, std::size_t out, Random& random, Init init = Init::glorot,
         Bias with = Bias::yes);
  /// x (..., in) -> (..., out). Throws ShapeError for another last axis.
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override;

  Parameter<T> weight; ///< W (in, out)
  Parameter<T> bias;   ///< b (out), unless Bias::no

private:
  bool has_bias_;
};

/// The transpose of another layer with the same weights, h (..., out) -> h W^T + c (..., in): the
/// decoder of a tied auto-encoder. The weight is the other's; only c is its own parameter.
template <class T> class TiedLinear : public Module<T> {
public:
  /// Shares the weight of `other`; c = 0.
  explicit TiedLinear(const Linear<T>& other);
  /// h (..., out) -> (..., in). Throws ShapeError for another last axis.
  Variable<T> operator()(const Variable<T>& h) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override { return {bias}; }

  Parameter<T> bias; ///< c (in)

private:
  Parameter<T> weight_;
};

} // namespace contractive::nn
