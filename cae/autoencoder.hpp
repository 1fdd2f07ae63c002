#pragma once

#include <contractive/cae/network.hpp>

#include <functional>

namespace contractive::cae {

/// What compares a reconstruction y with its input x, summed over the input's elements.
enum class Loss {
  cross_entropy, ///< for x in [0, 1]: the decoder gives logits, y = sigmoid(logits)
  squared_error, ///< ||x - y||^2: the decoder gives y
};
/// "cross-entropy" and "squared-error". Throws Error for another name.
Loss loss_from(const std::string& name);
std::string name_of(Loss loss);

/// The objective on one batch: mean over samples of L + lambda * ||dh/dx||_F^2.
template <class T> struct Objective {
  Variable<T> total;
  double reconstruction; ///< mean L
  double penalty;        ///< mean squared Jacobian norm, without lambda; 0 if lambda is 0
};

/// An encoder h = f(x) and a decoder of any kind, trained so that h changes little around the data.
/// Rifai et al., ICML 2011; here for any encoder whose samples do not depend on each other.
template <class T> class ContractiveAutoencoder {
public:
  using Callable = std::function<Variable<T>(const Variable<T>&)>;

  /// Both callables take batches: x (B, ...) -> h (B, ...) -> logits or y, shaped as x.
  /// `parameters` are those that they use; their owner must outlive this. Throws Error for a
  /// negative lambda.
  ContractiveAutoencoder(Callable encoder, Callable decoder,
                         std::vector<nn::Parameter<T>*> parameters, double lambda,
                         Loss loss = Loss::cross_entropy);
  /// The callables of a network, which must outlive this.
  ContractiveAutoencoder(const Network<T>& network, double lambda, Loss loss = Loss::cross_entropy);

  Variable<T> encode(const Variable<T>& x) const { return encoder_(x); }
  /// y for x: through the code and back.
  Variable<T> reconstruct(const Variable<T>& x) const;
  /// Recorded on this thread's active tape; on none, throws TapeError. Lambda 0 costs no Jacobian.
  Objective<T> objective(const Array<T>& x) const;
  /// L for each sample: decoded (B, ...), x (B, ...) -> (B).
  Variable<T> reconstruction_loss(const Variable<T>& decoded, const Variable<T>& x) const;
  const Callable& decoder() const { return decoder_; }

  const std::vector<nn::Parameter<T>*>& parameters() const { return parameters_; }
  double lambda() const { return lambda_; }
  Loss loss() const { return loss_; }

private:
  Callable encoder_, decoder_;
  std::vector<nn::Parameter<T>*> parameters_;
  double lambda_;
  Loss loss_;
};

/// Why a decoder with its own weights makes the penalty meaningless: what to warn of when lambda is
/// above 0.
extern const char* const untied_warning;

} // namespace contractive::cae
