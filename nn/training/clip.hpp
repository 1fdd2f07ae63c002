#pragma once

#include <contractive/autodiff/tape/variable.hpp>

#include <vector>

namespace contractive::nn {

/// The gradients scaled down so that the norm of all together is at most `limit`. Throws Error, as
/// clip_value() does, for a limit that is negative or no number.
template <class T>
[[nodiscard]] std::vector<Variable<T>> clip_norm(const std::vector<Variable<T>>& gradients,
                                                 double limit);
/// Each element limited to [-limit, limit].
template <class T>
[[nodiscard]] std::vector<Variable<T>> clip_value(const std::vector<Variable<T>>& gradients,
                                                  double limit);

} // namespace contractive::nn
