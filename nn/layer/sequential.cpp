#include <contractive/nn/layer/sequential.hpp>

#include <contractive/autodiff/operation/move.hpp>

namespace contractive::nn {

template <class T> Sequential<T>::Sequential(std::vector<ModulePtr<T>> children) {
  for (auto& child : children)
    append(std::move(child));
}

template <class T> void Sequential<T>::append(ModulePtr<T> child) {
  adopt(std::to_string(children_.size()), *child);
  children_.push_back(std::move(child));
}

template <class T> Variable<T> Sequential<T>::operator()(const Variable<T>& x) const {
  Variable<T> value = x;
  for (const auto& child : children_)
    value = (*child)(value);
  return value;
}

template <class T> std::vector<Parameter<T>> Sequential<T>::parameters() const {
  std::vector<Parameter<T>> all;
  for (const auto& child : children_)
    nn::append(all, child->parameters());
  return all;
}

template <class T> void Sequential<T>::train(bool training) {
  for (auto& child : children_)
    child->train(training);
}

template <class T> Residual<T>::Residual(ModulePtr<T> body) : body_(std::move(body)) {
  adopt("body", *body_);
}

template <class T> Variable<T> Residual<T>::operator()(const Variable<T>& x) const {
  return x + (*body_)(x);
}

template <class T> ModulePtr<T> reshape_to(const Shape& shape) {
  return std::make_unique<Function<T>>(
      [shape](const Variable<T>& x) { return reshape(x, x.shape().first(1) + shape); });
}

template class Sequential<float>;
template class Sequential<double>;
template class Residual<float>;
template class Residual<double>;
template ModulePtr<float> reshape_to(const Shape&);
template ModulePtr<double> reshape_to(const Shape&);

} // namespace contractive::nn
