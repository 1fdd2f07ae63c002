#include <contractive/nn/layer/dropout.hpp>

#include <contractive/autodiff/operation/arithmetic.hpp>

#include <algorithm>

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
  const std::size_t samples = x.rank() > 0 ? x.shape()[0] : 1;
  const std::size_t inner = samples > 0 ? x.size() / samples : 0;
  const auto mask = [&](const SampleRandom& random) {
    return Array<T>::make(x.shape(), [&](T* out) {
      random.each(samples, [&](std::size_t b, Random& own) {
        std::generate_n(out + b * inner, inner,
                        [&] { return own.uniform() < rate_ ? T(0) : kept; });
      });
    });
  };
  const SampleRandom* const active = SampleRandom::active();
  return x * (active ? mask(*active) : mask(random_));
}

template class Dropout<float>;
template class Dropout<double>;

} // namespace contractive::nn
