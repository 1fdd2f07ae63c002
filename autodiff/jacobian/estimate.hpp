#pragma once

#include <contractive/autodiff/jacobian/jacobian.hpp>

#include <random>

namespace contractive {

/// How the directions of an estimate are drawn. With A = J J^T, T = tr A = ||J||_F^2 and s outputs,
/// the variance of one estimate from K directions is
enum class Projection {
  gaussian,   ///< 2 ||A||_F^2 / K
  rademacher, ///< 2 (||A||_F^2 - sum_j A_jj^2) / K
  orthogonal, ///< 2 s (s - K) / (K (s - 1) (s + 2)) (||A||_F^2 - T^2 / s): 0 at K = s
};

struct EstimateOptions {
  std::size_t projections = 1; ///< K; at most s for orthogonal ones
  Projection kind = Projection::gaussian;
  /// Probe the input's space by forward sweeps instead of the code's by reverse ones: then A = J^T
  /// J, and s is the number of inputs.
  bool forward = false;
  bool create_graph = true;
};

/// An unbiased estimate of jacobian_squared_norm(h, x) from K random directions per sample, each a
/// sweep of one row: (B), differentiable. Throws as jacobian_squared_norm does, and Error for no
/// projection, or more orthogonal ones than there are dimensions.
/// Hutchinson 1990; Hoffman, Roberts, Yaida 2019 for Jacobians.
template <class T>
Variable<T> jacobian_squared_norm_estimate(const Variable<T>& h, const Variable<T>& x,
                                           std::mt19937_64& random,
                                           const EstimateOptions& options = {});

} // namespace contractive
