#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace contractive::tests {
using V = Variable<double>;
using Vs = std::vector<V>;

TEST_CASE("check: reports the worst element, both values and the operation") {
  // A wrong rule on purpose: twice the derivative of the second element.
  const auto wrong = [](const Vs& v) {
    return record("wrong", square(v[0].detach()).value(), wrt(v[0], [x = v[0]] {
                    return Diagonal<double>{V(Array<double>{2, 4}) * x};
                  }));
  };
  const GradientReport report = check_gradient<double>(wrong, {Array<double>{1, 3}});
  CHECK_FALSE(report.passed);
  CHECK(report.element == 1);
  CHECK(std::abs(report.analytic) == doctest::Approx(2 * std::abs(report.numeric)));
  CHECK(report.summary().find("FAILED at order 1, operation 'wrong': of 2 elements 1 wrong, 0 "
                              "undecided; worst at input 0 element 1") != std::string::npos);
  const auto right = [](const Vs& v) { return tanh(v[0]); };
  CHECK(check_gradient<double>(right, {Array<double>{1, 3}}, 3).passed);
  CHECK(check_gradient<float>([](const std::vector<Variable<float>>& v) { return tanh(v[0]); },
                              {Array<float>{1, 0.3f}}, 2)
            .passed);
  CHECK(message<Error>([&] { return check_gradient<double>(right, {Array<double>{1}}, 0); }) ==
        "check_gradient: order 0; expected at least 1");
}

TEST_CASE("check: a wrong small entry beside a large one is wrong") {
  const auto f = [](const V& scale) {
    return [scale](const V& x) {
      // The value sees both entries, the rule the first alone.
      return record("forgetful", (x.detach() * scale).value(), wrt(x, [scale] {
                      return Diagonal<double>{scale * V(Array<double>{1, 0})};
                    }));
    };
  };
  const V x(Array<double>{1, 1});
  const GradientReport small = check_gradient(f(V(Array<double>{1e6, 1e-3})), {x});
  CHECK(small.failed == 1);
  CHECK(small.element == 1);
  CHECK(small.analytic == 0);
  // In one sum, 2e-5 is all but lost in the rounding of 1e6.
  const auto summed = [&](const V& v) { return sum(f(V(Array<double>{1e6, 2e-5}))(v)); };
  const GradientReport lost = check_gradient(summed, {x});
  CHECK(lost.failed == 0);
  CHECK_FALSE(lost.passed);
  CHECK(lost.undecided == 1);
  CHECK(lost.summary().find("UNDECIDED") != std::string::npos);
}

TEST_CASE("check: several inputs of different scale each count") {
  const Array<double> a{1e6}, b{1e-3};
  CHECK(check_gradient([](const V& x, const V& y) { return log(x) * y; }, {a, b}));
  const auto careless = [](const V& x, const V& y) { return log(x) * y.detach(); };
  const GradientReport report = check_gradient(careless, {a, b});
  CHECK(report.failed == 1);
  CHECK(report.input == 1);
}

TEST_CASE("check: what f ignores has a gradient of 0, NaN is wrong, a kink is undecided") {
  CHECK(check_gradient([](const V& x, const V& y) { return tanh(x) + 0 * y.detach(); },
                       {V(0.5), V(2.0)}));
  CHECK(check_gradient([](const V& x) { return log(x); }, {V(-1.0)}).failed == 1);
}

TEST_CASE("check: a map and a transpose that are not each other's are seen, at any order") {
  // The transpose is right, so the gradient is; the map itself is not.
  const auto by = [](double factor) {
    return [factor](const V& x) {
      return record("cube", (x.detach() * square(x.detach())).value(),
                    wrt(
                        x, [x, factor](const V& t) { return factor * square(x) * t; },
                        [x](const V& g) { return 3 * square(x) * g; }));
    };
  };
  for (int order = 1; order <= 3; ++order) {
    CAPTURE(order);
    CHECK(check_gradient(by(3), {V{1, -2}}, order));
  }
  const GradientReport report = check_gradient(by(6), {V{1, -2}});
  CHECK(report.failed == 0);
  CHECK_FALSE(report.passed);
  CHECK(report.summary().find("FAILED at order 1, operation 'cube': of 2 elements 0 wrong") !=
        std::string::npos);
  CHECK(report.summary().find("along a random direction forward mode gives") != std::string::npos);
}

TEST_CASE("check: a map that does not carry leading axes along is seen") {
  // y_i = x_(n - 1 - i): right for one cotangent (n), but of a block (K, n) axis 0 is not x's.
  const auto reversed = [](int axis) {
    return [axis](const V& x) {
      const auto map = [axis](const V& t) { return flip(t, axis); };
      return tanh(record("reversed", flip(x.detach(), 0).value(), wrt(x, map, map)));
    };
  };
  CHECK(check_gradient(reversed(-1), {V{1, -2, 0.3}}, 2));
  const GradientReport report = check_gradient(reversed(0), {V{1, -2, 0.3}});
  CHECK(report.failed == 0);
  CHECK_FALSE(report.passed);
  CHECK(report.summary().find("do all maps carry leading axes along?") != std::string::npos);
}

TEST_CASE("check: values of the highest rank leave no room for two cotangents at once") {
  CHECK(check_gradient(
      [](const V& x) {
        return tanh(reshape(x, {1, 1, 1, 1, 1, 1, 1, 2}));
      },
      {V{1, -2}}));
}

} // namespace contractive::tests
