#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/nn.hpp>

#include "support/message.hpp"
#include "support/parameters.hpp"
#include "support/random.hpp"
#include "support/tolerance.hpp"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <map>

// Layers against loops that share no code with them, and their derivatives by central differences.
namespace contractive::tests {
using V = Variable<double>;
using namespace contractive::nn;

namespace {

using A = Array<double>;

// One projection of attention: x (B, n, d) W + c.
std::vector<double> projected(const A& x, const Parameter<double>& w, const Parameter<double>& c) {
  const std::size_t rows = x.shape()[0] * x.shape()[1], d = x.shape()[2];
  std::vector<double> all(rows * d);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t j = 0; j < d; ++j) {
      all[r * d + j] = c.value()[j];
      for (std::size_t i = 0; i < d; ++i)
        all[r * d + j] += x[r * d + i] * w.value()(i, j);
    }
  return all;
}

A attention(const A& x, SelfAttention<double>& layer, std::size_t heads) {
  const auto p = layer.parameters(); // query, key, value, output: weight and bias of each
  const std::size_t n = x.shape()[1], d = x.shape()[2], width = d / heads;
  const auto q = projected(x, p[0], p[1]), k = projected(x, p[2], p[3]),
             v = projected(x, p[4], p[5]);
  const A mixed = A::make(x.shape(), [&](double* out) {
    std::fill(out, out + x.size(), 0.0);
    for (std::size_t b = 0; b < x.shape()[0]; ++b)
      for (std::size_t head = 0; head < heads; ++head)
        for (std::size_t i = 0; i < n; ++i) {
          std::vector<double> scores(n);
          double total = 0;
          const auto at = [&](std::size_t row, std::size_t e) {
            return (b * n + row) * d + head * width + e;
          };
          for (std::size_t j = 0; j < n; ++j) {
            double dot = 0;
            for (std::size_t e = 0; e < width; ++e)
              dot += q[at(i, e)] * k[at(j, e)];
            total += scores[j] = std::exp(dot / std::sqrt(static_cast<double>(width)));
          }
          for (std::size_t j = 0; j < n; ++j)
            for (std::size_t e = 0; e < width; ++e)
              out[at(i, e)] += scores[j] / total * v[at(j, e)];
        }
  });
  return A(x.shape(), projected(mixed, p[6], p[7]));
}

} // namespace

TEST_CASE("naive: self-attention") {
  Random random(1);
  const A x = random_array<double>({2, 3, 4}, 1);
  for (const std::size_t heads : {1u, 2u, 4u}) {
    SelfAttention<double> layer(4, heads, random);
    randomise(layer.parameters(), 7);
    CHECK(difference(layer(V(x)).value(), attention(x, layer, heads)) < rounding<double>);
    CHECK(wrong_derivative(layer, x) == "");
  }
  const SelfAttention<double> layer(4, 2, random);
  CHECK(message<ShapeError>([&] {
          return layer(V(A::ones({3, 4})));
        }) == "attention: x (3, 4); expected (B, n, d)");
}

TEST_CASE("naive: layer norm with gain and bias") {
  LayerNorm<double> layer(5, 0.1);
  randomise(layer.parameters(), 7);
  const A x = random_array<double>({2, 3, 5}, 1), y = layer(V(x)).value();
  for (std::size_t b = 0; b < 2; ++b)
    for (std::size_t r = 0; r < 3; ++r) {
      double mean = 0, variance = 0;
      for (std::size_t i = 0; i < 5; ++i)
        mean += x(b, r, i) / 5;
      for (std::size_t i = 0; i < 5; ++i)
        variance += (x(b, r, i) - mean) * (x(b, r, i) - mean) / 5; // not / 4
      for (std::size_t i = 0; i < 5; ++i)
        CHECK(y(b, r, i) == doctest::Approx((x(b, r, i) - mean) / std::sqrt(variance + 0.1) *
                                                layer.gain.value()[i] +
                                            layer.bias.value()[i])
                                .epsilon(1e-13));
    }
  CHECK(wrong_derivative(layer, x) == "");
  // Rows of 1 would broadcast against the gain.
  CHECK(message<ShapeError>([&] {
          return layer(V(A::ones({3, 1})));
        }) == "layer norm: x (3, 1); expected (..., 5)");
  CHECK(message<ShapeError>([&] { return layer(V(1.0)); }) ==
        "layer norm: x (); expected (..., 5)");
}

TEST_CASE("naive: linear on several leading axes, with and without bias") {
  Random random(1);
  const A x = random_array<double>({2, 3, 4}, 1);
  Linear<double> with(4, 2, random), without(4, 2, random, Init::glorot, Bias::no);
  with.bias.assign(A{3, -3});
  without.bias.assign(A{100, 100}); // is not added
  CHECK(without.parameters().size() == 1);
  for (Linear<double>* layer : {&with, &without}) {
    const A y = (*layer)(V(x)).value();
    for (std::size_t r = 0; r < 6; ++r)
      for (std::size_t j = 0; j < 2; ++j) {
        double expected = layer == &with ? with.bias.value()[j] : 0;
        for (std::size_t i = 0; i < 4; ++i)
          expected += x[r * 4 + i] * layer->weight.value()(i, j);
        CHECK(y[r * 2 + j] == doctest::Approx(expected).epsilon(1e-13));
      }
    CHECK(wrong_derivative(*layer, x) == "");
  }
  CHECK(message<ShapeError>([&] {
          return with(V(A::ones({2, 3})));
        }).find("matmul: a (2, 3), b (4, 2)") == 0);
}

TEST_CASE("naive: a residual block adds its input, for the derivative too") {
  Random random(1);
  auto body = std::make_unique<Sequential<double>>();
  const auto& layer = body->add<Linear<double>>(3, 3, random);
  body->append(std::make_unique<Activation<double>>("tanh"));
  Residual<double> block(std::move(body));
  randomise(block.parameters(), 7);
  const A x = random_array<double>({2, 3}, 1), y = block(V(x)).value();
  for (std::size_t b = 0; b < 2; ++b)
    for (std::size_t j = 0; j < 3; ++j) {
      double a = layer.bias.value()[j];
      for (std::size_t i = 0; i < 3; ++i)
        a += x(b, i) * layer.weight.value()(i, j);
      CHECK(std::abs(y(b, j) - x(b, j) - std::tanh(a)) < 1e-14);
    }
  CHECK(wrong_derivative(block, x) == "");
  CHECK(block.parameters()[1].name() == "body.0.bias");
}

TEST_CASE("naive: activations") {
  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  const std::map<std::string, std::function<double(double)>> functions{
      {"linear", [](double x) { return x; }},
      {"sigmoid", logistic},
      {"tanh", [](double x) { return std::tanh(x); }},
      {"relu", [](double x) { return x > 0 ? x : 0; }},
      {"leaky_relu", [](double x) { return x > 0 ? x : 0.01 * x; }},
      {"elu", [](double x) { return x > 0 ? x : std::exp(x) - 1; }},
      {"gelu", [](double x) { return x * 0.5 * std::erfc(-x / std::sqrt(2.0)); }},
      {"silu", [&](double x) { return x * logistic(x); }},
      {"softplus", [](double x) { return std::log(1 + std::exp(x)); }},
      {"sin", [](double x) { return std::sin(x); }}};
  const A x = random_array<double>({3, 7}, 1, -2, 2);
  for (const auto& item : functions) {
    const auto& name = item.first;
    const auto& f = item.second;
    INFO(name);
    Activation<double> layer(name);
    const A y = layer(V(x)).value();
    for (std::size_t i = 0; i < x.size(); ++i)
      CHECK(y[i] == doctest::Approx(f(x[i])).epsilon(1e-12));
    CHECK(wrong_derivative(layer, x) == "");
  }
  Activation<double> softmax("softmax");
  const A y = softmax(V(x)).value();
  for (std::size_t b = 0; b < 3; ++b) {
    double total = 0;
    for (std::size_t i = 0; i < 7; ++i)
      total += std::exp(x(b, i));
    for (std::size_t i = 0; i < 7; ++i)
      CHECK(y(b, i) == doctest::Approx(std::exp(x(b, i)) / total).epsilon(1e-13));
  }
  CHECK(wrong_derivative(softmax, x) == "");
  CHECK(init_for("sigmoid") == Init::sigmoid);
  CHECK(init_for("relu") == Init::he);
  CHECK(init_for("tanh") == Init::glorot);
}

} // namespace contractive::tests
