#include <contractive/nn/layer/init.hpp>

#include <cmath>

namespace contractive::nn {
namespace {

template <class T, class Draw> Array<T> drawn(const Shape& shape, const Draw& draw) {
  return Array<T>::make(shape, [&](T* out) {
    for (std::size_t i = 0; i < shape.elements(); ++i)
      out[i] = static_cast<T>(draw());
  });
}

} // namespace

template <class T> Array<T> uniform(const Shape& shape, double limit, Random& random) {
  return drawn<T>(shape, [&] { return limit * (2 * random.uniform() - 1); });
}

template <class T> Array<T> normal(const Shape& shape, double deviation, Random& random) {
  return normals<T>(shape, deviation, random.engine());
}

template <class T>
Array<T> initial(Init init, const Shape& shape, std::size_t in, std::size_t out, Random& random) {
  const double glorot = std::sqrt(6.0 / static_cast<double>(in + out));
  switch (init) {
  case Init::sigmoid:
    return uniform<T>(shape, 4 * glorot, random);
  case Init::he:
    return normal<T>(shape, std::sqrt(2.0 / static_cast<double>(in)), random);
  case Init::lecun:
    return normal<T>(shape, std::sqrt(1.0 / static_cast<double>(in)), random);
  case Init::glorot:
    break;
  }
  return uniform<T>(shape, glorot, random);
}

template Array<float> uniform(const Shape&, double, Random&);
template Array<double> uniform(const Shape&, double, Random&);
template Array<float> normal(const Shape&, double, Random&);
template Array<double> normal(const Shape&, double, Random&);
template Array<float> initial(Init, const Shape&, std::size_t, std::size_t, Random&);
template Array<double> initial(Init, const Shape&, std::size_t, std::size_t, Random&);

} // namespace contractive::nn
