#include "cases.hpp"

#include <map>
#include <sstream>

namespace contractive::bench {
namespace {

using Sizes = std::vector<std::size_t>;
constexpr std::size_t b = samples;

// Functions of variables of either precision.
const auto sigmoids = [](const auto& x) { return sigmoid(x); };
const auto tanhs = [](const auto& x) { return tanh(x); };

template <class V> V dense(const V& x, const std::vector<V>& p, std::size_t layer) {
  return matmul(x, p[2 * layer]) + p[2 * layer + 1];
}

// Weights and biases.
std::vector<Shape> dense_shapes(const Sizes& sizes) {
  std::vector<Shape> all;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    all.push_back({sizes[i], sizes[i + 1]});
    all.push_back({sizes[i + 1]});
  }
  return all;
}

template <class Activation>
Case chain(const std::string& name, const Sizes& sizes, const Activation& f,
           std::size_t batch = b) {
  const auto encoder = [f, layers = sizes.size() - 1](const auto& x, const auto& p) {
    auto h = x;
    for (std::size_t i = 0; i < layers; ++i)
      h = f(dense(h, p, i));
    return h;
  };
  return {name,           {sizes[0]}, dense_shapes(sizes),
          sizes.back(),   encoder,    plain_step(sizes, batch) + chain_penalty(sizes, batch),
          Penalty::exact, batch};
}

Case convolutions() {
  const auto encoder = [](const auto& x, const auto& p) {
    const auto c = softplus(conv2d(x, p[0], 2) + p[1]);
    return tanh(dense(reshape(softplus(conv2d(c, p[2], 2) + p[3]), {b, 1152}), p, 2));
  };
  return {"E4 conv(16,3,2), conv(32,3,2), 64",
          {28, 28, 1},
          {{3, 3, 1, 16}, {16}, {3, 3, 16, 32}, {32}, {1152, 64}, {64}},
          64,
          encoder,
          dense_rows(64 * 36 * b, 32, 144) + dense_rows(64 * 169 * b, 16, 9) +
              dense_rows(b, 1152, 64) + dense_rows(b, 64, 784)};
}

// Channels that are no multiple of a vector's length.
Case uneven_convolutions() {
  constexpr std::size_t batch = 96;
  const auto encoder = [](const auto& x, const auto& p) {
    auto c = tanh(conv2d(x, p[0], 2) + p[1]);
    c = softplus(conv2d(c, p[2]) + p[3]);
    c = tanh(conv2d(c, p[4], 2) + p[5]);
    return dense(reshape(c, {batch, 192}), p, 3);
  };
  return {"C1 conv(24,5,2), conv(20,3), conv(12,3,2), 40, batch 96",
          {28, 28, 1},
          {{5, 5, 1, 24}, {24}, {3, 3, 24, 20}, {20}, {3, 3, 20, 12}, {12}, {192, 40}, {40}},
          40,
          encoder,
          dense_rows(40 * 16 * batch, 12, 180) + dense_rows(40 * 100 * batch, 20, 216) +
              dense_rows(40 * 144 * batch, 24, 25) + dense_rows(batch, 192, 40) +
              dense_rows(batch, 40, 784),
          Penalty::exact,
          batch};
}

Case residual() {
  const auto encoder = [](const auto& x, const auto& p) {
    auto h = tanh(dense(x, p, 0));
    h = h + tanh(dense(h, p, 1));
    h = h + tanh(dense(h, p, 2));
    return dense(h, p, 3);
  };
  const Sizes sizes{784, 256, 256, 256, 64};
  return {"E5 784-256, two residual blocks, 64",
          {784},
          dense_shapes(sizes),
          64,
          encoder,
          plain_step(sizes, b) + dense_rows(64 * b, 256, 256) + dense_rows(64 * b, 256, 256) +
              shared_gram(64 * b, 256, 784)};
}

Case with_adam() {
  Case c = chain("A1 E1 with Adam, whole step", {784, 1000}, sigmoids);
  c.adam = true;
  return c;
}

Case without_penalty() {
  Case c = chain("P0 E1 without penalty", {784, 1000}, sigmoids);
  c.penalty = Penalty::none;
  return c;
}

// A forward pass, a pullback, and the gradient of both.
Case estimated() {
  const Sizes sizes{784, 512, 256};
  Case c = chain("H1 E2 with one projection", sizes, sigmoids);
  c.floor = plain_step(sizes, b) + dense_rows(b, 784, 512) + dense_rows(b, 512, 256);
  c.penalty = Penalty::estimate;
  return c;
}

Case parse_chain(const std::string& name) {
  std::istringstream in(name);
  Sizes sizes;
  std::size_t n = 0, batch = b;
  char mark = '-';
  while (mark == '-' && in >> n && in.get(mark))
    sizes.push_back(n);
  std::string activation, rest;
  std::getline(in, activation, '@');
  const bool known = activation == "sigmoid" || activation == "tanh";
  if (mark != ':' || sizes.size() < 2 || !known || (!in.eof() && !(in >> batch)) || in >> rest)
    throw Error("bench: no case '", name,
                "'; expected one of the table's, or as "
                "784-512-256:sigmoid@64");
  return activation == "tanh" ? chain(name, sizes, tanhs, batch)
                              : chain(name, sizes, sigmoids, batch);
}

} // namespace

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      chain("E1 784-1000 sigmoid", {784, 1000}, sigmoids),
      with_adam(),
      without_penalty(),
      chain("E2 784-512-256 sigmoid", {784, 512, 256}, sigmoids),
      estimated(),
      chain("E3 784-512-256-64 tanh", {784, 512, 256, 64}, tanhs),
      convolutions(),
      uneven_convolutions(),
      residual(),
      chain("E6 784-4000 sigmoid", {784, 4000}, sigmoids),
      chain("E7 reconstruction of 784-128-32-128", {784, 128, 32, 128, 784}, tanhs),
      chain("D1 440-512-256 sigmoid, batch 64", {440, 512, 256}, sigmoids, 64),
  };
  return all;
}

const Case& find_case(const std::string& name) {
  for (const Case& c : cases())
    if (name == c.name.substr(0, c.name.find(' ')))
      return c;
  static std::map<std::string, Case> chains;
  const auto found = chains.find(name);
  return found != chains.end() ? found->second
                               : chains.emplace(name, parse_chain(name)).first->second;
}

} // namespace contractive::bench
