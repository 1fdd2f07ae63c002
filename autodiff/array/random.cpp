#include <contractive/autodiff/array/random.hpp>

#include <contractive/autodiff/kernel/map.hpp>

namespace contractive {

template <class T> Array<T> normals(const Shape& shape, double deviation, std::mt19937_64& random) {
  const std::size_t n = shape.elements(), pairs = (n + 1) / 2;
  const auto uniforms = [&](double* out) {
    std::generate_n(out, pairs, [&] { return uniform(random); });
  };
  const auto squares = Array<double>::make({pairs}, uniforms); // u < 1: the logarithm is finite
  const auto turns = Array<double>::make({pairs}, uniforms);
  const auto radii = kernel::map(squares, [](const auto& u) { return sqrt(-2.0 * log(1.0 - u)); });
  const auto across = kernel::map(turns, [](const auto& u) { return cos(6.283185307179586 * u); });
  const auto up = kernel::map(turns, [](const auto& u) { return sin(6.283185307179586 * u); });
  return Array<T>::make(shape, [&](T* out) {
    for (std::size_t i = 0; i < n; ++i)
      out[i] = static_cast<T>(deviation * radii[i / 2] * (i % 2 ? up : across)[i / 2]);
  });
}

template Array<float> normals(const Shape&, double, std::mt19937_64&);
template Array<double> normals(const Shape&, double, std::mt19937_64&);

} // namespace contractive
