#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace contractive::bench {

/// Median seconds of jacobian_squared_norm and of batch_jacobian, both of the value alone, through
/// an encoder of this depth on 4 samples of 8 units: dense layers (tanh, with biases), residual
/// ones, linear ones without a bias, or so many elementwise operations. What the norm takes longer
/// is its plan. Throws Error for another kind.
std::pair<double, double> depth(const std::string& kind, std::size_t layers);

} // namespace contractive::bench
