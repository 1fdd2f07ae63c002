#include "depth.hpp"

#include "support/random.hpp"

#include <contractive/autodiff/autodiff.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

namespace contractive::bench {
namespace {

using V = Variable<double>;

V layer(const std::string& kind, Tape<double>& tape, const V& x, std::size_t i) {
  const auto parameter = [&](const Shape& shape) {
    return tape.variable(tests::random_array<double>(shape, i, -0.6, 0.6));
  };
  if (kind == "dense")
    return tanh(matmul(x, parameter({8, 8})) + parameter({8}));
  if (kind == "residual")
    return x + tanh(matmul(x, parameter({8, 8})));
  if (kind == "linear")
    return matmul(x, parameter({8, 8}));
  if (kind == "elementwise")
    return i % 2 ? tanh(x) : sin(x);
  throw Error("depth: kind '", kind, "'; expected dense, residual, linear or elementwise");
}

template <class F> double median_seconds(const F& work) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  for (int i = 0; i < 15; ++i) {
    const auto from = Clock::now();
    work();
    times.push_back(std::chrono::duration<double>(Clock::now() - from).count());
  }
  std::nth_element(times.begin(), times.begin() + 7, times.end());
  return times[7];
}

} // namespace

std::pair<double, double> depth(const std::string& kind, std::size_t layers) {
  Tape<double> tape;
  const V x = tape.variable(tests::random_array<double>({4, 8}, 1));
  V h = x;
  for (std::size_t i = 0; i < layers; ++i)
    h = layer(kind, tape, h, i);
  const JacobianOptions value{std::size_t{1} << 30, CreateGraph::no};
  return {median_seconds([&] { static_cast<void>(jacobian_squared_norm(h, x, value)); }),
          median_seconds([&] { static_cast<void>(batch_jacobian(h, x, value)); })};
}

} // namespace contractive::bench
