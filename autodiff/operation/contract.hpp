#pragma once

#include <contractive/autodiff/tape/variable.hpp>

#include <vector>

namespace contractive::detail {

/// The elementwise product of at most three factors that are broadcast against each other, summed
/// down to `to`: an axis of length 1 there is summed. Sums of squares, scaled rows, dots and
/// sandwiches are such contractions, and so is each of their derivatives, which puts a tangent in a
/// factor's place, or a cotangent beside the other factors.
template <class T>
Variable<T> sum_of_products(const std::vector<Variable<T>>& factors, const Shape& to);

} // namespace contractive::detail
