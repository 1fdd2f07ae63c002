#include <contractive/nn/layer/init.hpp>

#include <cmath>

namespace contractive::nn {
template <class T>
Array<T> initial(Init init, const Shape& shape, std::size_t in, std::size_t out, Random& random) {
  const double glorot = std::sqrt(6.0 / static_cast<double>(in + out));
  switch (init) {
  case Init::sigmoid:
    return random.uniform<T>(shape, 4 * glorot);
  case Init::he:
    return random.normal<T>(shape, std::sqrt(2.0 / static_cast<double>(in)));
  case Init::lecun:
    return random.normal<T>(shape, std::sqrt(1.0 / static_cast<double>(in)));
  case Init::glorot:
    break;
  }
  return random.uniform<T>(shape, glorot);
}

template Array<float> initial(Init, const Shape&, std::size_t, std::size_t, Random&);
template Array<double> initial(Init, const Shape&, std::size_t, std::size_t, Random&);

} // namespace contractive::nn
