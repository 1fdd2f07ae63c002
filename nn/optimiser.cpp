#include <contractive/nn/optimiser.hpp>

#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::nn {

template <class T>
void Optimiser<T>::step(const std::vector<Parameter<T>*>& parameters,
                        const std::vector<Variable<T>>& gradients) {
  if (parameters.size() != gradients.size())
    throw ShapeError(text("optimiser: ", parameters.size(), " parameters, ", gradients.size(),
                          " gradients; expected one each"));
  Array<T>& taken = state_["step"];
  taken = Array<T>(taken.size() == 1 ? taken.item() + T(1) : T(1));
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const Array<T>&w = parameters[k]->value, &g = gradients[k].value();
    if (w.shape() != g.shape())
      throw ShapeError(text("optimiser: parameter '", parameters[k]->name, "' ", w.shape(),
                            ", gradient ", g.shape(), "; expected the same shape"));
    Update u{w.size(), w.data(), g.data(), nullptr, {}, static_cast<double>(taken.item())};
    std::vector<T> moments[2];
    for (std::size_t m = 0; m < moments_; ++m) {
      const Array<T>& old = state_[text(parameters[k]->name, "/", m)];
      if (old.shape() == w.shape())
        moments[m].assign(old.begin(), old.end());
      else
        moments[m].assign(w.size(), T(0));
      u.moments[m] = moments[m].data();
    }
    parameters[k]->value = Array<T>::make(w.shape(), [&](T* out) {
      u.next = out;
      update(u);
    });
    for (std::size_t m = 0; m < moments_; ++m)
      state_[text(parameters[k]->name, "/", m)] = Array<T>(w.shape(), moments[m]);
  }
}

template <class T> void Optimiser<T>::restore(const State& state) {
  for (const auto& [name, array] : state) {
    const std::size_t slash = name.rfind('/');
    if (slash != std::string::npos && std::stoul(name.substr(slash + 1)) >= moments_)
      throw Error(text("optimiser: state '", name, "'; expected at most ", moments_,
                       " moments for each parameter"));
  }
  state_ = state;
}

template <class T> void SGD<T>::update(const typename Optimiser<T>::Update& u) const {
  const T rate = static_cast<T>(this->learning_rate), momentum = static_cast<T>(momentum_);
  const T decay = static_cast<T>(decay_);
  for (std::size_t i = 0; i < u.size; ++i) {
    T g = u.gradient[i] + decay * u.weight[i];
    if (momentum_ != 0) {
      T& v = u.moments[0][i];
      v = momentum * v + g;
      g = nesterov_ ? g + momentum * v : v;
    }
    u.next[i] = u.weight[i] - rate * g;
  }
}

template <class T> void Adam<T>::update(const typename Optimiser<T>::Update& u) const {
  const T beta1 = static_cast<T>(beta1_), beta2 = static_cast<T>(beta2_);
  const T rate = static_cast<T>(this->learning_rate / (1 - std::pow(beta1_, u.step)));
  const T root = static_cast<T>(std::sqrt(1 - std::pow(beta2_, u.step)));
  const T epsilon = static_cast<T>(epsilon_);
  const T added = static_cast<T>(decoupled_ ? 0 : decay_);
  const T kept = static_cast<T>(decoupled_ ? 1 - this->learning_rate * decay_ : 1);
  for (std::size_t i = 0; i < u.size; ++i) {
    const T g = u.gradient[i] + added * u.weight[i];
    T &m = u.moments[0][i], &v = u.moments[1][i];
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    u.next[i] = kept * u.weight[i] - rate * m / (std::sqrt(v) / root + epsilon);
  }
}

template <class T> void RMSprop<T>::update(const typename Optimiser<T>::Update& u) const {
  const T rate = static_cast<T>(this->learning_rate), alpha = static_cast<T>(alpha_);
  const T epsilon = static_cast<T>(epsilon_);
  for (std::size_t i = 0; i < u.size; ++i) {
    T& v = u.moments[0][i];
    v = alpha * v + (1 - alpha) * u.gradient[i] * u.gradient[i];
    u.next[i] = u.weight[i] - rate * u.gradient[i] / (std::sqrt(v) + epsilon);
  }
}

template <class T>
std::unique_ptr<Optimiser<T>> make_optimiser(const std::string& name, double rate) {
  if (name == "sgd")
    return std::make_unique<SGD<T>>(rate);
  if (name == "momentum" || name == "nesterov")
    return std::make_unique<SGD<T>>(rate, 0.9, name == "nesterov");
  if (name == "adam")
    return std::make_unique<Adam<T>>(rate);
  if (name == "adamw")
    return std::make_unique<Adam<T>>(rate, 0.01, true);
  if (name == "rmsprop")
    return std::make_unique<RMSprop<T>>(rate);
  throw Error(text("optimiser: '", name,
                   "' is unknown; expected one of sgd, momentum, nesterov, adam, adamw, rmsprop"));
}

template <class T>
std::vector<Variable<T>> clip_norm(const std::vector<Variable<T>>& gradients, double limit) {
  double squares = 0;
  for (const Variable<T>& g : gradients)
    squares += static_cast<double>(sum(square(g.detach())).item());
  const double norm = std::sqrt(squares);
  if (norm <= limit)
    return gradients;
  std::vector<Variable<T>> clipped;
  for (const Variable<T>& g : gradients)
    clipped.push_back(g * static_cast<T>(limit / norm));
  return clipped;
}

template <class T>
std::vector<Variable<T>> clip_value(const std::vector<Variable<T>>& gradients, double limit) {
  std::vector<Variable<T>> clipped;
  for (const Variable<T>& g : gradients)
    clipped.push_back(clip(g, static_cast<T>(-limit), static_cast<T>(limit)));
  return clipped;
}

using F = Variable<float>;
using D = Variable<double>;
template class Optimiser<float>;
template class Optimiser<double>;
template class SGD<float>;
template class SGD<double>;
template class Adam<float>;
template class Adam<double>;
template class RMSprop<float>;
template class RMSprop<double>;
template std::unique_ptr<Optimiser<float>> make_optimiser(const std::string&, double);
template std::unique_ptr<Optimiser<double>> make_optimiser(const std::string&, double);
template std::vector<F> clip_norm(const std::vector<F>&, double);
template std::vector<D> clip_norm(const std::vector<D>&, double);
template std::vector<F> clip_value(const std::vector<F>&, double);
template std::vector<D> clip_value(const std::vector<D>&, double);

} // namespace contractive::nn
