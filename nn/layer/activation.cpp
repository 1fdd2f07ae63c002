#include <contractive/nn/layer/activation.hpp>

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <map>

namespace contractive::nn {
namespace {

template <class T> using Function = Variable<T> (*)(const Variable<T>&);

template <class T> const std::map<std::string, Function<T>>& functions() {
  using V = Variable<T>;
  static const std::map<std::string, Function<T>> table{
      {"linear", [](const V& x) { return x; }},
      {"sigmoid", sigmoid<T>},
      {"tanh", tanh<T>},
      {"relu", relu<T>},
      {"leaky_relu", [](const V& x) { return leaky_relu(x); }},
      {"elu", [](const V& x) { return elu(x); }},
      {"gelu", gelu<T>},
      {"silu", silu<T>},
      {"softplus", softplus<T>},
      {"sin", sin<T>},
      {"softmax", [](const V& x) { return softmax(x); }}};
  return table;
}

} // namespace

template <class T> Activation<T>::Activation(const std::string& name) : function_(nullptr) {
  const auto& table = functions<T>();
  const auto found = table.find(name);
  if (found == table.end()) {
    std::string known;
    for (const auto& entry : table)
      known += (known.empty() ? "" : ", ") + entry.first;
    throw Error("activation: '", name, "' is unknown; expected one of ", known);
  }
  function_ = found->second;
}

Init init_for(const std::string& activation) {
  if (activation == "sigmoid")
    return Init::sigmoid;
  const bool rectifies = activation == "relu" || activation == "leaky_relu" ||
                         activation == "elu" || activation == "gelu" || activation == "silu" ||
                         activation == "softplus";
  return rectifies ? Init::he : Init::glorot;
}

template class Activation<float>;
template class Activation<double>;

} // namespace contractive::nn
