#include "cases.hpp"

#include "support/random.hpp"

#include <cmath>
#include <map>

namespace contractive::bench {
namespace {

using Vs = std::vector<V>;
constexpr std::size_t b = samples;

V layer(const V& x, const V& w) { return matmul(x, w); }

// Forward, gradient in the weights, gradient in the input unless that is the data: of a chain of
// dense layers and the linear decoder behind it.
std::vector<Gemm> plain(std::vector<std::size_t> sizes) {
  sizes.push_back(sizes[0]);
  std::vector<Gemm> all;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    all.push_back({1, b, sizes[i + 1], sizes[i]});
    all.push_back({1, sizes[i], sizes[i + 1], b});
    if (i > 0)
      all.push_back({1, b, sizes[i], sizes[i + 1]});
  }
  return all;
}

// <A M, A> with M = W W' for W (n, d) and `rows` rows of A per sample: M, P = A M, A' diag(c) A
// (half of it by syrk: k / 2), and the gradient of W through M.
std::vector<Gemm> shared_gram(std::size_t rows, std::size_t n, std::size_t d) {
  return {{1, n, n, d}, {1, rows * b, n, n}, {1, n, n, rows * b / 2}, {1, n, d, n}};
}

std::vector<Gemm> operator+(std::vector<Gemm> a, const std::vector<Gemm>& more) {
  a.insert(a.end(), more.begin(), more.end());
  return a;
}

// A dense block of `rows` rows through a layer (m, n): forward, and both gradients.
std::vector<Gemm> dense_rows(std::size_t rows, std::size_t m, std::size_t n) {
  return {{1, rows * b, m, n}, {1, m, n, rows * b}, {1, rows * b, n, m}};
}

} // namespace

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"E1 784-1000 sigmoid",
       {784},
       {{784, 1000}, {1000}},
       1000,
       [](const V& x, const Vs& p) { return sigmoid(layer(x, p[0]) + p[1]); },
       plain({784, 1000})},
      {"P0 E1 without penalty",
       {784},
       {{784, 1000}, {1000}},
       1000,
       [](const V& x, const Vs& p) { return sigmoid(layer(x, p[0]) + p[1]); },
       plain({784, 1000}),
       false},
      {"E2 784-512-256 sigmoid",
       {784},
       {{784, 512}, {512, 256}},
       256,
       [](const V& x, const Vs& p) { return sigmoid(layer(sigmoid(layer(x, p[0])), p[1])); },
       plain({784, 512, 256}) + shared_gram(256, 512, 784)},
      {"E3 784-512-256-64 tanh",
       {784},
       {{784, 512}, {512, 256}, {256, 64}},
       64,
       [](const V& x, const Vs& p) {
         return tanh(layer(tanh(layer(tanh(layer(x, p[0])), p[1])), p[2]));
       },
       plain({784, 512, 256, 64}) + dense_rows(64, 512, 256) + shared_gram(64, 512, 784)},
      {"E5 784-256, two residual blocks, 64",
       {784},
       {{784, 256}, {256, 256}, {256, 256}, {256, 64}},
       64,
       [](const V& x, const Vs& p) {
         V h = tanh(layer(x, p[0]));
         h = h + tanh(layer(h, p[1]));
         h = h + tanh(layer(h, p[2]));
         return layer(h, p[3]);
       },
       plain({784, 256, 256, 256, 64}) + dense_rows(64, 256, 256) + dense_rows(64, 256, 256) +
           shared_gram(64, 256, 784)},
      {"E6 784-4000 sigmoid",
       {784},
       {{784, 4000}, {4000}},
       4000,
       [](const V& x, const Vs& p) { return sigmoid(layer(x, p[0]) + p[1]); },
       plain({784, 4000})},
      {"E7 reconstruction of 784-128-32-128",
       {784},
       {{784, 128}, {128, 32}, {32, 128}, {128, 784}},
       784,
       [](const V& x, const Vs& p) {
         return tanh(layer(tanh(layer(tanh(layer(tanh(layer(x, p[0])), p[1])), p[2])), p[3]));
       },
       plain({784, 128, 32, 128, 784}) + dense_rows(32, 128, 784) + dense_rows(32, 128, 784) +
           std::vector<Gemm>{
               {b, 32, 32, 784}, {b, 32, 32, 784}, {b, 32, 784, 32}, {b, 32, 784, 32}}},
      {"E4 conv(16,3,2), conv(32,3,2), 64",
       {28, 28, 1},
       {{3, 3, 1, 16}, {3, 3, 16, 32}, {1152, 64}},
       64,
       [](const V& x, const Vs& p) {
         const V c = softplus(conv2d(softplus(conv2d(x, p[0], 2)), p[1], 2));
         return tanh(layer(reshape(c, {b, 1152}), p[2]));
       },
       dense_rows(64 * 36, 32, 144) + dense_rows(64 * 169, 16, 9) + dense_rows(1, 1152, 64) +
           dense_rows(1, 64, 784)},
  };
  return all;
}

const Start& start(const Case& c) {
  static std::map<std::string, Start> known;
  const auto found = known.find(c.name);
  if (found != known.end())
    return found->second;
  Start s{tests::random_array<float>(Shape{samples} + c.sample, 1, 0, 1), {}};
  auto shapes = c.parameters;
  shapes.push_back({c.code, c.sample.elements()});
  shapes.push_back({c.sample.elements()});
  for (const Shape& shape : shapes) {
    const double limit =
        shape.rank() < 2 ? 0.1 : std::sqrt(6.0 / static_cast<double>(shape[0] + shape[1]));
    s.parameters.push_back(
        tests::random_array<float>(shape, 2 + s.parameters.size(), -limit, limit));
  }
  return known[c.name] = s;
}

StepResult step(const Case& c, float lambda) {
  const Start& from = start(c);
  Tape<float> tape;
  const V x = tape.variable(from.x);
  Vs p;
  for (const auto& value : from.parameters)
    p.push_back(tape.variable(value));
  const V h = c.encoder(x, p);
  const V y = matmul(h, p[p.size() - 2]) + p.back();
  V objective = mean(sum(square(y - reshape(x, y.shape())), 1));
  if (c.penalised)
    objective = objective + lambda * mean(jacobian_squared_norm(h, x));
  StepResult result{objective.item(), {}};
  for (const V& g : gradient<float>({objective}, p))
    result.gradients.push_back(g.value());
  return result;
}

void floor_products(const Case& c) {
  static std::map<std::string, std::vector<std::pair<V, V>>> operands;
  auto& mine = operands[c.name];
  if (mine.empty())
    for (const Gemm& g : c.floor)
      mine.emplace_back(tests::random_array<float>({g.batches, g.m, g.k}, 1),
                        tests::random_array<float>({g.batches, g.k, g.n}, 2));
  for (const auto& [left, right] : mine)
    matmul(left, right);
}

} // namespace contractive::bench
