#pragma once

#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/operation/elementwise.hpp>

#include <cstddef>
#include <string>

/// Jacobians sample by sample: h (B, ...) computed from x (B, ...) such that h_b depends on x_b
/// alone. That is shown from the recorded maps, not assumed: otherwise CouplingError names the
/// operation that couples samples. All throw ShapeError when the leading axes differ and TapeError
/// when h was not recorded from x.
namespace contractive {

struct JacobianOptions {
  /// The most bytes that blocks of cotangents may take at once, in the value and in its gradient.
  /// They are kept while all of them fit; else they are computed in chunks, and again for the
  /// gradient. Results do not depend on it beyond rounding.
  std::size_t memory_budget = std::size_t{1} << 30;
  /// Record, so that the result can be differentiated again.
  bool create_graph = true;
};

/// Squared Frobenius norm of each sample's Jacobian, ||dh_b/dx_b||_F^2, exact and differentiable.
/// h (B, ...) recorded from x (B, ...) -> (B).
/// The penalty of Rifai et al., ICML 2011, for any encoder.
template <class T>
Variable<T> jacobian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                  const JacobianOptions& options = {});

/// How jacobian_squared_norm computes it, as readable text: where the path from x to h is cut, the
/// sweep on either side with the shape of its block, the contraction, and multiply-adds and bytes
/// against a sweep that carries a dense row for every unit of the code.
template <class T>
std::string explain_jacobian(const Variable<T>& h, const Variable<T>& x,
                             const JacobianOptions& options = {});

/// Each sample's Jacobian: h (B, s...) recorded from x (B, d...) -> (B, s, d), with the axes behind
/// the batch flattened.
template <class T>
Variable<T> batch_jacobian(const Variable<T>& h, const Variable<T>& x,
                           const JacobianOptions& options = {});

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

/// How fast a Jacobian changes from point to point, differentiable: the second-order term of the
/// higher-order contractive auto-encoder, Rifai et al., ECML 2011.
/// The mean over `draws` of ||J(x) - J(x + e)||_F^2 / sigma^2, J = dh/dx and e ~ N(0, sigma^2 I),
/// for each sample: h (B, ...) = f(x) recorded from x (B, ...) -> (B). As sigma falls it tends to
/// ||H||_F^2 (hessian_squared_norm). J(x) - J(x + e) is the Jacobian of h - f(x + e), and is as
/// cheap as that one's structure: for one dense layer no Jacobian is formed. f must compute the
/// same function each time it is called.
/// Throws as jacobian_squared_norm does, and Error unless sigma > 0 and there are draws.
template <class T, class F>
Variable<T> jacobian_difference_norm(const Variable<T>& h, const Variable<T>& x, const F& f,
                                     T sigma, std::size_t draws, std::mt19937_64& random) {
  if (!(sigma > 0) || draws == 0)
    throw Error(text("jacobian_difference_norm: sigma ", sigma, ", ", draws,
                     " draws; expected a positive sigma and at least one draw"));
  Variable<T> total(T(0));
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const Variable<T> e(normals<T>(x.shape(), sigma, random));
    total = total + jacobian_squared_norm<T>(h - f(x + e), x);
  }
  return total * (T(1) / (static_cast<T>(draws) * sigma * sigma));
}

/// Squared Frobenius norm of each sample's second derivative, sum_jik (d2 h_bj / dx_bi dx_bk)^2,
/// exact: h (B, ...) recorded from x (B, ...) -> (B). The second derivative is the Jacobian of the
/// Jacobian. Throws as jacobian_squared_norm does, and Error where all second derivatives, s d^2
/// for each sample, would take more than options.memory_budget: there, draw
/// jacobian_difference_norm.
template <class T>
Variable<T> hessian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                 const JacobianOptions& options = {});

} // namespace contractive
