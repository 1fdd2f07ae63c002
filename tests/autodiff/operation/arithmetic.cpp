#include "ends.hpp"

namespace contractive::tests {

TEST_CASE("arithmetic: powers with a number at their ends") {
  const auto power = [](double p) {
    Derivatives exact;
    double factor = 1;
    for (int order = 1; order <= 3; ++order) {
      factor *= p - order + 1;
      exact.push_back([=](long double x) {
        return factor == 0 ? 0 : factor * std::pow(x, static_cast<long double>(p - order));
      });
    }
    check_both(
        "pow", [p](const auto& x) { return pow(x, p); },
        [p](auto v) { return std::pow(v, static_cast<decltype(v)>(p)); }, exact);
  };
  for (const double p : {-1.0, 0.0, 0.5, 1.0, 2.0, 3.0})
    power(p);
}

TEST_CASE("arithmetic: atan2 in all quadrants, far out, and at the origin") {
  const auto at = [](double y, double x) {
    const auto [angle, slopes] = value_and_gradient(
        [](const Variable<double>& a, const Variable<double>& b) { return atan2(a, b); },
        {Variable<double>(y), Variable<double>(x)});
    return std::array{angle.item(), slopes[0].item(), slopes[1].item()};
  };
  for (const double size : {1e-200, 1.0, 1e200})
    for (const double y : {-2.0, 2.0})
      for (const double x : {-1.0, 1.0}) {
        const auto [angle, dy, dx] = at(y * size, x * size);
        CHECK(angle == std::atan2(y, x));
        CHECK(dy * size == doctest::Approx(x / 5).epsilon(1e-15));
        CHECK(dx * size == doctest::Approx(-y / 5).epsilon(1e-15));
      }
  CHECK(at(0, 0) == std::array<double, 3>{0, 0, 0});
}

TEST_CASE("arithmetic: masks are compared and combined") {
  const Variable<double> a{1, 2, nan<double>}, b{1, 3, nan<double>};
  const Mask differ = a != b;
  CHECK(!differ[0]);
  CHECK(differ[1]);
  CHECK(differ[2]);
  const Mask rows({2, 1}, {false, true}), columns{false, true};
  const Mask both = logical_and(rows, columns), either = logical_or(rows, columns);
  CHECK(both.shape() == Shape{2, 2});
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j) {
      CHECK(both(i, j) == (i == 1 && j == 1));
      CHECK(either(i, j) == (i == 1 || j == 1));
    }
  CHECK_THROWS_AS(static_cast<void>(logical_and(Mask{true, true}, Mask{true, true, true})),
                  ShapeError);
}

TEST_CASE("arithmetic: where() and a slope that is infinite on the side not chosen") {
  const Array<double> at{0, 4};
  const auto plain = [](const Variable<double>& x) { return sum(where(x > 0, sqrt(x), 0)); };
  const auto kept_away = [](const Variable<double>& x) {
    return sum(where(x > 0, sqrt(where(x > 0, x, 1)), 0));
  };
  CHECK(std::isnan(gradient(plain, at)[0].item())); // 0 * inf, as where() says
  CHECK(gradient(plain, at)[1].item() == 0.25);
  CHECK(gradient(kept_away, at)[0].item() == 0);
  CHECK(gradient(kept_away, at)[1].item() == 0.25);
}

} // namespace contractive::tests
