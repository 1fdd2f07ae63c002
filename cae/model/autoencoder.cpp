#include <contractive/cae/model/autoencoder.hpp>

#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/autodiff/tape/tape.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/training/loss.hpp>

#include <algorithm>

namespace contractive::cae {

const char* const untied_warning =
    "the decoder has weights of its own: it can undo any shrinking of the code, so the penalty can "
    "fall to 0 with nothing learned (scale collapse); tied weights prevent that";

namespace {
const nn::CallTable<Loss>& losses() {
  static const nn::CallTable<Loss> table{{"cross-entropy", Loss::cross_entropy},
                                         {"squared-error", Loss::squared_error}};
  return table;
}
} // namespace

std::string loss_names() { return losses().signatures(); }

Loss loss_from(const std::string& name) {
  if (const Loss* loss = losses().find({name}))
    return *loss;
  throw Error("loss: '", name, "' is unknown; ", losses().expected(name));
}

std::string name_of(Loss loss) { return losses().name_of(loss); }

namespace {
template <class T> std::vector<Term<T>> contractive_alone(double lambda) {
  if (!(lambda >= 0))
    throw Error("autoencoder: lambda ", lambda, "; expected at least 0");
  return lambda > 0 ? std::vector<Term<T>>{contractive_term<T>(lambda)} : std::vector<Term<T>>();
}

template <class T> typename Batch<T>::Callable callable(const nn::ModulePtr<T>& module) {
  return [f = module](const Variable<T>& x) { return (*f)(x); };
}
} // namespace

template <class T>
ContractiveAutoencoder<T>::ContractiveAutoencoder(Callable encoder, Callable decoder,
                                                  Parameters parameters, std::vector<Term<T>> terms,
                                                  Loss loss, Corruption corruption)
    : encoder_(std::move(encoder)), decoder_(std::move(decoder)),
      parameters_(std::move(parameters)), terms_(std::move(terms)), loss_(loss),
      corruption_(corruption) {}

template <class T>
ContractiveAutoencoder<T>::ContractiveAutoencoder(Callable encoder, Callable decoder,
                                                  Parameters parameters, double lambda, Loss loss)
    : ContractiveAutoencoder(std::move(encoder), std::move(decoder), std::move(parameters),
                             contractive_alone<T>(lambda), loss) {}

template <class T>
ContractiveAutoencoder<T>::ContractiveAutoencoder(const Network<T>& network,
                                                  std::vector<Term<T>> terms, Loss loss,
                                                  Corruption corruption)
    : ContractiveAutoencoder(callable(network.encoder), callable(network.decoder),
                             network.parameters(), std::move(terms), loss, corruption) {}

template <class T>
ContractiveAutoencoder<T>::ContractiveAutoencoder(const Network<T>& network, double lambda,
                                                  Loss loss)
    : ContractiveAutoencoder(network, contractive_alone<T>(lambda), loss) {}

template <class T> Variable<T> ContractiveAutoencoder<T>::decode(const Variable<T>& h) const {
  const Variable<T> decoded = decoder_(h);
  return loss_ == Loss::cross_entropy ? sigmoid(decoded) : decoded;
}

template <class T>
Variable<T> ContractiveAutoencoder<T>::reconstruction_loss(const Variable<T>& decoded,
                                                           const Variable<T>& x) const {
  return loss_ == Loss::cross_entropy ? nn::binary_cross_entropy(decoded, x)
                                      : nn::squared_error(decoded, x);
}

namespace {
// The mean of what the samples of a batch have, as far as `samples` of its `whole` add to it.
template <class T>
Variable<T> share_of_mean(const Variable<T>& value, std::size_t samples, std::size_t whole) {
  const Variable<T> own = mean(value);
  return samples == whole ? own : own * (static_cast<T>(samples) / static_cast<T>(whole));
}
} // namespace

// Those terms that are of the weights, or all others.
template <class T>
void ContractiveAutoencoder<T>::add_terms(Objective<T>& to, const Batch<T>& batch,
                                          std::size_t whole, bool of_weights) const {
  to.terms.resize(terms_.size());
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const Term<T>& term = terms_[i];
    if ((term.of == TermOf::weights) != of_weights)
      continue;
    const Variable<T> value = term.value(batch);
    const std::size_t samples = of_weights ? whole : batch.x.shape()[0];
    if (samples != whole && (term.of == TermOf::batch || value.rank() == 0))
      throw Error("objective: term '", term.name, "' is of a batch as a whole, and ", samples,
                  " of its ", whole, " samples have no share in it; expected batches in one part");
    const Variable<T> mean = share_of_mean(value, samples, whole);
    to.terms[i] = static_cast<double>(mean.item());
    to.total = to.total + static_cast<T>(term.weight) * mean;
  }
}

template <class T>
Objective<T> ContractiveAutoencoder<T>::share(const Array<T>& values, std::size_t whole,
                                              const SampleRandom& random) const {
  Tape<T>* tape = Tape<T>::active();
  if (!tape)
    throw TapeError("objective: no tape is active; expected one, make a Tape before");
  const SampleRandom::Scope draws(random);
  // On the tape only so that derivatives in x exist; the target of the loss stays a constant.
  const bool differentiates = std::any_of(terms_.begin(), terms_.end(),
                                          [](const Term<T>& term) { return term.needs_jacobian; });
  const Variable<T> x = differentiates ? tape->variable(values, "x") : Variable<T>(values);
  const bool clean = corruption_.kind == Corruption::Kind::none;
  const Variable<T> h = clean || !terms_.empty() ? encoder_(x) : Variable<T>();
  const Variable<T> decoded =
      decoder_(clean ? h : encoder_(Variable<T>(corrupted(values, corruption_, random))));
  const Variable<T> loss =
      share_of_mean(reconstruction_loss(decoded, values), values.shape()[0], whole);
  Objective<T> result{loss, static_cast<double>(loss.item()), {}};
  const Callable reconstruction = [this](const Variable<T>& at) { return reconstruct(at); };
  add_terms(result, {x, h, encoder_, reconstruction, parameters_, random}, whole, false);
  return result;
}

template <class T> Objective<T> ContractiveAutoencoder<T>::of_weights() const {
  Objective<T> result{Variable<T>(T(0)), 0, {}};
  const Callable none;
  const SampleRandom random(0, 0, {});
  add_terms(result, {{}, {}, none, none, parameters_, random}, 1, true);
  return result;
}

template <class T>
Objective<T> ContractiveAutoencoder<T>::objective(const Array<T>& values,
                                                  const SampleRandom& random) const {
  Objective<T> result = share(values, values.shape()[0], random);
  const Objective<T> weights = of_weights();
  for (std::size_t i = 0; i < terms_.size(); ++i)
    result.terms[i] += weights.terms[i];
  if (weights.total.tracked())
    result.total = result.total + weights.total;
  return result;
}

template <class T> Objective<T> ContractiveAutoencoder<T>::objective(const Array<T>& values) const {
  return objective(values, SampleRandom(0, 0, {}));
}

template class ContractiveAutoencoder<float>;
template class ContractiveAutoencoder<double>;

} // namespace contractive::cae
