#include "ends.hpp"

namespace contractive::tests {
namespace {

using L = long double;

// factor(x) g(x), where g falls faster than any power grows.
template <class Factor> L falling(L x, L g, const Factor& factor) {
  return std::abs(x) > 1e4L ? 0 : factor(x) * g;
}
L logistic(L x) { return x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
L logistic1(L x) { return logistic(x) * logistic(-x); }
L logistic2(L x) { return logistic1(x) * (1 - 2 * logistic(x)); }
L logistic3(L x) { return logistic1(x) * (1 - 6 * logistic1(x)); }
L bell(L x) { return 1.128379167095512573896L * std::exp(-x * x); } // erf'
L normal(L x) { return 0.398942280401432677940L * std::exp(-x * x / 2); }
L below(L x) { return std::erfc(-x * 0.707106781186547524401L) / 2; }
L zero(L) { return 0; }

} // namespace

TEST_CASE("elementwise: the standard library's functions at their ends") {
  check_both(
      "exp", [](const auto& x) { return exp(x); }, [](auto v) { return std::exp(v); },
      Derivatives(3, [](L x) { return std::exp(x); }));
  check_both(
      "expm1", [](const auto& x) { return expm1(x); }, [](auto v) { return std::expm1(v); },
      Derivatives(3, [](L x) { return std::exp(x); }));
  check_both(
      "log", [](const auto& x) { return log(x); }, [](auto v) { return std::log(v); },
      {[](L x) { return 1 / x; }, [](L x) { return -1 / x / x; },
       [](L x) { return 2 / x / x / x; }});
  check_both(
      "log1p", [](const auto& x) { return log1p(x); }, [](auto v) { return std::log1p(v); },
      {[](L x) { return 1 / (1 + x); }, [](L x) { return -1 / (1 + x) / (1 + x); },
       [](L x) { return 2 / (1 + x) / (1 + x) / (1 + x); }});
  check_both(
      "sqrt", [](const auto& x) { return sqrt(x); }, [](auto v) { return std::sqrt(v); },
      {[](L x) { return 0.5L / std::sqrt(x); }, [](L x) { return -0.25L / std::sqrt(x) / x; },
       [](L x) { return 0.375L / std::sqrt(x) / x / x; }});
  check_both(
      "square", [](const auto& x) { return square(x); }, [](auto v) { return v * v; },
      {[](L x) { return 2 * x; }, [](L) { return 2; }, zero});
  check_both(
      "abs", [](const auto& x) { return abs(x); }, [](auto v) { return std::abs(v); },
      {[](L x) { return x > 0   ? 1
                        : x < 0 ? -1
                                : x; }, zero, zero});
  check_both(
      "sin", [](const auto& x) { return sin(x); }, [](auto v) { return std::sin(v); },
      {[](L x) { return std::cos(x); }, [](L x) { return -std::sin(x); },
       [](L x) { return -std::cos(x); }});
  check_both(
      "cos", [](const auto& x) { return cos(x); }, [](auto v) { return std::cos(v); },
      {[](L x) { return -std::sin(x); }, [](L x) { return -std::cos(x); },
       [](L x) { return std::sin(x); }});
  check_both(
      "tanh", [](const auto& x) { return tanh(x); }, [](auto v) { return std::tanh(v); },
      {[](L x) { return 4 * logistic1(2 * x); }, [](L x) { return 8 * logistic2(2 * x); },
       [](L x) { return 16 * logistic3(2 * x); }});
  check_both(
      "erf", [](const auto& x) { return erf(x); }, [](auto v) { return std::erf(v); },
      {bell, [](L x) { return falling(x, bell(x), [](L v) { return -2 * v; }); },
       [](L x) { return falling(x, bell(x), [](L v) { return 4 * v * v - 2; }); }});
}

TEST_CASE("elementwise: trigonometric and hyperbolic functions at their ends") {
  const auto tan1 = [](L x) { return 1 + std::tan(x) * std::tan(x); };
  check_both(
      "tan", [](const auto& x) { return tan(x); }, [](auto v) { return std::tan(v); },
      {tan1, [=](L x) { return 2 * std::tan(x) * tan1(x); },
       [=](L x) { return tan1(x) * (6 * std::tan(x) * std::tan(x) + 2); }});
  check_both(
      "sinh", [](const auto& x) { return sinh(x); }, [](auto v) { return std::sinh(v); },
      {[](L x) { return std::cosh(x); }, [](L x) { return std::sinh(x); },
       [](L x) { return std::cosh(x); }});
  check_both(
      "cosh", [](const auto& x) { return cosh(x); }, [](auto v) { return std::cosh(v); },
      {[](L x) { return std::sinh(x); }, [](L x) { return std::cosh(x); },
       [](L x) { return std::sinh(x); }});
  const auto root = [](L x) { return std::sqrt((1 - x) * (1 + x)); }; // NaN outside [-1, 1]
  const Derivatives arc{[=](L x) { return 1 / root(x); },
                        [=](L x) { return x / std::pow(root(x), 3); },
                        [=](L x) { return (1 + 2 * x * x) / std::pow(root(x), 5); }};
  Derivatives negative;
  for (const Reference& f : arc)
    negative.push_back([f](L x) { return -f(x); });
  check_both(
      "asin", [](const auto& x) { return asin(x); }, [](auto v) { return std::asin(v); }, arc);
  check_both(
      "acos", [](const auto& x) { return acos(x); }, [](auto v) { return std::acos(v); }, negative);
  // By 1 / x^2, which is 0 for an infinite x: its square may not be finite.
  const auto slope = [](L x) {
    return std::abs(x) > 1 ? 1 / x / x / (1 + 1 / x / x) : 1 / (1 + x * x);
  };
  const auto times = [=](L x) { return std::isinf(x) ? 0 : x * slope(x); };
  check_both(
      "atan", [](const auto& x) { return atan(x); }, [](auto v) { return std::atan(v); },
      {slope, [=](L x) { return -2 * times(x) * slope(x); },
       [=](L x) { return (8 * times(x) * times(x) - 2 * slope(x)) * slope(x); }});
  check_both(
      "erfc", [](const auto& x) { return erfc(x); }, [](auto v) { return std::erfc(v); },
      {[](L x) { return -bell(x); },
       [](L x) { return falling(x, bell(x), [](L v) { return 2 * v; }); },
       [](L x) { return falling(x, bell(x), [](L v) { return 2 - 4 * v * v; }); }});
}

TEST_CASE("elementwise: asin and acos at the ends of their domain") {
  for (const double x : {-1.0, 1.0}) {
    CHECK(asin(Variable<double>(x)).item() == std::asin(x));
    CHECK(acos(Variable<double>(x)).item() == std::acos(x));
    CHECK(gradient([](const auto& v) { return asin(v); }, x).item() == infinity<double>);
    CHECK(gradient([](const auto& v) { return acos(v); }, x).item() == -infinity<double>);
  }
  // One unit before the end, where 1 - x^2 would have lost a quarter: to 4 units.
  const double x = std::nextafter(1.0, 0.0), exact = 1 / std::sqrt((1 - x) * (1 + x));
  CHECK(gradient([](const auto& v) { return asin(v); }, x).item() ==
        doctest::Approx(exact).epsilon(1e-15));
}

TEST_CASE("elementwise: steps are flat, whatever comes back") {
  check_both(
      "sign", [](const auto& x) { return sign(x); },
      [](auto v) { return v > 0   ? decltype(v)(1)
                          : v < 0 ? decltype(v)(-1)
                                  : v; },
      {zero, zero, zero});
  check_both(
      "floor", [](const auto& x) { return floor(x); }, [](auto v) { return std::floor(v); },
      {zero, zero, zero});
  check_both(
      "round", [](const auto& x) { return round(x); }, [](auto v) { return std::nearbyint(v); },
      {zero, zero, zero});
  const Array<double> halves{-2.5, -1.5, -0.5, 0.5, 1.5, 2.5}, even{-2, -2, 0, 0, 2, 2};
  const Mask agree = round(Variable<double>(halves)) == even;
  CHECK(std::all_of(agree.begin(), agree.end(), [](bool one) { return one; }));
  // A product would be 0 * inf: the slope of log where sign(x) is 0.
  CHECK(gradient([](const auto& x) { return log(sign(x)); }, 0.0).item() == 0);
}

TEST_CASE("elementwise: a NaN in relu leaves its neighbours' slopes alone") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Variable<double> slopes =
      gradient([](const auto& x) { return sum(relu(x)); }, Array<double>{2, nan, -2, 0, 3});
  CHECK(slopes[0].item() == 1);
  CHECK(std::isnan(slopes[1].item()));
  CHECK(slopes[2].item() == 0);
  CHECK(slopes[3].item() == 0);
  CHECK(slopes[4].item() == 1);
}

TEST_CASE("elementwise: activations at their ends") {
  const auto positive = [](L x) -> L { return x > 0 ? 1 : x <= 0 ? 0 : x; };
  check_both(
      "sigmoid", [](const auto& x) { return sigmoid(x); },
      [](auto v) { return static_cast<decltype(v)>(logistic(v)); },
      {logistic1, logistic2, logistic3});
  check_both(
      "softplus", [](const auto& x) { return softplus(x); },
      [](auto v) { return v > 0 ? v + std::log1p(std::exp(-v)) : std::log1p(std::exp(v)); },
      {logistic, logistic1, logistic2});
  check_both(
      "relu", [](const auto& x) { return relu(x); },
      [](auto v) { return v <= 0 ? decltype(v)(0) : v; }, {positive, zero, zero});
  check_both(
      "leaky_relu", [](const auto& x) { return leaky_relu(x); },
      [](auto v) { return v > 0 ? v : decltype(v)(0.01) * v; },
      {[](L x) -> L { return x > 0    ? 1
                             : x <= 0 ? 0.01L
                                      : x; }, zero, zero});
  check_both(
      "elu", [](const auto& x) { return elu(x); }, [](auto v) { return v > 0 ? v : std::expm1(v); },
      {[](L x) { return x > 0 ? 1 : std::exp(x); }, [](L x) { return x > 0 ? 0 : std::exp(x); },
       [](L x) { return x > 0 ? 0 : std::exp(x); }});
  check_both(
      "gelu", [](const auto& x) { return gelu(x); },
      [](auto v) { return std::abs(v) > 1e4 ? (v > 0 ? v : 0) : v * decltype(v)(below(v)); },
      {[](L x) { return below(x) + falling(x, normal(x), [](L v) { return v; }); },
       [](L x) { return falling(x, normal(x), [](L v) { return 2 - v * v; }); },
       [](L x) { return falling(x, normal(x), [](L v) { return v * v * v - 4 * v; }); }});
  check_both(
      "silu", [](const auto& x) { return silu(x); },
      [](auto v) { return std::abs(v) > 1e4 ? (v > 0 ? v : 0) : v * decltype(v)(logistic(v)); },
      {[](L x) { return logistic(x) + falling(x, logistic1(x), [](L v) { return v; }); },
       [](L x) { return 2 * logistic1(x) + falling(x, logistic2(x), [](L v) { return v; }); },
       [](L x) { return 3 * logistic2(x) + falling(x, logistic3(x), [](L v) { return v; }); }});
}

TEST_CASE("elementwise: the largest error against the standard library over all magnitudes") {
  const auto worst = [](const auto& f, const auto& exact, auto type) {
    using T = decltype(type);
    std::vector<T> at;
    for (int e = std::numeric_limits<T>::min_exponent; e < std::numeric_limits<T>::max_exponent;
         ++e)
      for (int k = 0; k < 97; ++k)
        for (const T sign : {T(-1), T(1)})
          at.push_back(sign * std::ldexp(T(1) + T(k) / T(97), e));
    const Array<T> y = f(Variable<T>(Array<T>({at.size()}, at))).value();
    double units = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      const T expected = exact(at[i]);
      if (same(y[i], expected))
        continue;
      const T unit = std::nextafter(std::abs(expected), infinity<T>) - std::abs(expected);
      units = std::max(units, static_cast<double>(std::abs(y[i] - expected) / unit));
      if (std::isnan(y[i] - expected))
        units = infinity<double>;
    }
    return units;
  };
  const auto check = [&](const std::string& name, const auto& f, const auto& exact) {
    INFO(name);
    CHECK(worst(f, exact, 1.0f) <= 4);
    CHECK(worst(f, exact, 1.0) <= 4);
  };
  check(
      "exp", [](const auto& x) { return exp(x); }, [](auto v) { return std::exp(v); });
  check(
      "expm1", [](const auto& x) { return expm1(x); }, [](auto v) { return std::expm1(v); });
  check(
      "log", [](const auto& x) { return log(abs(x)); },
      [](auto v) { return std::log(std::abs(v)); });
  check(
      "log1p", [](const auto& x) { return log1p(abs(x)); },
      [](auto v) { return std::log1p(std::abs(v)); });
  check(
      "sin", [](const auto& x) { return sin(x); }, [](auto v) { return std::sin(v); });
  check(
      "cos", [](const auto& x) { return cos(x); }, [](auto v) { return std::cos(v); });
  check(
      "tanh", [](const auto& x) { return tanh(x); }, [](auto v) { return std::tanh(v); });
  check(
      "erf", [](const auto& x) { return erf(x); }, [](auto v) { return std::erf(v); });
  check(
      "sigmoid", [](const auto& x) { return sigmoid(x); },
      [](auto v) { return static_cast<decltype(v)>(logistic(v)); });
}

} // namespace contractive::tests
