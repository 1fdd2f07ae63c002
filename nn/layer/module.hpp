#pragma once

#include <contractive/autodiff/tape/tape.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace contractive::nn {

/// A trainable array. A cheap handle, as Variable is: copies are the same parameter, so tied
/// weights are one handle in two modules, and const is the handle's alone. The name is for files
/// and errors.
template <class T> class Parameter {
public:
  /// A new parameter.
  Parameter(std::string name, Array<T> value)
      : cell_(std::make_shared<Cell>(Cell{std::move(name), std::move(value)})) {}

  /// The name.
  [[nodiscard]] const std::string& name() const noexcept { return cell_->name; }
  /// The value that it has now.
  [[nodiscard]] const Array<T>& value() const noexcept { return cell_->value; }
  /// Gives it another name, for all handles.
  void rename(const std::string& name) const { cell_->name = name; }
  /// Gives it another value, for all handles.
  void assign(Array<T> value) const { cell_->value = std::move(value); }
  /// Equal for handles of the same parameter.
  [[nodiscard]] const void* identity() const noexcept { return cell_.get(); }

private:
  struct Cell {
    std::string name;
    Array<T> value;
  };
  std::shared_ptr<Cell> cell_;
};

/// The parameter's one variable on this thread's active tape: the same entry each time, so that
/// the gradients of tied weights add up. A constant where no tape is active.
template <class T> [[nodiscard]] Variable<T> use(const Parameter<T>& parameter) {
  Tape<T>* tape = Tape<T>::active();
  return tape ? tape->variable(parameter.identity(), parameter.value(), parameter.name())
              : Variable<T>(parameter.value());
}

/// The same for several: what a training step differentiates with respect to.
template <class T>
[[nodiscard]] std::vector<Variable<T>> use(const std::vector<Parameter<T>>& parameters) {
  std::vector<Variable<T>> variables;
  for (const Parameter<T>& parameter : parameters)
    variables.push_back(use(parameter));
  return variables;
}

/// Those of `more` that `all` does not have yet: tied weights are listed once.
template <class T>
void append(std::vector<Parameter<T>>& all, const std::vector<Parameter<T>>& more) {
  for (const Parameter<T>& parameter : more)
    if (std::none_of(all.begin(), all.end(), [&](const Parameter<T>& known) {
          return known.identity() == parameter.identity();
        }))
      all.push_back(parameter);
}

/// A function with parameters. It holds no variables, so inference after training just works. It
/// moves, but is not copied: a copy would share its weights.
template <class T> class Module {
public:
  virtual ~Module() = default;
  /// The function of a batch x (B, ...), recorded where x or a parameter is.
  virtual Variable<T> operator()(const Variable<T>& x) const = 0;
  /// The module's own parameters and its children's, in a fixed order, each once.
  [[nodiscard]] virtual std::vector<Parameter<T>> parameters() const { return {}; }
  /// Training mode (true, the initial one) or evaluation mode, for layers that differ in them.
  virtual void train(bool /*training*/) {}

protected:
  Module() = default;
  Module(Module&&) noexcept = default;
  Module& operator=(Module&&) noexcept = default;
};

/// Shared, so that a model, its classifier and its tied decoder may each outlive the others.
template <class T> using ModulePtr = std::shared_ptr<Module<T>>;

/// The child's parameters, each renamed to "prefix.name": called once, by the owner's constructor.
template <class T> void adopt(const std::string& prefix, const Module<T>& child) {
  for (const Parameter<T>& parameter : child.parameters())
    parameter.rename(prefix + "." + parameter.name());
}

} // namespace contractive::nn
