#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"
#include "support/sanitized.hpp"

#include <doctest/doctest.h>
#include <functional>

namespace contractive::tests {
namespace {

using V = Variable<double>;

// phi'(a) of the sigmoid, and phi''(a).
double slope(double a) { return 1 / ((1 + std::exp(-a)) * (1 + std::exp(a))); }
double bend(double a) { return slope(a) * (1 - 2 / (1 + std::exp(-a))); }

struct Layer {
  Array<double> x = random_array<double>({3, 4}, 1), w = random_array<double>({4, 5}, 2, -2, 2);
  V operator()(const V& at) const { return sigmoid(matmul(at, V(w))); }
  double norm2(std::size_t j) const { // ||W_j||^2
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i)
      sum += w(i, j) * w(i, j);
    return sum;
  }
};

} // namespace

TEST_CASE("curvature: the exact Hessian's norm is sum_j phi''^2 ||W_j||^4 for one layer") {
  const Layer layer;
  Tape<double> tape;
  const V x = tape.variable(layer.x);
  const V norm = hessian_squared_norm(layer(x), x);
  const Array<double> a = matmul(V(layer.x), V(layer.w)).value();
  for (std::size_t b = 0; b < 3; ++b) {
    double expected = 0;
    for (std::size_t j = 0; j < 5; ++j)
      expected += std::pow(bend(a(b, j)) * layer.norm2(j), 2);
    CHECK(std::abs(norm.value()[b] / expected - 1) < 1e-12);
  }
}

TEST_CASE("curvature: two layers against the row loop, and its gradient in the weights") {
  const Array<double> x = random_array<double>({2, 3}, 1), v = random_array<double>({4, 2}, 3);
  const auto norm = [&](const std::vector<V>& in) {
    return hessian_squared_norm(tanh(matmul(sigmoid(matmul(in[0], in[1])), V(v))), in[0]);
  };
  const Array<double> w = random_array<double>({3, 4}, 2, -2, 2);
  CHECK_MESSAGE(check_gradient<double>(norm, {x, w}).passed,
                check_gradient<double>(norm, {x, w}).summary());
  Tape<double> tape;
  const V in = tape.variable(x);
  const V h = tanh(matmul(sigmoid(matmul(in, V(w))), V(v)));
  const V ours = hessian_squared_norm(h, in);
  for (std::size_t b = 0; b < 2; ++b) {
    double expected = 0;
    for (std::size_t j = 0; j < 2; ++j)
      expected += sum(square(hessian(slice(h, {{b, b + 1}, {j, j + 1}}), in))).item();
    CHECK(std::abs(ours.value()[b] / expected - 1) < 1e-12);
  }
}

// E_z (phi'(a) - phi'(a + sigma sqrt(n) z))^2 n, z standard normal: by the trapezoidal rule, which
// converges faster than any power for a function that decays as a Gaussian does.
TEST_CASE("curvature: the random difference has the closed form's mean, and structure") {
  const Layer layer;
  const double sigma = 0.3;
  const Array<double> a = matmul(V(layer.x), V(layer.w)).value();
  // Tapes of 200 draws: the search for a closed form walks over all draws before it, for each one.
  const std::size_t tapes = sanitized ? 4 : 20, draws = 200;
  Random random(7);
  Array<double> total = Array<double>::zeros({3});
  for (std::size_t i = 0; i < tapes; ++i) {
    Tape<double> tape;
    const V x = tape.variable(layer.x);
    total = (V(total) + jacobian_difference_norm(layer(x), x, layer, sigma, draws, random)).value();
  }
  for (std::size_t b = 0; b < 3; ++b) {
    double expected = 0;
    for (std::size_t j = 0; j < 5; ++j)
      for (int i = -800; i <= 800; ++i) {
        const double z = 0.01 * i;
        expected +=
            0.01 * std::exp(-z * z / 2) / std::sqrt(6.283185307179586) * layer.norm2(j) *
            std::pow(slope(a(b, j)) - slope(a(b, j) + sigma * std::sqrt(layer.norm2(j)) * z), 2);
      }
    // One draw's standard deviation is about its mean: five standard errors of them all.
    const double mean = total[b] / static_cast<double>(tapes);
    CHECK(std::abs(mean * sigma * sigma / expected - 1) <
          5 * 1.5 / std::sqrt(static_cast<double>(tapes * draws)));
  }
  Tape<double> tape;
  const V x = tape.variable(layer.x);
  CHECK(explain_jacobian(layer(x) - layer(x + layer.x), x).find("closed form") !=
        std::string::npos);
}

TEST_CASE("curvature: the random difference tends to the Hessian's norm, and has a gradient") {
  const Array<double> x = random_array<double>({64, 3}, 1, -1, 1),
                      v = random_array<double>({4, 2}, 3);
  const auto f = [&](const V& in, const V& w) {
    return tanh(matmul(sigmoid(matmul(in, w)), V(v)));
  };
  const Array<double> w = random_array<double>({3, 4}, 2, -2, 2);
  Tape<double> tape;
  const V in = tape.variable(x);
  Random random(7);
  const auto at_w = [&](const V& at) { return f(at, V(w)); };
  const std::size_t draws = sanitized ? 60 : 300;
  const V drawn = jacobian_difference_norm(at_w(in), in, at_w, 1e-3, draws, random);
  // The mean over 64 samples of draws whose standard deviation is about their mean: the error's own
  // is 0.007, or 0.016 where there are fewer.
  CHECK(std::abs(sum(drawn).item() / sum(hessian_squared_norm(f(in, V(w)), in)).item() - 1) <
        (sanitized ? 0.1 : 0.05));
  const auto report = check_gradient<double>(
      [&](const std::vector<V>& inputs) {
        Random same(3);
        const auto of = [&](const V& at) { return f(at, inputs[0]); };
        return jacobian_difference_norm(of(inputs[1]), inputs[1], of, 0.2, 2, same);
      },
      {w, x});
  CHECK_MESSAGE(report.passed, report.summary());
}

namespace {

// ||d2h/dx2||^2 of each sample by hessians of its elements, alone.
Array<double> by_elements(const std::function<V(const V&)>& f, const Array<double>& x) {
  const std::size_t samples = x.shape()[0];
  std::vector<double> norms(samples, 0);
  for (std::size_t b = 0; b < samples; ++b) {
    const Array<double> one = V(x)[static_cast<std::ptrdiff_t>(b)].value();
    const auto alone = [&](const V& at) {
      return reshape(f(reshape(at, Shape{1} + at.shape())), {Shape::infer});
    };
    const std::size_t s = alone(V(one)).size();
    for (std::size_t j = 0; j < s; ++j) {
      const auto element = [&](const V& at) { return alone(at)[static_cast<std::ptrdiff_t>(j)]; };
      norms[b] += sum(square(hessian(element, one))).item();
    }
  }
  return {{samples}, norms};
}

} // namespace

TEST_CASE("curvature: whatever has a Jacobian sample by sample has this norm too") {
  const auto counted = [](const Shape& shape, double step) {
    return Array<double>::make(shape, [&](double* out) {
      for (std::size_t i = 0; i < shape.elements(); ++i)
        out[i] = step * static_cast<double>(i + 1);
    });
  };
  const V g(random_array<double>({5, 3}, 2)), keys(random_array<double>({2, 2}, 3));
  const V numbers(Array<double>{1, 2, 3, 4});
  const struct {
    const char* name;
    Array<double> x;
    std::function<V(const V&)> f;
  } encoders[] = {
      {"transposed and back", random_array<double>({3, 5}, 1),
       [&](const V& x) { return transposed(tanh(matmul(g, transposed(x), Transpose::a))); }},
      {"attention", random_array<double>({2, 3, 2}, 1),
       [&](const V& x) { return matmul(softmax(matmul(matmul(x, keys), x, Transpose::b)), x); }},
      {"tanh(i x_i) between two permutes", counted({2, 4}, 0.1),
       [&](const V& x) {
         const V away = permute(reshape(x, {x.shape()[0], 2, 2}), {1, 2, 0});
         const V h = tanh(away * reshape(numbers, {2, 2, 1}));
         return reshape(permute(h, {2, 0, 1}), x.shape());
       }},
      {"three axes of different lengths, turned", random_array<double>({4, 2, 3}, 1),
       [](const V& x) {
         return permute(tanh(square(permute(x, {1, 2, 0}))), {2, 0, 1});
       }},
      {"linear: none", random_array<double>({3, 5}, 1), [&](const V& x) { return matmul(x, g); }},
  };
  for (const auto& e : encoders) {
    INFO(std::string(e.name));
    const Array<double> expected = by_elements(e.f, e.x);
    Tape<double> tape;
    const V x = tape.variable(e.x);
    const V h = e.f(x);
    const Position before = tape.size();
    const JacobianOptions quiet{std::size_t{1} << 30, CreateGraph::no};
    const Array<double> alone = hessian_squared_norm(h, x, quiet).value();
    CHECK(tape.size() == before);
    const V norm = hessian_squared_norm(h, x);
    for (std::size_t b = 0; b < e.x.shape()[0]; ++b) {
      CHECK(norm.value()[b] == doctest::Approx(expected[b]).epsilon(1e-10));
      CHECK(alone[b] == doctest::Approx(expected[b]).epsilon(1e-10));
    }
    const RecordingScope<double> off(&tape, Recording::off); // it records what it needs
    const Position size = tape.size();
    CHECK(hessian_squared_norm(h, x, quiet).value()[0] == alone[0]);
    CHECK(hessian_squared_norm(h, x).value()[0] == alone[0]);
    CHECK(tape.size() == size); // and forgets it
  }
}

TEST_CASE("curvature: a difference that is not differentiated leaves nothing on the tape") {
  const Layer layer;
  Tape<double> tape;
  const V x = tape.variable(layer.x);
  const V h = layer(x);
  const Position before = tape.size();
  Random one(5), other(5);
  const JacobianOptions quiet{std::size_t{1} << 30, CreateGraph::no};
  const V alone = jacobian_difference_norm(h, x, layer, 0.3, 3, one, quiet);
  CHECK(tape.size() == before);
  CHECK_FALSE(alone.tracked());
  {
    Random third(5);
    const RecordingScope<double> off(&tape, Recording::off);
    const V unrecorded = jacobian_difference_norm(h, x, layer, 0.3, 3, third);
    CHECK_FALSE(unrecorded.tracked());
    CHECK(unrecorded.value()[0] == alone.value()[0]);
    CHECK(tape.size() == before);
  }
  const V recorded = jacobian_difference_norm(h, x, layer, 0.3, 3, other);
  CHECK(recorded.tracked());
  for (std::size_t b = 0; b < 3; ++b)
    CHECK(alone.value()[b] == recorded.value()[b]);
}

TEST_CASE("curvature: errors say what was too much") {
  Tape<float> tape;
  const Variable<float> x = tape.variable(Array<float>::zeros({128, 784}));
  const Variable<float> h = sigmoid(matmul(x, Variable<float>(Array<float>::zeros({784, 1000}))));
  const std::string why = message<Error>([&] { return hessian_squared_norm(h, x); });
  CHECK(why.find("1000 * 784^2") != std::string::npos);
  CHECK(why.find("314.7") != std::string::npos);
  Random random;
  CHECK(message<Error>([&] {
          const auto f = [](const auto& in) { return sigmoid(in); };
          return jacobian_difference_norm(f(x), x, f, 0.0f, 1, random);
        }).find("positive sigma") != std::string::npos);
}

} // namespace contractive::tests
