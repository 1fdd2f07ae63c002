#pragma once

#include <contractive/cae/model/network.hpp>
#include <contractive/cae/model/terms.hpp>

#include <functional>

namespace contractive::cae {

/// What compares a reconstruction y with its input x, summed over the input's elements.
enum class Loss {
  cross_entropy, ///< for x in [0, 1]: the decoder gives logits, y = sigmoid(logits)
  squared_error, ///< ||x - y||^2: the decoder gives y
};
/// By its name. Throws Error for another than loss_names().
[[nodiscard]] Loss loss_from(const std::string& name);
/// The name that loss_from() knows.
[[nodiscard]] std::string name_of(Loss loss);
/// All losses, as one text for errors and help.
[[nodiscard]] std::string loss_names();

/// The objective on one batch: the mean over samples of L, and the weighted terms. Or a part of it.
template <class T> struct Objective {
  Variable<T> total;         ///< a scalar, to be differentiated
  double reconstruction = 0; ///< mean L
  std::vector<double> terms; ///< each term's mean, without its weight
};

/// An encoder h = f(x) and a decoder of any kind, trained so that y = g(h) is near x, with terms
/// such as the contractive one, for which h changes little around the data. Rifai et al., ICML
/// 2011; here for any encoder whose samples do not depend on each other.
template <class T> class ContractiveAutoencoder {
public:
  /// A batch (B, ...) -> (B, ...).
  using Callable = typename Batch<T>::Callable;
  /// What encoder and decoder use.
  using Parameters = std::vector<nn::Parameter<T>>;

  /// Both callables take batches: x (B, ...) -> h (B, ...) -> logits or y, shaped as x.
  /// `parameters` are those that they use. Codes of corrupted inputs are decoded, and held against
  /// the clean ones; all terms see clean inputs.
  ContractiveAutoencoder(Callable encoder, Callable decoder, Parameters parameters,
                         std::vector<Term<T>> terms, Loss loss = Loss::cross_entropy,
                         Corruption corruption = {});
  /// With lambda times the contractive term. Throws Error for a negative lambda.
  ContractiveAutoencoder(Callable encoder, Callable decoder, Parameters parameters, double lambda,
                         Loss loss = Loss::cross_entropy);
  /// A network's modules, which this shares.
  ContractiveAutoencoder(const Network<T>& network, std::vector<Term<T>> terms,
                         Loss loss = Loss::cross_entropy, Corruption corruption = {});
  ContractiveAutoencoder(const Network<T>& network, double lambda, Loss loss = Loss::cross_entropy);

  /// The code h (B, ...) for x (B, ...).
  [[nodiscard]] Variable<T> encode(const Variable<T>& x) const { return encoder_(x); }
  /// y for a code h: for cross-entropy the sigmoid of what the decoder gives.
  [[nodiscard]] Variable<T> decode(const Variable<T>& h) const;
  /// y for x: through the code and back.
  [[nodiscard]] Variable<T> reconstruct(const Variable<T>& x) const { return decode(encode(x)); }
  /// Recorded on this thread's active tape; on none, throws TapeError. Without terms that need it,
  /// no Jacobian is computed. Corruptions and random terms draw from `random`.
  [[nodiscard]] Objective<T> objective(const Array<T>& x, const SampleRandom& random) const;
  /// Drawn from a new generator each time.
  [[nodiscard]] Objective<T> objective(const Array<T>& x) const;
  /// What the samples x add to the objective of a batch of `whole` samples, of which they are a
  /// part: the sum over all parts, and of_weights() once, make the objective. Throws Error, naming
  /// it, for a term that is of the batch as a whole, unless x is that.
  [[nodiscard]] Objective<T> share(const Array<T>& x, std::size_t whole,
                                   const SampleRandom& random) const;
  /// What terms of the weights alone add to it.
  [[nodiscard]] Objective<T> of_weights() const;
  /// L for each sample: decoded (B, ...), x (B, ...) -> (B).
  [[nodiscard]] Variable<T> reconstruction_loss(const Variable<T>& decoded,
                                                const Variable<T>& x) const;
  /// The decoder itself: h -> logits or y.
  [[nodiscard]] const Callable& decoder() const noexcept { return decoder_; }

  /// What it was made of.
  [[nodiscard]] const Parameters& parameters() const noexcept { return parameters_; }
  [[nodiscard]] const std::vector<Term<T>>& terms() const noexcept { return terms_; }
  [[nodiscard]] Loss loss() const noexcept { return loss_; }

private:
  void add_terms(Objective<T>& to, const Batch<T>& batch, std::size_t whole, bool of_weights) const;

  Callable encoder_, decoder_;
  Parameters parameters_;
  std::vector<Term<T>> terms_;
  Loss loss_;
  Corruption corruption_;
};

/// Why a decoder with its own weights makes contraction meaningless: what to warn of when a term
/// contracts the code.
extern const char* const untied_warning;

} // namespace contractive::cae
