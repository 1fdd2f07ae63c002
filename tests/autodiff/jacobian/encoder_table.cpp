#include "autodiff/jacobian/encoder_table.hpp"

#include "support/random.hpp"

namespace contractive::tests {
using V = Encoder::V;
using Vs = Encoder::Vs;

namespace {

V layer_norm(const V& x) {
  const V centred = x - mean(x, -1, KeepDims::yes);
  return centred / sqrt(mean(square(centred), -1, KeepDims::yes) + 0.1);
}

// A user's own primitive: y = x^3, whose map is built of the engine's operations.
V cube(const V& x) {
  const auto times = [x](const V& t) { return 3.0 * square(x) * t; };
  return record("cube", (x.detach() * square(x.detach())).value(), wrt(x, times, times, 1));
}

} // namespace

const std::vector<Encoder>& encoders() {
  static const std::vector<Encoder> all{
      {"one sigmoid layer",
       {6},
       {{6, 5}, {5}},
       [](const V& x, const Vs& p) { return sigmoid(matmul(x, p[0]) + p[1]); }},
      {"one layer, weights as (out, in)",
       {6},
       {{5, 6}},
       [](const V& x, const Vs& p) { return tanh(matmul(x, p[0], Transpose::b)); }},
      {"linear, scaled, twice",
       {4},
       {{4, 3}, {3, 5}},
       [](const V& x, const Vs& p) { return 2.0 * matmul(matmul(x, p[0]), p[1]); }},
      {"elementwise only", {4}, {{4}}, [](const V& x, const Vs& p) { return tanh(x * p[0]) + x; }},
      {"scaled before the layer",
       {4},
       {{4}, {4, 3}},
       [](const V& x, const Vs& p) { return softplus(matmul(sin(x) * p[0], p[1])); }},
      {"a gain for each unit, as many units as samples",
       {40},
       {{40, 3}, {3}, {3, 8}, {3, 8}},
       [](const V& x, const Vs& p) {
         const V u = matmul(x, p[0]) * p[1];
         return tanh(matmul(u, p[2])) * sigmoid(matmul(u, p[3]));
       }},
      {"three dense layers",
       {6},
       {{6, 5}, {5, 4}, {4, 3}},
       [](const V& x, const Vs& p) {
         return tanh(matmul(sigmoid(matmul(tanh(matmul(x, p[0])), p[1])), p[2]));
       }},
      {"tied: down and up again",
       {5},
       {{5, 3}},
       [](const V& x, const Vs& p) {
         return sigmoid(matmul(tanh(matmul(x, p[0])), p[0], Transpose::b));
       }},
      {"residual block with layer norm",
       {4},
       {{4, 4}, {4, 3}},
       [](const V& x, const Vs& p) {
         const V h = x + tanh(matmul(layer_norm(x), p[0]));
         return matmul(h, p[1]);
       }},
      {"convolution with pooling",
       {5, 5, 1},
       {{3, 3, 1, 2}, {2}, {8, 3}},
       [](const V& x, const Vs& p) {
         const V c = softplus(conv2d(x, p[0], 1, 1) + p[1]);
         const V m = average_pool2d(c, {2, 2, 2, 0});
         return tanh(matmul(reshape(m, {x.shape()[0], 8}), p[2]));
       }},
      {"max pooling, padding and slices",
       {4, 4, 2},
       {{2, 2, 2, 2}},
       [](const V& x, const Vs& p) {
         const V c =
             max_pool2d(conv2d(pad(x, {{0, 0}, {1, 0}, {0, 1}, {0, 0}}), p[0]), {2, 2, 1, 0});
         return slice(c, {{}, {0, {}, 2}, {1, {}}});
       }},
      {"self-attention over patches",
       {4, 4, 1},
       {{4, 4}, {4, 4}, {4, 4}},
       [](const V& x, const Vs& p) {
         const V patches = reshape(unfold(x, {2, 2, 2, 0}), {x.shape()[0], 4, 4});
         const V scores = matmul(matmul(patches, p[0]), matmul(patches, p[1]), Transpose::b);
         return matmul(softmax(scores), matmul(patches, p[2]));
       }},
      {"gates and concatenation",
       {4},
       {{4, 3}, {4, 3}},
       [](const V& x, const Vs& p) {
         const V gate = sigmoid(matmul(x, p[0])), value = matmul(x, p[1]);
         return concatenate<double>({gate * value, slice(x, 1, {1, 3}), exp(-square(value))}, 1);
       }},
      {"a waist: cut in the middle",
       {9},
       {{9, 7}, {7, 2}, {2, 7}, {7, 9}},
       [](const V& x, const Vs& p) {
         return tanh(matmul(tanh(matmul(tanh(matmul(tanh(matmul(x, p[0])), p[1])), p[2])), p[3]));
       }},
      {"wide code of a wide input: one shared Gram matrix",
       {12},
       {{12, 5}, {5, 9}},
       [](const V& x, const Vs& p) { return tanh(matmul(sigmoid(matmul(x, p[0])), p[1])); }},
      {"a decoder: forward",
       {2},
       {{2, 5}, {5, 11}},
       [](const V& x, const Vs& p) {
         return sigmoid(matmul(layer_norm(tanh(matmul(x, p[0]))), p[1]));
       }},
      {"softmax code",
       {5},
       {{5, 4}},
       [](const V& x, const Vs& p) { return softmax(matmul(x, p[0])); }},
      {"a user's primitive", {4}, {{4, 3}}, [](const V& x, const Vs& p) {
         return cube(matmul(cube(x), p[0]));
       }}};
  return all;
}

Array<double> samples_of(const Encoder& e) { return random_array<double>(Shape{3} + e.sample, 1); }

std::vector<Array<double>> parameters_of(const Encoder& e) {
  std::vector<Array<double>> values;
  for (const Shape& shape : e.parameters)
    values.push_back(random_array<double>(shape, 3 + values.size()));
  return values;
}

} // namespace contractive::tests
