#include <contractive/nn/training/optimiser.hpp>

#include <contractive/autodiff/array/threads.hpp>
#include <contractive/nn/text/call.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace contractive::nn {
namespace {
constexpr std::size_t grain = 32768; // 128 KiB of floats

Error same_name(const std::string& name) {
  return Error("optimiser: two parameters are named '", name,
               "'; expected distinct names, as adopt() makes them");
}
} // namespace

// Before anything is changed: a step is taken wholly or not at all.
template <class T>
void Optimiser<T>::require_fit(const std::vector<Parameter<T>>& parameters,
                               const std::vector<Variable<T>>& gradients) const {
  if (parameters.size() != gradients.size())
    throw ShapeError("optimiser: ", parameters.size(), " parameters, ", gradients.size(),
                     " gradients; expected one each");
  std::set<const void*> listed;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const std::string& name = parameters[k].name();
    const Shape &shape = parameters[k].value().shape(), &slope = gradients[k].shape();
    if (shape != slope)
      throw ShapeError("optimiser: parameter '", name, "' ", shape, ", gradient ", slope,
                       "; expected the same shape");
    if (!listed.insert(parameters[k].identity()).second) // its gradient would count twice
      throw Error("optimiser: parameter '", name,
                  "' is listed twice; expected once, as append() lists it");
    const auto memory = memories_.find(parameters[k].identity());
    if (memory != memories_.end() && memory->second.moments[0].shape() != shape)
      throw ShapeError("optimiser: parameter '", name, "' ", shape, ", its moments ",
                       memory->second.moments[0].shape(), "; expected the same shape");
  }
}

template <class T>
void Optimiser<T>::step(const std::vector<Parameter<T>>& parameters,
                        const std::vector<Variable<T>>& gradients) {
  require_fit(parameters, gradients);
  ++steps_;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const Array<T>&w = parameters[k].value(), &g = gradients[k].value();
    const auto unwritten = [&](T*& data) {
      return Array<T>::make(w.shape(), [&](T* out) { data = out; });
    };
    Update all{w.size(), static_cast<double>(steps_), w.data(), g.data(), {}, nullptr, {}};
    // New arrays: state(), a tape or the user may have been given the old ones.
    Array<T> weight = unwritten(all.new_weight);
    std::vector<Array<T>> moments;
    for (std::size_t m = 0; m < count_; ++m) {
      all.moments[m] = moments_of(parameters[k])[m].data();
      moments.push_back(unwritten(all.new_moments[m]));
    }
    for_chunks(all.size, grain, [&](std::size_t begin, std::size_t end) {
      Update chunk = all;
      chunk.size = end - begin;
      chunk.weight += begin;
      chunk.gradient += begin;
      chunk.new_weight += begin;
      for (std::size_t m = 0; m < count_; ++m) {
        chunk.moments[m] += begin;
        chunk.new_moments[m] += begin;
      }
      update(chunk);
    });
    parameters[k].assign(std::move(weight));
    if (count_ > 0)
      moments_of(parameters[k]) = std::move(moments);
  }
}

template <class T> std::vector<Array<T>>& Optimiser<T>::moments_of(const Parameter<T>& parameter) {
  auto memory = memories_.find(parameter.identity());
  if (memory == memories_.end()) {
    const std::vector<Array<T>> zeros(count_, Array<T>::zeros(parameter.value().shape()));
    memory = memories_.emplace(parameter.identity(), Memory{parameter, zeros}).first;
  }
  return memory->second.moments;
}

template <class T> typename Optimiser<T>::State Optimiser<T>::state() const {
  State state;
  if (steps_ > 0)
    state["step"] = Array<T>(static_cast<T>(steps_));
  for (const auto& [identity, memory] : memories_)
    for (std::size_t m = 0; m < count_; ++m)
      if (!state.emplace(detail::text(memory.parameter.name(), "/", m), memory.moments[m]).second)
        throw same_name(memory.parameter.name());
  return state;
}

template <class T>
void Optimiser<T>::restore(const State& state, const std::vector<Parameter<T>>& parameters) {
  // The number of steps, and all moments of each parameter, which a step leaves: nothing else.
  const auto step = state.find("step");
  const bool counted = step != state.end() && step->second.size() == 1 && step->second[0] >= 1 &&
                       step->second[0] < T(1e15);
  std::size_t known = counted ? 1 : 0;
  Memories memories;
  std::set<std::string> names;
  for (const Parameter<T>& parameter : parameters) {
    if (count_ > 0 && !names.insert(parameter.name()).second)
      throw same_name(parameter.name());
    Memory memory{parameter, {}};
    for (std::size_t m = 0; m < count_; ++m) {
      const auto moment = state.find(detail::text(parameter.name(), "/", m));
      if (moment == state.end())
        break;
      if (moment->second.shape() != parameter.value().shape())
        throw ShapeError("optimiser: parameter '", parameter.name(), "' ",
                         parameter.value().shape(), ", its state ", moment->second.shape(),
                         "; expected the same shape");
      memory.moments.push_back(moment->second);
    }
    if (memory.moments.size() < count_ || count_ == 0)
      continue; // not in the state; or in part, which then is more than what is known
    known += count_;
    memories.emplace(parameter.identity(), std::move(memory));
  }
  if (known != state.size() || (!counted && known > 0) || (count_ > 0 && known == 1))
    throw Error("optimiser: the state of another kind of optimiser or of other parameters; "
                "expected the number of steps and ",
                count_, " moments for each parameter");
  steps_ = counted ? static_cast<std::size_t>(step->second[0]) : 0;
  memories_ = std::move(memories);
}

namespace {
// rule(w, g, m, v) returns the new weight and replaces the moments, those that there are. The
// arrays do not overlap: told so, the compiler vectorises the loop.
template <std::size_t moments, class T, class Rule>
void loop(std::size_t size, const T* __restrict weight, const T* __restrict gradient,
          const T* __restrict old_m, const T* __restrict old_v, T* __restrict new_weight,
          T* __restrict new_m, T* __restrict new_v, const Rule& rule) {
  for (std::size_t i = 0; i < size; ++i) {
    T m = 0, v = 0;
    if constexpr (moments > 0)
      m = old_m[i];
    if constexpr (moments > 1)
      v = old_v[i];
    new_weight[i] = rule(weight[i], gradient[i], m, v);
    if constexpr (moments > 0)
      new_m[i] = m;
    if constexpr (moments > 1)
      new_v[i] = v;
  }
}
template <std::size_t moments, class Update, class Rule>
void for_each_element(const Update& u, const Rule& rule) {
  loop<moments>(u.size, u.weight, u.gradient, u.moments[0], u.moments[1], u.new_weight,
                u.new_moments[0], u.new_moments[1], rule);
}
} // namespace

template <class T> void SGD<T>::update(const typename Optimiser<T>::Update& u) const {
  const T rate = static_cast<T>(this->learning_rate), momentum = static_cast<T>(momentum_);
  const T decay = static_cast<T>(decay_);
  if (momentum_ == 0)
    for_each_element<0>(u, [=](T w, T g, T&, T&) { return w - rate * (g + decay * w); });
  else if (kind_ == Momentum::nesterov)
    for_each_element<1>(u, [=](T w, T gradient, T& v, T&) {
      const T g = gradient + decay * w;
      v = momentum * v + g;
      return w - rate * (g + momentum * v);
    });
  else
    for_each_element<1>(u, [=](T w, T gradient, T& v, T&) {
      const T g = gradient + decay * w;
      v = momentum * v + g;
      return w - rate * v;
    });
}

template <class T> void Adam<T>::update(const typename Optimiser<T>::Update& u) const {
  const T beta1 = static_cast<T>(beta1_), beta2 = static_cast<T>(beta2_);
  // From the doubles: 1 - 0.999f is off by 5e-5.
  const T fresh1 = static_cast<T>(1 - beta1_), fresh2 = static_cast<T>(1 - beta2_);
  const T rate = static_cast<T>(this->learning_rate / (1 - std::pow(beta1_, u.step)));
  const T root = static_cast<T>(std::sqrt(1 - std::pow(beta2_, u.step)));
  const T epsilon = static_cast<T>(epsilon_);
  const bool decoupled = kind_ == WeightDecay::decoupled;
  const T added = static_cast<T>(decoupled ? 0 : decay_);
  const T kept = static_cast<T>(decoupled ? 1 - this->learning_rate * decay_ : 1);
  for_each_element<2>(u, [=](T w, T gradient, T& m, T& v) {
    const T g = gradient + added * w;
    m = beta1 * m + fresh1 * g;
    v = beta2 * v + fresh2 * g * g;
    return kept * w - rate * m / (std::sqrt(v) / root + epsilon);
  });
}

template <class T> void RMSprop<T>::update(const typename Optimiser<T>::Update& u) const {
  const T rate = static_cast<T>(this->learning_rate), alpha = static_cast<T>(alpha_);
  const T fresh = static_cast<T>(1 - alpha_), epsilon = static_cast<T>(epsilon_);
  for_each_element<1>(u, [=](T w, T g, T& v, T&) {
    v = alpha * v + fresh * g * g;
    return w - rate * g / (std::sqrt(v) + epsilon);
  });
}

namespace {
template <class T> using MakeOptimiser = std::unique_ptr<Optimiser<T>> (*)(double);
template <class T> const CallTable<MakeOptimiser<T>>& optimisers() {
  using Made = std::unique_ptr<Optimiser<T>>;
  static const CallTable<MakeOptimiser<T>> table{
      {"sgd", [](double rate) -> Made { return std::make_unique<SGD<T>>(rate); }},
      {"momentum", [](double rate) -> Made { return std::make_unique<SGD<T>>(rate, 0.9); }},
      {"nesterov",
       [](double rate) -> Made { return std::make_unique<SGD<T>>(rate, 0.9, Momentum::nesterov); }},
      {"adam", [](double rate) -> Made { return std::make_unique<Adam<T>>(rate); }},
      {"adamw",
       [](double rate) -> Made {
         return std::make_unique<Adam<T>>(rate, 0.01, WeightDecay::decoupled);
       }},
      {"rmsprop", [](double rate) -> Made { return std::make_unique<RMSprop<T>>(rate); }}};
  return table;
}
} // namespace

std::string optimiser_names() { return optimisers<float>().signatures(); }

template <class T>
std::unique_ptr<Optimiser<T>> make_optimiser(const std::string& name, double rate) {
  const MakeOptimiser<T>* make = optimisers<T>().find({name});
  if (!make)
    throw Error("optimiser: '", name, "' is unknown; ", optimisers<float>().expected(name));
  return (*make)(rate);
}

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

} // namespace contractive::nn
