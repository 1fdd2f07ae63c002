#pragma once

#include <contractive/autodiff/tape/tape.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace contractive::nn {

/// A trainable array with a name. Modules own parameters by value; optimisers replace the value.
template <class T> struct Parameter {
  std::string name;
  Array<T> value;
};

/// The parameter's one variable on this thread's active tape: the same entry each time, so that
/// the gradients of tied weights add up. A constant where no tape is active.
template <class T> [[nodiscard]] Variable<T> use(const Parameter<T>& parameter) {
  Tape<T>* tape = Tape<T>::active();
  return tape ? tape->variable(&parameter, parameter.value, parameter.name)
              : Variable<T>(parameter.value);
}

/// The same for several: what a training step differentiates with respect to.
template <class T>
[[nodiscard]] std::vector<Variable<T>> use(const std::vector<Parameter<T>*>& parameters) {
  std::vector<Variable<T>> variables;
  for (const Parameter<T>* parameter : parameters)
    variables.push_back(use(*parameter));
  return variables;
}

/// A function with parameters. It holds no variables, so inference after training just works.
template <class T> class Module {
public:
  virtual ~Module() = default;
  virtual Variable<T> operator()(const Variable<T>& x) const = 0;
  /// The module's own parameters and its children's, in a fixed order; names are distinct.
  [[nodiscard]] virtual std::vector<Parameter<T>*> parameters() { return {}; }
  /// Training mode (true, the initial one) or evaluation mode, for layers that differ in them.
  virtual void train(bool /*training*/) {}
};

template <class T> using ModulePtr = std::unique_ptr<Module<T>>;

/// The child's parameters, each renamed to "prefix.name": called once, by the owner's constructor.
template <class T> void adopt(const std::string& prefix, Module<T>& child) {
  for (Parameter<T>* parameter : child.parameters())
    parameter->name = prefix + "." + parameter->name;
}

} // namespace contractive::nn
