#pragma once

#include <ceres/jet.h>

#include <cmath>
#include <type_traits>
#include <vector>

/// The functions of tests/bench/others.cpp, loops over numbers of any one type: what ADOL-C and
/// Ceres' jets differentiate.
namespace contractive::bench {

/// What a number of type N can be combined with, without being a variable itself.
template <class N> struct Plain { using type = double; };
template <class T, int n> struct Plain<ceres::Jet<T, n>> { using type = T; };

/// S and T of overhead.cpp: x is y, and in T a and b too.
constexpr std::size_t steps = 100000;
const auto chain = [](const auto& x) {
  using N = std::decay_t<decltype(x[0])>;
  N y = x[0];
  for (std::size_t i = 0; i < steps; i += 2) {
    if (x.size() == 3) {
      y = y * x[1];
      y = y + x[2];
    } else {
      y = y * 0.999;
      y = y + 0.001;
    }
  }
  return std::vector<N>{y};
};

/// act(sum_i x_i w_ik + b_k) for each unit k, where w (inputs, units) and then b start at p.
template <class N, class In, class Act>
std::vector<N> layer(const In* x, std::size_t inputs, const N* p, std::size_t units, Act act) {
  std::vector<N> h;
  h.reserve(units); // a copy would be recorded
  for (std::size_t k = 0; k < units; ++k) {
    N a = p[inputs * units + k];
    for (std::size_t i = 0; i < inputs; ++i)
      a += x[i] * p[i * units + k];
    h.emplace_back(act(a));
  }
  return h;
}

/// N of overhead.cpp, whose sample is x: the sum of squares of a network of 10, 20 and 10 units.
inline auto network(const std::vector<double>& x) {
  return [x](const auto& p) {
    const auto act = [](const auto& a) { return tanh(a); };
    const auto h = layer(x.data(), 10, p.data(), 20, act);
    const auto y = layer(h.data(), 20, p.data() + 220, 10, act);
    std::decay_t<decltype(p[0])> sum = y[0] * y[0];
    for (std::size_t k = 1; k < 10; ++k)
      sum += y[k] * y[k];
    return std::vector{sum};
  };
}

const auto rosenbrock = [](const auto& x) {
  using N = std::decay_t<decltype(x[0])>;
  const typename Plain<N>::type one(1.0), hundred(100.0);
  N sum = x[0] - x[0];
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const N step = x[i + 1] - x[i] * x[i], rest = one - x[i];
    sum += hundred * step * step + rest * rest;
  }
  return std::vector<N>{sum};
};

constexpr std::size_t inputs = 50, units = 20;
const auto sigmoid_of = [](const auto& a) { return 1.0 / (1.0 + exp(-a)); };
/// The encoder at one sample: z is x, then w and b.
const auto encoder = [](const auto& z) {
  return layer(z.data(), inputs, z.data() + inputs, units, sigmoid_of);
};
/// Its penalty written out: the sum over samples of sum_k (h_k (1 - h_k))^2 |w_k|^2.
inline auto written_out(const std::vector<double>& x) {
  return [x](const auto& p) {
    using N = std::decay_t<decltype(p[0])>;
    std::vector<N> norms(units, N(0.0));
    for (std::size_t i = 0; i < inputs * units; ++i)
      norms[i % units] += p[i] * p[i];
    N sum = 0.0;
    for (std::size_t at = 0; at < x.size(); at += inputs) {
      const std::vector<N> h = layer(x.data() + at, inputs, p.data(), units, sigmoid_of);
      for (std::size_t k = 0; k < units; ++k) {
        const N slope = h[k] * (1.0 - h[k]);
        sum += slope * slope * norms[k];
      }
    }
    return std::vector<N>{sum};
  };
}

} // namespace contractive::bench
