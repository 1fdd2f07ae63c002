#include <contractive/cae/training/descent.hpp>

#include <contractive/autodiff/derivative/derivative.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::cae {

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
void Descent<T>::run_epoch(const std::function<void(const std::vector<std::size_t>&)>& train) {
  start_ = std::chrono::steady_clock::now();
  optimiser->learning_rate = learning_rate_ * schedule_(epoch);
  for (auto numbers = batches.next(); !numbers.empty(); numbers = batches.next())
    train(numbers);
}

template <class T> void Descent<T>::step(const Variable<T>& loss) {
  require_finite(static_cast<double>(loss.item()));
  optimiser->step(parameters, gradient<T>({loss}, nn::use(parameters), CreateGraph::no));
}

template <class T> bool Descent<T>::end_epoch(double score) {
  require_finite(score);
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

template <class T> void Descent<T>::require_finite(double loss) const {
  const std::size_t step = batches.position() > 0 ? batches.position() : batches.per_epoch();
  if (!std::isfinite(loss))
    throw Error(name_, ": the loss is ", loss, " at epoch ", epoch + 1, ", step ", step,
                "; expected a finite number: try a learning rate below ", learning_rate(),
                ", or check the data");
}

template class Descent<float>;
template class Descent<double>;

} // namespace contractive::cae
