#pragma once

#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/random.hpp>

/// How fast a Jacobian changes from point to point: the second-order terms of the higher-order
/// contractive auto-encoder, Rifai et al., ECML 2011. Both are differentiable.
namespace contractive {

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
