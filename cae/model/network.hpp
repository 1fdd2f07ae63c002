#pragma once

#include <contractive/autodiff/array/random.hpp>
#include <contractive/cae/model/specification.hpp>
#include <contractive/nn/layer/module.hpp>

#include <optional>

namespace contractive::cae {

/// No limit for a number of weights.
constexpr std::size_t any_number = static_cast<std::size_t>(-1);

/// Whose weights a decoder has: the encoder's, transposed, or its own.
enum class Decoder { tied, untied };

/// An encoder and its mirror image. Both take and give one row per sample: x (B, d) -> h (B, s)
/// -> (B, d), whatever shape lies between.
template <class T> struct Network {
  nn::ModulePtr<T> encoder; ///< (B, d) -> (B, s); copies of a network share it
  nn::ModulePtr<T> decoder; ///< (B, s) -> (B, d); shared too
  std::size_t inputs = 0;   ///< d
  std::size_t codes = 0;    ///< s
  Shape first; ///< what the first layer's units look at: (height, width, channels) or (d)
  std::optional<nn::Parameter<T>> weight; ///< of the first linear layer or convolution, if any
  std::optional<nn::Parameter<T>> output; ///< the bias that the decoder adds last, if it does

  /// The encoder's, then the decoder's own; named "encoder.0.weight" and so on.
  [[nodiscard]] std::vector<nn::Parameter<T>> parameters() const;
  /// The codes (N, s) of x (N, d), some samples at a time.
  [[nodiscard]] Array<T> encode(const Array<T>& x) const;
  /// The first layer's filters, one per unit: (units, first...). Empty without a weighted layer.
  [[nodiscard]] Array<T> filters() const;
};

/// Builds what the specification says for samples of this shape, (height, width, channels) or (d).
/// The decoder mirrors the encoder: the transpose of each layer, behind it the activation that the
/// encoder has at that place; it ends in logits or, for squared error, in values. Throws Error when
/// a layer does not fit, and, before it is made, for one that has more than what is left of `most`
/// weights.
template <class T>
[[nodiscard]] Network<T> build(const Specification& specification, const Shape& sample,
                               Random& random, Decoder decoder = Decoder::tied,
                               std::size_t most = any_number);

} // namespace contractive::cae
