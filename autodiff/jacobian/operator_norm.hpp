#pragma once

#include <contractive/autodiff/derivative/derivative.hpp>

#include <cstddef>
#include <cstdint>

namespace contractive {

/// How far jacobian_operator_norm() iterates.
struct OperatorNormOptions {
  /// When a sample is done: where ||J' u - sigma v|| <= tolerance * sigma. The value then errs by
  /// at most that, and by some tolerance^2 where the next singular value is apart. 0 stands for
  /// epsilon^(2/3) of T.
  double tolerance = 0;
  /// The most products with J and J' that are taken to get there; what has been reached counts.
  std::size_t iterations = 1000;
  std::uint64_t seed = 1;                      ///< of the directions to start from
  CreateGraph create_graph = CreateGraph::yes; ///< whether the norm can be differentiated
};

/// The largest singular value of each sample's Jacobian, ||dh_b/dx_b||_2, differentiable: by how
/// much h can grow where x moves a little. h (B, ...) recorded from x (B, ...) -> (B). It is u' J
/// v, with u and v from power iteration by jvp and vjp, of which nothing is recorded, as constants:
/// d sigma = u' dJ v (Yoshida, Miyato 2017, for weights). So its gradient is exact, and its second
/// derivatives are not: they lack how u and v turn. Where J = 0 it is 0, and its gradient 0. Where
/// the two largest singular values are equal it has no gradient, and gives that of one pair of
/// directions among theirs; where they are close, a gradient needs a smaller tolerance than a
/// value. Throws as jacobian_squared_norm does, and Error for a negative tolerance or no iteration.
template <class T>
Variable<T> jacobian_operator_norm(const Variable<T>& h, const Variable<T>& x,
                                   const OperatorNormOptions& options = {});

} // namespace contractive
