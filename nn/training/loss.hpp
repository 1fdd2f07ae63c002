#pragma once

#include <contractive/autodiff/operation/arithmetic.hpp>

/// Losses sample by sample: summed over everything but the first axis, (B, ...) -> (B). The mean of
/// the result is what one trains on: so a weight against another term means the same at every
/// batch size and image size. Targets may be Arrays. All throw ShapeError when shapes differ.
namespace contractive::nn {

/// The squared error ||prediction - target||^2.
template <class T>
[[nodiscard]] Variable<T> squared_error(const Variable<T>& prediction,
                                        const detail::Like<T>& target);

/// -sum [t log y + (1 - t) log(1 - y)] for y = sigmoid(logits), computed as
/// sum softplus(z) - t z: exact, and never log 0; for infinite logits too, 0 where they are right.
/// Targets in [0, 1]. Logits are any numbers, so probabilities y passed for them go unnoticed:
/// their logits are log(y) - log(1 - y).
template <class T>
[[nodiscard]] Variable<T> binary_cross_entropy(const Variable<T>& logits,
                                               const detail::Like<T>& target);

/// -log softmax(logits)[label], for logits (B, classes) and labels (B) from 0 to classes - 1. The
/// logits of probabilities y are log(y).
template <class T>
[[nodiscard]] Variable<T> softmax_cross_entropy(const Variable<T>& logits, const Indices& labels);

} // namespace contractive::nn
