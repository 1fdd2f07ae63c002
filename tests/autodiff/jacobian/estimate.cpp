#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;

TEST_CASE("estimate: unbiased, with the variance that is documented") {
  const Array<double> sample = random_array<double>({1, 5}, 1),
                      w = random_array<double>({5, 4}, 2, -2, 2);
  const std::size_t draws = 20000; // as a batch of copies of one sample: directions are per sample
  const Array<double> x = broadcast_to(V(sample), {draws, 5}).value();
  Tape<double> tape;
  const V input = tape.variable(x);
  const V h = tanh(matmul(input, V(w)));
  const V j = slice(batch_jacobian(h, input), 0, {0, 1});
  const double exact = jacobian_squared_norm(h, input).value()[0];
  for (const auto probe : {EstimateOptions::Probe::code, EstimateOptions::Probe::input}) {
    const bool forward = probe == EstimateOptions::Probe::input;
    const V jacobian = reshape(j, {4, 5});
    const V a = forward ? matmul(jacobian, jacobian, Transpose::a)
                        : matmul(jacobian, jacobian, Transpose::b);
    const double s = forward ? 5 : 4, squares = sum(square(a)).item();
    double diagonal = 0;
    for (std::size_t i = 0; i < a.shape()[0]; ++i)
      diagonal += a.value()(i, i) * a.value()(i, i);
    for (const std::size_t k : {std::size_t{1}, std::size_t{3}}) {
      const double count = static_cast<double>(k);
      const double expected[] = {2 * squares / count, 2 * (squares - diagonal) / count,
                                 2 * s * (s - count) / (count * (s - 1) * (s + 2)) *
                                     (squares - exact * exact / s)};
      for (const Projection kind :
           {Projection::gaussian, Projection::rademacher, Projection::orthogonal}) {
        Random random(11);
        const V estimate = jacobian_squared_norm_estimate(h, input, random, {k, kind, probe});
        const double average = mean(estimate).item();
        const double variance = mean(square(estimate - average)).item();
        const double should = expected[static_cast<int>(kind)];
        INFO("kind " << static_cast<int>(kind) << ", K " << k << ", forward " << forward);
        // Five standard errors of the mean; a variance of 20,000 draws is good to some 5 %.
        CHECK(std::abs(average - exact) < 5 * std::sqrt(should / static_cast<double>(draws)));
        CHECK(variance == doctest::Approx(should).epsilon(0.12));
      }
    }
  }
}

TEST_CASE("estimate: exact with as many orthogonal projections as dimensions, and differentiable") {
  const Array<double> x = random_array<double>({6, 5}, 1), w = random_array<double>({5, 4}, 2);
  Tape<double> tape;
  const V input = tape.variable(x), weight = tape.variable(w);
  const V h = sigmoid(matmul(input, weight));
  const V exact = jacobian_squared_norm(h, input);
  for (const auto probe : {EstimateOptions::Probe::code, EstimateOptions::Probe::input}) {
    const bool forward = probe == EstimateOptions::Probe::input;
    Random random(3);
    const V estimate = jacobian_squared_norm_estimate(
        h, input, random, {forward ? 5u : 4u, Projection::orthogonal, probe});
    CHECK(difference(estimate.value(), exact.value()) < 1e-12);
    CHECK(difference(gradient(sum(estimate), weight).value(),
                     gradient(sum(exact), weight).value()) < 1e-12);
  }
  Random random(3);
  CHECK(message<Error>([&] {
          return jacobian_squared_norm_estimate(h, input, random, {5, Projection::orthogonal});
        }).find("5 projections of 4 dimensions; expected at least 1 and at most as many") !=
        std::string::npos);
  CHECK(message<CouplingError>([&] {
          return jacobian_squared_norm_estimate(h - mean(h, 0), input, random);
        }).find("'mean'") != std::string::npos);
}

} // namespace contractive::tests
