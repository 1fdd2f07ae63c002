#include <contractive/nn/layer/norm.hpp>

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

namespace contractive::nn {

template <class T>
LayerNorm<T>::LayerNorm(std::size_t n, double epsilon)
    : gain{"gain", Array<T>::ones({n})}, bias{"bias", Array<T>::zeros({n})},
      epsilon_(static_cast<T>(epsilon)) {}

template <class T> Variable<T> LayerNorm<T>::operator()(const Variable<T>& x) const {
  if (x.rank() == 0 || x.shape().back() != gain.value().size()) // an axis of 1 would broadcast
    throw ShapeError("layer norm: x ", x.shape(), "; expected (..., ", gain.value().size(), ")");
  const Variable<T> centred = x - mean(x, -1, KeepDims::yes);
  const Variable<T> variance = mean(square(centred), -1, KeepDims::yes);
  return centred / sqrt(variance + epsilon_) * use(gain) + use(bias);
}

template class LayerNorm<float>;
template class LayerNorm<double>;

} // namespace contractive::nn
