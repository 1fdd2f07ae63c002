#include <contractive/cae/training/descent.hpp>

#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/cae/model/model.hpp>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace contractive::cae {
namespace {

// Not below 0, no fraction, none that a double only comes near to.
std::size_t count_in_json(const nlohmann::json& json) {
  return json.get_ref<const nlohmann::json::number_unsigned_t&>();
}

} // namespace

template <class T>
Descent<T>::Descent(const char* name, const DescentOptions& options, Parameters trained,
                    std::size_t samples, std::uint64_t shuffle_seed)
    : parameters(std::move(trained)),
      optimiser(nn::make_optimiser<T>(options.optimiser, options.learning_rate)),
      batches(samples, std::min(options.batch, samples), shuffle_seed), name_(name),
      learning_rate_(options.learning_rate), schedule_(nn::make_schedule(options.schedule)) {
  if (options.epochs == 0)
    throw Error(name_, ": 0 epochs; expected at least 1");
  if (!(learning_rate_ > 0))
    throw Error(name_, ": learning rate ", learning_rate_, "; expected above 0");
}

template <class T>
bool Descent<T>::run_epoch(const std::function<bool(const std::vector<std::size_t>&)>& train) {
  start_ = std::chrono::steady_clock::now();
  optimiser->learning_rate = learning_rate_ * schedule_(epoch);
  for (auto numbers = batches.next(); !numbers.empty(); numbers = batches.next())
    if (!train(numbers))
      return false;
  return true;
}

template <class T> void Descent<T>::step(const Variable<T>& loss) {
  step(static_cast<double>(loss.item()), gradient<T>({loss}, nn::use(parameters), CreateGraph::no));
}

template <class T> void Descent<T>::step(double loss, const std::vector<Variable<T>>& gradients) {
  require_finite("the loss", loss);
  optimiser->step(parameters, gradients);
}

template <class T> bool Descent<T>::end_epoch(double score) {
  require_finite("the loss", score);
  for (const nn::Parameter<T>& parameter : parameters) // relu(NaN) is 0, and hides it
    if (!all_finite(parameter.value()))
      require_finite(("a number in '" + parameter.name() + "'").c_str(), std::nan(""));
  ++epoch;
  if (best_epoch != 0 && !(score < best_score))
    return false;
  best_epoch = epoch;
  best_score = score;
  best_weights.clear();
  for (const nn::Parameter<T>& parameter : parameters)
    best_weights.push_back(parameter.value());
  return true;
}

template <class T> void Descent<T>::restore_best_weights() const {
  for (std::size_t i = 0; i < best_weights.size(); ++i)
    parameters[i].assign(best_weights[i]);
}

template <class T> double Descent<T>::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

template <class T> void Descent<T>::require_finite(const char* what, double value) const {
  const std::size_t step = batches.position() > 0 ? batches.position() : batches.per_epoch();
  if (!std::isfinite(value))
    throw Error(name_, ": ", what, " is ", value, " at epoch ", epoch + 1, ", step ", step,
                "; expected a finite number: try a learning rate below ", learning_rate(),
                ", or check the data");
}

template <class T> void Descent<T>::put(nn::Tensors<T>& to, bool best_weights_too) const {
  put_weights(parameters, to);
  for (const auto& [name, array] : optimiser->state())
    to.arrays["optimiser/" + name] = array;
  if (best_weights_too)
    for (std::size_t i = 0; i < best_weights.size(); ++i)
      to.arrays["best/" + parameters[i].name()] = best_weights[i];
  to.metadata["training"] =
      nlohmann::json{{"epoch", epoch}, {"best_epoch", best_epoch}, {"best", best_score}}.dump();
  to.metadata["batches"] = batches.state();
}

template <class T> void Descent<T>::get(const nn::Tensors<T>& from, bool best_weights_too) {
  get_weights(from, "", parameters);
  typename nn::Optimiser<T>::State moments;
  for (const auto& [name, array] : from.arrays)
    if (name.rfind("optimiser/", 0) == 0)
      moments[name.substr(10)] = array;
  optimiser->restore(moments, parameters);
  try {
    const auto training = nlohmann::json::parse(from.metadata.at("training"));
    epoch = count_in_json(training.at("epoch"));
    best_epoch = count_in_json(training.at("best_epoch"));
    training.at("best").get_to(best_score);
    batches.restore(from.metadata.at("batches"));
  } catch (const std::out_of_range&) {
    throw FileError("checkpoint: a model without its training; expected checkpoint.safetensors");
  } catch (const nlohmann::json::exception& error) {
    throw FileError("checkpoint: the training's state is not readable: ", error.what());
  }
  if (batches.epoch() != epoch || best_epoch > epoch)
    throw FileError("checkpoint: epoch ", epoch, ", the best ", best_epoch, ", the batches' ",
                    batches.epoch(), "; expected counters that agree");
  best_weights.clear();
  if (best_weights_too && best_epoch > 0)
    for (const nn::Parameter<T>& parameter : parameters)
      best_weights.push_back(array_of(from, "best/" + parameter.name(), parameter.value().shape()));
}

template class Descent<float>;
template class Descent<double>;

} // namespace contractive::cae
