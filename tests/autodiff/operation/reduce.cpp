#include <contractive/autodiff/autodiff.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

// What the table of operations cannot say of reductions and moves: zeros, ends, ties and masks.
namespace contractive::tests {
namespace {

using V = Variable<double>;
using A = Array<double>;

void equal_to(const A& found, const A& expected) {
  REQUIRE(found.shape() == expected.shape());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == expected[i]);
}

} // namespace

TEST_CASE("reduce: products of zeros have derivatives") {
  const auto f = [](const V& x) { return prod(x); };
  equal_to(gradient(f, A{2, 0, 3}).value(), {0, 6, 0});
  equal_to(gradient(f, A{2, 0, 0}).value(), {0, 0, 0});
  equal_to(hessian(f, A{2, 0, 0}).value(), {{0, 0, 0}, {0, 0, 2}, {0, 2, 0}});
  CHECK(prod(V(A::ones({0}))).item() == 1);
}

TEST_CASE("reduce: norms of zeros, and of the ends") {
  const auto f = [](const V& x) { return sum(norm(x, 1)); };
  equal_to(gradient(f, A{{4, 0}, {0, 0}}).value(), {{1, 0}, {0, 0}});
  CHECK(gradient([](const V& x) { return norm(x); }, A{3, 4})[0].item() ==
        doctest::Approx(0.6).epsilon(1e-15));
  equal_to(gradient([](const V& x) { return stddev(x); }, A{2, 2}).value(), {0, 0});
  CHECK(norm(V{3e200, 4e200}).item() == doctest::Approx(5e200).epsilon(1e-15));
  CHECK(norm(V{3e-200, 4e-200}).item() == doctest::Approx(5e-200).epsilon(1e-15));
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::nan("");
  CHECK(norm(V{1, -infinity}).item() == infinity);
  CHECK(std::isnan(norm(V{1, nan}).item()));
  CHECK(norm(V(A::ones({0}))).item() == 0);
}

TEST_CASE("reduce: the smallest, its place, and ties") {
  const V x{{3, 1, 1}, {2, 5, 2}};
  CHECK(min(x).item() == 1);
  CHECK(argmin(x).item() == 1);
  CHECK(argmin(x, 1)[0] == 1);
  CHECK(argmin(x, 1)[1] == 0);
  equal_to(gradient([](const V& v) { return sum(min(v, 1)); }, x).value(), {{0, 1, 0}, {1, 0, 0}});
  CHECK(std::isnan(min(V{1, std::nan(""), 0}).item()));
  CHECK_THROWS_WITH(static_cast<void>(min(V(A::ones({2, 0})), 1)), doctest::Contains("min: "));
}

TEST_CASE("reduce: along the axes behind it, samples stay apart") {
  Tape<double> tape;
  const V x = tape.variable({{3, 4}, {0, 2}, {1, -1}});
  const auto norms = [&](const V& h) { return jacobian_squared_norm(h, x).value(); };
  equal_to(norms(sum_of_squares(x, 1)), {100, 16, 8}); // ||2 x||^2
  equal_to(norms(dot(x, V{1, 2})), {5, 5, 5});
  equal_to(norms(dot(x, x)), {100, 16, 8});
  const A of_lengths = norms(norm(x, 1)), of_deviations = norms(stddev(x, 1));
  for (std::size_t b = 0; b < 3; ++b) { // x / |x| has length 1; a deviation is half a difference
    CHECK(of_lengths[b] == doctest::Approx(1).epsilon(1e-15));
    CHECK(of_deviations[b] == doctest::Approx(0.5).epsilon(1e-15));
  }
  CHECK_THROWS_AS(static_cast<void>(norms(broadcast_to(sum_of_squares(x, 0), {3, 2}))),
                  CouplingError);
  CHECK_THROWS_AS(static_cast<void>(norms(x * norm(x))), CouplingError);
}

TEST_CASE("move: one_hot has a 1 at each index") {
  equal_to(one_hot<double>(Indices{2, 0, -1}, 3), {{0, 0, 1}, {1, 0, 0}, {0, 0, 1}});
  CHECK(one_hot<float>(Indices({2, 2}, {0, 1, 1, 0}), 2).shape() == Shape{2, 2, 2});
  CHECK_THROWS_AS(static_cast<void>(one_hot<float>(Indices{3}, 3)), ShapeError);
}

TEST_CASE("move: parts that are not equal are named") {
  CHECK(split(V{1, 2, 3, 4}, 2)[1].value()[0] == 3);
  CHECK_THROWS_WITH(static_cast<void>(split(V{1, 2, 3}, 2)), doctest::Contains("divides 3"));
  CHECK_THROWS_WITH(static_cast<void>(split(V{1, 2, 3}, 0)), doctest::Contains("0 parts"));
}

TEST_CASE("reduce: of several NaN in a column, max takes the first") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const A x({4, 2}, {1, 5, nan, 4, 3, nan, nan, nan});
  const Indices first = argmax(x, 0);
  CHECK(first[0] == 1);
  CHECK(first[1] == 2);
  CHECK(argmax(V(x)).item() == 2);
}

TEST_CASE("reduce: infinite and missing numbers pass through") {
  const auto slopes = [](const A& x) {
    const A g = gradient([](const V& v) { return logsumexp(v); }, V(x)).value();
    return std::vector<double>(g.begin(), g.end());
  };
  constexpr double inf = std::numeric_limits<double>::infinity();
  CHECK(slopes({-inf, -inf}) == std::vector<double>{0.5, 0.5});
  CHECK(slopes({inf, 0}) == std::vector<double>{1, 0});
  CHECK(slopes({-inf, 3}) == std::vector<double>{0, 1});
  CHECK(logsumexp(V(A{inf, 0})).item() == inf);
  CHECK(logsumexp(V(A{-inf, -inf})).item() == -inf);
  CHECK(softmax(V(A{inf, 0})).value()[0] == 1);
  CHECK(log_softmax(V(A{inf, 0})).value()[1] == -inf);
  CHECK(std::isnan(logsumexp(V(A{std::nan(""), 0})).item()));
  CHECK(mean(V(A::ones({49}))).item() == 1);
  CHECK(average_pool2d(V(A::ones({7, 7, 1})), {7, 7, 7, 0}).item() == 1);
}

} // namespace contractive::tests
