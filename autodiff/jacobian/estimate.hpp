#pragma once

#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>

/// Estimates of Jacobians' norms, for where the exact ones are too dear.
namespace contractive {

/// How the directions of an estimate are drawn. With A = J J^T, T = tr A = ||J||_F^2 and s outputs,
/// the variance of one estimate from K directions is
enum class Projection {
  gaussian,   ///< 2 ||A||_F^2 / K
  rademacher, ///< 2 (||A||_F^2 - sum_j A_jj^2) / K
  orthogonal, ///< 2 s (s - K) / (K (s - 1) (s + 2)) (||A||_F^2 - T^2 / s): 0 at K = s
};

/// How jacobian_squared_norm_estimate() draws its directions.
struct EstimateOptions {
  std::size_t projections = 1;            ///< K; at most s for orthogonal ones
  Projection kind = Projection::gaussian; ///< how the directions are drawn
  /// Whose space is probed: the code's, by reverse sweeps, or the input's, by forward ones: then
  /// A = J^T J, and s is the number of inputs.
  enum class Probe { code, input };
  Probe probe = Probe::code;                   ///< the space that is probed
  CreateGraph create_graph = CreateGraph::yes; ///< whether the estimate can be differentiated
};

/// An unbiased estimate of jacobian_squared_norm(h, x) from K random directions per sample, each a
/// sweep of one row: (B), differentiable. Throws as jacobian_squared_norm does, and Error for no
/// projection, or more orthogonal ones than there are dimensions.
/// Hutchinson 1990; Hoffman, Roberts, Yaida 2019 for Jacobians.
template <class T>
Variable<T> jacobian_squared_norm_estimate(const Variable<T>& h, const Variable<T>& x,
                                           const SampleRandom& random,
                                           const EstimateOptions& options = {});

/// How fast a Jacobian changes from point to point, differentiable: the second-order term of the
/// higher-order contractive auto-encoder, Rifai et al., ECML 2011.
/// The mean over `draws` of ||J(x) - J(x + e)||_F^2 / sigma^2, J = dh/dx and e ~ N(0, sigma^2 I),
/// for each sample: h (B, ...) = f(x) recorded from x (B, ...) -> (B). As sigma falls it tends to
/// ||H||_F^2 (hessian_squared_norm). J(x) - J(x + e) is the Jacobian of h - f(x + e), and is as
/// cheap as that one's structure: for one dense layer no Jacobian is formed. f must compute the
/// same function each time it is called.
/// The options are those of jacobian_squared_norm. Throws as that does, and Error unless sigma > 0
/// and there are draws.
template <class T, class F>
Variable<T> jacobian_difference_norm(const Variable<T>& h, const Variable<T>& x, const F& f,
                                     T sigma, std::size_t draws, const SampleRandom& random,
                                     const JacobianOptions& options = {}) {
  if (!(sigma > 0) || draws == 0)
    throw Error("jacobian_difference_norm: sigma ", sigma, ", ", draws,
                " draws; expected a positive sigma and at least one draw");
  Tape<T>* const tape = Tape<T>::tape_of(x, "jacobian_difference_norm");
  const JacobianOptions own = detail::as_recorded(options, tape);
  const RecordingScope<T> on(tape, Recording::on); // each draw's path from x
  const Position mark = tape ? tape->size() : 0;
  Variable<T> total(T(0));
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const Variable<T> e(random.normal<T>(x.shape(), sigma));
    total = total + jacobian_squared_norm<T>(h - f(x + e), x, own);
    if (tape && own.create_graph == CreateGraph::no)
      tape->rewind(mark);
  }
  return total * (T(1) / (static_cast<T>(draws) * sigma * sigma));
}

} // namespace contractive
