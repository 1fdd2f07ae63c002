#pragma once

#include <contractive/nn/layer/module.hpp>

#include <functional>

namespace contractive::nn {

/// Modules one after another; parameters are named "0.weight" by their place.
template <class T> class Sequential : public Module<T> {
public:
  /// The identity, until modules are added.
  Sequential() = default;
  /// Of these modules, whose parameters it renames.
  explicit Sequential(std::vector<ModulePtr<T>> children);
  /// Appends a module and returns it, as its own type.
  template <class M, class... Arguments> M& add(Arguments&&... arguments) & {
    auto child = std::make_unique<M>(std::forward<Arguments>(arguments)...);
    M& reference = *child;
    append(std::move(child));
    return reference;
  }
  /// Appends a module that others may share.
  void append(ModulePtr<T> child);
  /// The number of modules; module i, unchecked.
  [[nodiscard]] std::size_t size() const noexcept { return children_.size(); }
  Module<T>& operator[](std::size_t i) & { return *children_[i]; }

  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override;
  void train(bool training) override;

private:
  std::vector<ModulePtr<T>> children_;
};

/// A shortcut: x + body(x). He et al. 2016.
template <class T> class Residual : public Module<T> {
public:
  /// The body gives the shape that it takes; its parameters are renamed to "body.NAME".
  explicit Residual(ModulePtr<T> body);
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override {
    return body_->parameters();
  }
  void train(bool training) override { body_->train(training); }

private:
  ModulePtr<T> body_;
};

/// A function without parameters as a module: a reshape, say, or a user's own operation.
template <class T> class Function : public Module<T> {
public:
  /// x (B, ...) -> (B, ...).
  using Callable = std::function<Variable<T>(const Variable<T>&)>;
  /// Calls it as it is.
  explicit Function(Callable callable) : callable_(std::move(callable)) {}
  Variable<T> operator()(const Variable<T>& x) const override { return callable_(x); }

private:
  Callable callable_;
};

/// (B, ...) -> (B, shape...), any shape of as many elements; `Shape{Shape::infer}` flattens.
template <class T> [[nodiscard]] ModulePtr<T> reshape_to(const Shape& shape);

} // namespace contractive::nn
