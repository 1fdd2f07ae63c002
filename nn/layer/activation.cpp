#include <contractive/nn/layer/activation.hpp>

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/nn/text/call.hpp>

namespace contractive::nn {
namespace {

template <class T> struct ActivationRow {
  Variable<T> (*function)(const Variable<T>&);
  Init init = Init::glorot;
};

template <class T> const CallTable<ActivationRow<T>>& activations() {
  using V = Variable<T>;
  static const CallTable<ActivationRow<T>> table{
      {"linear", {[](const V& x) { return x; }}},
      {"sigmoid", {sigmoid<T>, Init::sigmoid}},
      {"tanh", {tanh<T>}},
      {"relu", {relu<T>, Init::he}},
      {"leaky_relu", {[](const V& x) { return leaky_relu(x); }, Init::he}},
      {"elu", {[](const V& x) { return elu(x); }, Init::he}},
      {"gelu", {gelu<T>, Init::he}},
      {"silu", {silu<T>, Init::he}},
      {"softplus", {softplus<T>, Init::he}},
      {"sin", {sin<T>}},
      {"softmax", {[](const V& x) { return softmax(x); }}}};
  return table;
}

} // namespace

std::string activation_names() { return activations<float>().signatures(); }

template <class T> Activation<T>::Activation(const std::string& name) : function_(nullptr) {
  const ActivationRow<T>* found = activations<T>().find({name});
  if (!found)
    throw Error("activation: '", name, "' is unknown; ", activations<T>().expected(name));
  function_ = found->function;
}

Init init_for(const std::string& activation) {
  const ActivationRow<float>* found = activations<float>().find({activation});
  return found ? found->init : Init::glorot;
}

template class Activation<float>;
template class Activation<double>;

} // namespace contractive::nn
