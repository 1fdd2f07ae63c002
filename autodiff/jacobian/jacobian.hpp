#pragma once

#include <contractive/autodiff/derivative/derivative.hpp>

#include <string>

/// Jacobians sample by sample: h (B, ...) computed from x (B, ...) such that h_b depends on x_b
/// alone. That is shown from the recorded maps, not assumed: otherwise CouplingError names the
/// operation that couples samples. All throw ShapeError when the leading axes differ and TapeError
/// when h was not recorded from x.
namespace contractive {

namespace detail {
/// The options, but with CreateGraph::no where x's tape does not record in any case.
template <class T> JacobianOptions as_recorded(JacobianOptions options, const Tape<T>* tape) {
  if (RecordingScope<T>::of(tape) == Recording::off)
    options.create_graph = CreateGraph::no;
  return options;
}
} // namespace detail

/// Squared Frobenius norm of each sample's Jacobian, ||dh_b/dx_b||_F^2, exact and differentiable.
/// h (B, ...) recorded from x (B, ...) -> (B).
/// Throws ShapeError if the leading axes differ, TapeError if h was not recorded from x,
/// CouplingError if h_b cannot be shown to depend on x_b alone.
/// The penalty of Rifai et al., ICML 2011, for any encoder.
template <class T>
Variable<T> jacobian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                  const JacobianOptions& options = {});

/// What jacobian_squared_norm(h, x) costs by its plan, told from shapes, without computing it.
/// Multiply-adds are those of matrix products and convolutions.
struct JacobianCost {
  double value = 0;       ///< multiply-adds of the norm
  double step = 0;        ///< the same with its gradient in every tracked operand, if recorded
  double naive = 0;       ///< of the norm, where a dense row is swept for every unit of the code
  double bytes = 0;       ///< of the blocks at the sweeps' ends
  double naive_bytes = 0; ///< of a dense row for every unit at every value on the way
};
template <class T>
JacobianCost jacobian_cost(const Variable<T>& h, const Variable<T>& x,
                           const JacobianOptions& options = {});

/// How jacobian_squared_norm computes it, as readable text: where the path from x to h is cut, the
/// sweep on either side with the shape of its block, the contraction, and its cost.
template <class T>
std::string explain_jacobian(const Variable<T>& h, const Variable<T>& x,
                             const JacobianOptions& options = {});

/// Each sample's Jacobian: h (B, s...) recorded from x (B, d...) -> (B, s, d), with the axes behind
/// the batch flattened.
template <class T>
Variable<T> batch_jacobian(const Variable<T>& h, const Variable<T>& x,
                           const JacobianOptions& options = {});

/// Squared Frobenius norm of each sample's second derivative, sum_jik (d2 h_bj / dx_bi dx_bk)^2,
/// exact: h (B, ...) recorded from x (B, ...) -> (B). The second derivative is the Jacobian of each
/// row of the Jacobian. Throws as jacobian_squared_norm does, and Error where all second
/// derivatives, s d^2 for each sample, would take more than options.memory_budget: there, draw
/// jacobian_difference_norm.
template <class T>
Variable<T> hessian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                 const JacobianOptions& options = {});

} // namespace contractive
