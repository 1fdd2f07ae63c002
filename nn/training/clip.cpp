#include <contractive/nn/training/clip.hpp>

#include <contractive/autodiff/operation/elementwise.hpp>

#include <cmath>
#include <numeric>

namespace contractive::nn {
namespace {
void require_limit(const char* operation, double limit) {
  if (!(limit >= 0))
    throw Error(operation, ": limit ", limit, "; expected at least 0");
}

// Of all gradients together, times `scale`. In double: the squares of floats would overflow.
template <class T> double norm(const std::vector<Variable<T>>& gradients, double scale) {
  constexpr std::size_t lanes = 16; // sums apart, so that the loop is vectorised
  double squares[lanes] = {};
  for (const Variable<T>& gradient : gradients) {
    const T* g = gradient.value().data();
    const std::size_t size = gradient.size(), whole = size - size % lanes;
    const auto square = [&](std::size_t i) { // of element i
      const double x = scale * static_cast<double>(g[i]);
      return x * x;
    };
    for (std::size_t i = 0; i < whole; i += lanes)
      for (std::size_t lane = 0; lane < lanes; ++lane)
        squares[lane] += square(i + lane);
    for (std::size_t i = whole; i < size; ++i)
      squares[0] += square(i);
  }
  return std::sqrt(std::accumulate(squares, squares + lanes, 0.0));
}
} // namespace

template <class T>
std::vector<Variable<T>> clip_norm(const std::vector<Variable<T>>& gradients, double limit) {
  require_limit("clip_norm", limit);
  double scale = 1, scaled = norm(gradients, scale);
  if (std::isinf(scaled)) { // the squares of doubles did overflow
    scale = 0x1p-600;
    scaled = norm(gradients, scale);
  }
  if (scaled <= scale * limit)
    return gradients;
  std::vector<Variable<T>> clipped;
  for (const Variable<T>& g : gradients)
    clipped.push_back(g * static_cast<T>(scale * limit / scaled));
  return clipped;
}

template <class T>
std::vector<Variable<T>> clip_value(const std::vector<Variable<T>>& gradients, double limit) {
  require_limit("clip_value", limit);
  std::vector<Variable<T>> clipped;
  for (const Variable<T>& g : gradients)
    clipped.push_back(clip(g, static_cast<T>(-limit), static_cast<T>(limit)));
  return clipped;
}

template std::vector<Variable<float>> clip_norm(const std::vector<Variable<float>>&, double);
template std::vector<Variable<double>> clip_norm(const std::vector<Variable<double>>&, double);
template std::vector<Variable<float>> clip_value(const std::vector<Variable<float>>&, double);
template std::vector<Variable<double>> clip_value(const std::vector<Variable<double>>&, double);

} // namespace contractive::nn
