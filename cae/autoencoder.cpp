#include <contractive/cae/autoencoder.hpp>

#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/reduce.hpp>
#include <contractive/autodiff/tape.hpp>
#include <contractive/nn/loss.hpp>

namespace contractive::cae {

const char* const untied_warning =
    "the decoder has weights of its own: it can undo any shrinking of the code, so the penalty can "
    "fall to 0 with nothing learned (scale collapse); tied weights prevent that";

Loss loss_from(const std::string& name) {
  if (name == "cross-entropy")
    return Loss::cross_entropy;
  if (name == "squared-error")
    return Loss::squared_error;
  throw Error(text("loss: '", name, "' is unknown; expected one of cross-entropy, squared-error"));
}

std::string name_of(Loss loss) {
  return loss == Loss::cross_entropy ? "cross-entropy" : "squared-error";
}

template <class T>
ContractiveAutoencoder<T>::ContractiveAutoencoder(Callable encoder, Callable decoder,
                                                  std::vector<nn::Parameter<T>*> parameters,
                                                  double lambda, Loss loss)
    : encoder_(std::move(encoder)), decoder_(std::move(decoder)),
      parameters_(std::move(parameters)), lambda_(lambda), loss_(loss) {
  if (!(lambda >= 0))
    throw Error(text("autoencoder: lambda ", lambda, "; expected at least 0"));
}

template <class T>
ContractiveAutoencoder<T>::ContractiveAutoencoder(const Network<T>& network, double lambda,
                                                  Loss loss)
    : ContractiveAutoencoder([f = network.encoder.get()](const Variable<T>& x) { return (*f)(x); },
                             [g = network.decoder.get()](const Variable<T>& h) { return (*g)(h); },
                             network.parameters(), lambda, loss) {}

template <class T> Variable<T> ContractiveAutoencoder<T>::reconstruct(const Variable<T>& x) const {
  const Variable<T> decoded = decoder_(encoder_(x));
  return loss_ == Loss::cross_entropy ? sigmoid(decoded) : decoded;
}

template <class T>
Variable<T> ContractiveAutoencoder<T>::reconstruction_loss(const Variable<T>& decoded,
                                                           const Variable<T>& x) const {
  return loss_ == Loss::cross_entropy ? nn::binary_cross_entropy(decoded, x)
                                      : nn::squared_error(decoded, x);
}

template <class T> Objective<T> ContractiveAutoencoder<T>::objective(const Array<T>& values) const {
  Tape<T>* tape = Tape<T>::active();
  if (!tape)
    throw TapeError("objective: no tape is active; expected one, make a Tape before");
  // On the tape only so that dh/dx exists; the target of the loss stays a constant.
  const Variable<T> x = lambda_ > 0 ? tape->variable(values, "x") : Variable<T>(values);
  const Variable<T> h = encoder_(x);
  const Variable<T> loss = mean(reconstruction_loss(decoder_(h), values));
  if (!(lambda_ > 0))
    return {loss, static_cast<double>(loss.item()), 0};
  const Variable<T> penalty = mean(jacobian_squared_norm(h, x));
  return {loss + static_cast<T>(lambda_) * penalty, static_cast<double>(loss.item()),
          static_cast<double>(penalty.item())};
}

template class ContractiveAutoencoder<float>;
template class ContractiveAutoencoder<double>;

} // namespace contractive::cae
