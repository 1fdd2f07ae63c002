#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"

#include <doctest/doctest.h>

// What the table of operations cannot say: exchanged rows, signs, and matrices that cannot be
// solved with.
namespace contractive::tests {
namespace {

using V = Variable<double>;

} // namespace

TEST_CASE("linear algebra: rows that have to be exchanged, either way round") {
  const V a{{0, 2, 0}, {0, 0, 3}, {4, 0, 0}}, b{2, 3, 4};
  for (const double x : solve(a, b).value())
    CHECK(x == 1); // the numbers are powers of two, or divide exactly
  const Array<double> back = solve(a, b, Matrix::general, Transpose::a).value();
  CHECK(back[0] == 1.5);
  CHECK(back[1] == doctest::Approx(4.0 / 3).epsilon(1e-15));
  CHECK(back[2] == 0.5);
}

TEST_CASE("linear algebra: the signs of determinants") {
  const V a(Array<double>({2, 2, 2}, {0, 1, 1, 0, 2, 0, 0, 3}));
  const auto [sign, log] = slogdet(a);
  CHECK(sign[0] == -1);
  CHECK(sign[1] == 1);
  CHECK(log.value()[0] == 0);
  CHECK(log.value()[1] == doctest::Approx(std::log(6)).epsilon(1e-15));
  CHECK(slogdet(-V(Array<double>::eye(3))).first.item() == -1);
}

TEST_CASE("linear algebra: sample and pivot that cannot be solved with are named") {
  const V singular(Array<double>({2, 2, 2}, {1, 0, 0, 1, 1, 2, 2, 4})), b{1, 1};
  for (const std::string& message : {message<Error>([&] { return solve(singular, b); }),
                                     message<Error>([&] { return inverse(singular); }),
                                     message<Error>([&] { return slogdet(singular); })}) {
    CHECK(message.find("sample 1: pivot 1 is 0; expected") != std::string::npos);
    CHECK(message.find("(2, 2, 2)") != std::string::npos);
  }
  const V zero_below{{1, 5}, {0, 0}};
  CHECK(message<Error>([&] { return solve(zero_below, b, Matrix::lower); }) ==
        "solve: a (2, 2), sample 0: pivot 1 is 0; expected matrices that can be inverted");
  const V indefinite{{1, 2}, {2, 1}};
  CHECK(
      message<Error>([&] { return cholesky(indefinite); }) ==
      "cholesky: a (2, 2), sample 0: pivot 1 is not above 0; expected positive definite matrices");
  CHECK(message<Error>([&] {
          return solve(indefinite, b, Matrix::positive_definite);
        }).find("solve: a (2, 2), sample 0: pivot 1 is not above 0") == 0);
  CHECK(message<ShapeError>([&] { return cholesky(b); }) ==
        "cholesky: a (2); expected square matrices (..., n, n)");
}

TEST_CASE("linear algebra: what is not read has no derivative") {
  const V b{1, 1};
  const Array<double> a{{2, 1}, {1, 2}};
  const Array<double> g =
      gradient([&](const V& x) { return sum(solve(x, b, Matrix::lower)); }, a).value();
  CHECK(g(0, 1) == 0);
  CHECK(g(1, 0) != 0);
}

TEST_CASE("linear algebra: samples of a batch stay independent") {
  Tape<double> tape;
  const V x = tape.variable({{1, 2}, {3, 4}, {5, 6}});
  const V a(Array<double>({2, 2}, {2, 1, 0, 2}));
  const V h = squeeze(solve(a, expand_dims(x, -1)), -1);
  const Array<double> norms = jacobian_squared_norm(h, x).value();
  for (const double norm : norms) // ||a^-1||^2 of a^-1 = {{0.5, -0.25}, {0, 0.5}}
    CHECK(norm == doctest::Approx(0.5625).epsilon(1e-14));
}

} // namespace contractive::tests
