#include <contractive/nn/norm.hpp>

#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/reduce.hpp>

namespace contractive::nn {

template <class T>
LayerNorm<T>::LayerNorm(std::size_t n, double epsilon)
    : gain{"gain", Array<T>::ones({n})}, bias{"bias", Array<T>::zeros({n})},
      epsilon_(static_cast<T>(epsilon)) {}

template <class T> Variable<T> LayerNorm<T>::operator()(const Variable<T>& x) const {
  const Variable<T> centred = x - mean(x, -1, true);
  const Variable<T> variance = mean(square(centred), -1, true);
  return centred / sqrt(variance + epsilon_) * use(gain) + use(bias);
}

template class LayerNorm<float>;
template class LayerNorm<double>;

} // namespace contractive::nn
