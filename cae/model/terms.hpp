#pragma once

#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/tape/tape.hpp>
#include <contractive/nn/layer/module.hpp>

#include <functional>
#include <string>
#include <vector>

/// What an auto-encoder's objective is made of beside its reconstruction: terms that can be
/// combined, and a corruption of the input.
namespace contractive::cae {

/// What a term may use of one batch.
template <class T> struct Batch {
  /// A batch (B, ...) -> (B, ...).
  using Callable = std::function<Variable<T>(const Variable<T>&)>;
  Variable<T> x; ///< the clean samples (B, ...), on the tape where a term differentiates in x
  Variable<T> h; ///< their code f(x), (B, ...)
  const Callable& encode;                          ///< f
  const Callable& reconstruct;                     ///< r, which ends in the values that x has
  const std::vector<nn::Parameter<T>>& parameters; ///< of encoder and decoder, each once
  const SampleRandom& random;                      ///< for what is drawn at each step
};

/// What a term's value is of: each sample, one number for each, of which the mean is taken; the
/// batch as a whole, which then cannot be cut into parts; or the weights alone.
enum class TermOf { samples, batch, weights };

/// weight * value(batch), where the value is one number per sample, or one for the whole batch: so
/// a weight means the same at every batch size.
template <class T> struct Term {
  std::string name;                                  ///< as metrics.csv has it
  double weight;                                     ///< not negative
  bool needs_jacobian;                               ///< whether it differentiates in x
  std::function<Variable<T>(const Batch<T>&)> value; ///< (B), or one number
  TermOf of = TermOf::samples; ///< of the weights: `value` looks at the parameters only
};

/// ||dh/dx||_F^2, exact, or estimated from so many random projections of the code if not 0.
/// Rifai et al., ICML 2011; Hutchinson 1990.
template <class T>
[[nodiscard]] Term<T> contractive_term(double lambda, std::size_t projections = 0);
/// max(0, sigma - bound)^2 for sigma = ||dh/dx||_2, the largest singular value of each
/// sample: where it is at most 1, f is a contraction. Training ends somewhat above the bound, as
/// the square is flat there, so a bound below 1 leaves room. Throws Error for a negative bound.
template <class T> [[nodiscard]] Term<T> operator_norm_term(double lambda, double bound);
/// ||dr/dx||_F^2 of the reconstruction r. Alain, Bengio, JMLR 2014: there lambda = sigma^2.
template <class T> [[nodiscard]] Term<T> reconstruction_term(double lambda);
/// The mean over `draws` of ||J(x) - J(x + e)||_F^2, J = dh/dx and e ~ N(0, sigma^2 I): as in the
/// paper, not divided by sigma^2, so that gamma goes with sigma. Rifai et al., ECML 2011.
template <class T>
[[nodiscard]] Term<T> curvature_term(double gamma, double sigma, std::size_t draws);
/// ||d2h/dx2||_F^2, exact: what the curvature term divided by sigma^2 tends to. For small encoders;
/// hessian_squared_norm says what is too large.
template <class T> [[nodiscard]] Term<T> hessian_term(double gamma);
/// The sum of all squared weights, not biases (parameters of at least two axes); tied ones once.
template <class T> [[nodiscard]] Term<T> decay_term(double lambda);
/// sum_j KL(rho || q_j) for the mean q_j of unit j over the batch, so it depends on the batch's
/// size. Throws Error for codes outside [0, 1]. Lee et al., NIPS 2007.
template <class T> [[nodiscard]] Term<T> sparse_term(double beta, double rho);

/// Terms by their text, joined by '+': "contractive(0.1)+decay(1e-5)". The empty text has none.
/// Throws Error for others than term_signatures(), or a negative weight.
template <class T> std::vector<Term<T>> make_terms(const std::string& text);
/// All that make_terms() knows, as one text for errors and help.
[[nodiscard]] std::string term_signatures();

/// What is done to the inputs of a denoising auto-encoder, at each step with new draws.
/// Vincent et al., JMLR 2010.
struct Corruption {
  /// How elements are changed.
  enum class Kind {
    none,
    masking,        ///< each element is set to 0 with probability `level`
    gaussian,       ///< plus level * N(0, 1), not clipped
    salt_and_pepper ///< each element is, with probability `level`, set to 0 or to 1, a fair coin
  };
  Kind kind = Kind::none; ///< how
  double level = 0;       ///< a probability or a deviation, as its kind says
};
/// By its text, such as "masking(0.25)". Throws Error for another than corruption_signatures().
Corruption make_corruption(const std::string& text);
/// All that make_corruption() knows, as one text for errors and help.
[[nodiscard]] std::string corruption_signatures();
/// x (B, ...) after the corruption, with draws from `random`.
template <class T>
[[nodiscard]] Array<T> corrupted(const Array<T>& x, const Corruption& corruption,
                                 const SampleRandom& random);

} // namespace contractive::cae
