#pragma once

#include <contractive/autodiff/tape.hpp>

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
template <class T> Variable<T> use(const Parameter<T>& parameter) {
  Tape<T>* tape = Tape<T>::active();
  return tape ? tape->variable(&parameter, parameter.value, parameter.name)
              : Variable<T>(parameter.value);
}

} // namespace contractive::nn
