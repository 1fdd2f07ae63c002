#include "autodiff/jacobian/encoder_table.hpp"

#include "support/message.hpp"
#include "support/random.hpp"
#include "support/rows.hpp"
#include "support/singular_values.hpp"

#include <contractive/autodiff/jacobian/operator_norm.hpp>

#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;
using Vs = Encoder::Vs;

namespace {

Vs constants(const std::vector<Array<double>>& arrays) { return Vs(arrays.begin(), arrays.end()); }

} // namespace

TEST_CASE("operator norm: the largest singular value of each sample, its gradient by differences") {
  for (const Encoder& e : encoders())
    SUBCASE(e.name.c_str()) {
      const Array<double> x = samples_of(e);
      const auto p = parameters_of(e);
      Tape<double> tape;
      const V input = tape.variable(x);
      const V h = e.f(input, constants(p));
      const Array<double> jacobians = batch_jacobian(h, input).value();
      const Position before = tape.size();
      const Array<double> quiet =
          jacobian_operator_norm(h, input, {0, 1000, 1, CreateGraph::no}).value();
      CHECK(tape.size() == before);
      const Array<double> norms = jacobian_operator_norm(h, input).value();
      for (std::size_t b = 0; b < x.shape()[0]; ++b) {
        // A residual of 4e-11, where the next value is at least some per cent away.
        const double largest = singular_values(jacobians, b)[0];
        CHECK(norms[b] == doctest::Approx(largest).epsilon(1e-9));
        CHECK(quiet[b] == norms[b]);
      }
      const GradientReport report = check_gradient<double>(
          [&](const Vs& v) {
            const V in = Tape<double>::active()->variable(x);
            return jacobian_operator_norm(e.f(in, v), in, {1e-12, 20000, 1, CreateGraph::yes});
          },
          p, 1, {0, 1e-6, 5});
      INFO(report.summary());
      CHECK(report.failed == 0);
      // There, most weights do not matter: their slopes are 0 but for rounding.
      CHECK((report.passed || e.name == "elementwise only"));
    }
}

TEST_CASE("operator norm: where J is 0, where values are equal, where samples differ in scale") {
  Tape<double> tape;
  const V x = tape.variable(Array<double>{{1, 2, 3}, {0, 0, 0}, {1e-3, 0, 1e3}});
  const V norms = jacobian_operator_norm(square(x), x); // |2 x|, largest
  CHECK(norms[0].item() == doctest::Approx(6).epsilon(1e-9));
  CHECK(norms[1].item() == 0);
  CHECK(norms[2].item() == doctest::Approx(2e3).epsilon(1e-9));
  const Array<double> slopes = gradient(sum(norms), x).value();
  CHECK(slopes(0, 2) == doctest::Approx(2).epsilon(1e-9));
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(slopes(1, i) == 0);
  CHECK(slopes(2, 2) == doctest::Approx(2).epsilon(1e-9));
  // Equal values: the norm is right at once, the gradient that of one direction of length 1.
  const V equal = jacobian_operator_norm(3 * x, x);
  for (std::size_t b = 0; b < 3; ++b)
    CHECK(equal.value()[b] == doctest::Approx(3).epsilon(1e-12));
  const V unrelated = tape.variable(Array<double>::ones({3, 2}));
  CHECK(jacobian_operator_norm(unrelated * 2.0, x).value()[1] == 0);
}

TEST_CASE("operator norm: float, few iterations, and what is refused") {
  Tape<float> tape;
  const Variable<float> x = tape.variable(random_array<float>({4, 9}, 1));
  const Variable<float> h = tanh(matmul(x, random_array<float>({9, 6}, 2)));
  const Array<double> jacobians = batch_jacobian(h, x).value().as<double>();
  const Array<float> norms = jacobian_operator_norm(h, x).value();
  const Array<float> one = jacobian_operator_norm(h, x, {0, 1, 1, CreateGraph::no}).value();
  for (std::size_t b = 0; b < 4; ++b) {
    const auto values = singular_values(jacobians, b);
    CHECK(norms[b] == doctest::Approx(values[0]).epsilon(2e-5));
    CHECK(one[b] <= values[0] * 1.00001); // from below
    CHECK(one[b] >= values.back());
  }
  CHECK(message<Error>([&] { return jacobian_operator_norm(h, x, {-1}); }) ==
        "jacobian_operator_norm: tolerance -1, 1000 iterations; expected a tolerance of at least 0 "
        "and "
        "an iteration");
  CHECK(message<Error>([&] {
          return jacobian_operator_norm(h, x, {0, 0});
        }).find("0 iterations") != std::string::npos);
  CHECK(message<CouplingError>([&] {
          return jacobian_operator_norm(h - mean(h, 0), x);
        }).find("jacobian_operator_norm: 'mean'") == 0);
}

} // namespace contractive::tests
