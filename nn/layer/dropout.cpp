#include <contractive/nn/layer/dropout.hpp>

#include <contractive/autodiff/operation/arithmetic.hpp>

namespace contractive::nn {

template <class T>
Dropout<T>::Dropout(double rate, std::uint64_t seed) : rate_(rate), random_(seed) {
  if (!(rate >= 0 && rate < 1))
    throw Error("dropout: rate ", rate, "; expected at least 0 and less than 1");
}

template <class T> Variable<T> Dropout<T>::operator()(const Variable<T>& x) const {
  if (!training_ || rate_ == 0)
    return x;
  const T kept = static_cast<T>(1 / (1 - rate_));
  const auto mask = Array<T>::make(x.shape(), [&](T* out) {
    for (std::size_t i = 0; i < x.size(); ++i)
      out[i] = random_.uniform() < rate_ ? T(0) : kept;
  });
  return x * mask;
}

template class Dropout<float>;
template class Dropout<double>;

} // namespace contractive::nn
