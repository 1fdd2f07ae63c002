#pragma once

#include <contractive/nn/layer/init.hpp>
#include <contractive/nn/layer/module.hpp>

namespace contractive::nn {

/// An elementwise function by its name; or softmax, over the last axis.
template <class T> class Activation : public Module<T> {
public:
  /// Throws Error for another than activation_names().
  explicit Activation(const std::string& name);
  Variable<T> operator()(const Variable<T>& x) const override { return function_(x); }

private:
  Variable<T> (*function_)(const Variable<T>&);
};

/// All activations, as one text for errors and help.
[[nodiscard]] std::string activation_names();

/// How a layer in front of this activation is usually initialised.
[[nodiscard]] Init init_for(const std::string& activation);

} // namespace contractive::nn
