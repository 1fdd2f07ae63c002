#include <contractive/autodiff/autodiff.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

// The ends of each function's domain and range, in both types: values within 4 units in the last
// place of the standard library's, derivatives to order 3 within 16 epsilon of the exact ones'
// size near by.
namespace contractive::tests {
namespace {

template <class T> constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T> constexpr T nan = std::numeric_limits<T>::quiet_NaN();

template <class T> std::vector<T> ends() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> all{T(0)};
  for (const T x : {Limits::denorm_min(), Limits::min() / 3, Limits::min(), Limits::max() / 3,
                    Limits::max(), infinity<T>})
    all.push_back(x);
  const std::size_t positive = all.size();
  for (std::size_t i = 0; i < positive; ++i)
    all.push_back(-all[i]);
  all.push_back(nan<T>);
  return all;
}

template <class T> using Function = std::function<Variable<T>(const Variable<T>&)>;

// f and its derivatives to order 3 at x.
template <class T> std::vector<T> derivatives(const Function<T>& f, T x) {
  std::vector<T> result{f(Variable<T>(x)).item()};
  Function<T> g = f;
  for (int order = 1; order <= 3; ++order) {
    g = [g](const Variable<T>& v) { return gradient(g, v); };
    result.push_back(g(Variable<T>(x)).item());
  }
  return result;
}

using Reference = std::function<long double(long double)>;
using Derivatives = std::vector<Reference>; // of orders 1 to 3

template <class T> bool same(T a, T b) { return a == b || (std::isnan(a) && std::isnan(b)); }

template <class T>
void check_ends(const std::string& name, const Function<T>& f, const std::function<T(T)>& value,
                const Derivatives& exact) {
  for (const T x : ends<T>()) {
    const std::vector<T> found = derivatives<T>(f, x);
    const T expected = value(x);
    INFO(name << " of " << (sizeof(T) == 4 ? "float " : "double ") << x << ": " << found[0] << ", "
              << found[1] << ", " << found[2] << ", " << found[3] << "; expected " << expected);
    const T unit = std::nextafter(std::abs(expected), infinity<T>) - std::abs(expected);
    CHECK((same(found[0], expected) || std::abs(found[0] - expected) <= 4 * unit));
    for (std::size_t k = 1; k <= 3; ++k) {
      const T at = static_cast<T>(exact[k - 1](static_cast<long double>(x)));
      INFO("order " << k << ", expected " << at);
      if (same(found[k], at))
        continue;
      long double size = std::abs(static_cast<long double>(at));
      if (std::abs(x) < 1e6) // beyond, x - 1 and x + 1 are x
        for (int i = -8; i <= 8; ++i) {
          const long double near = std::abs(exact[k - 1](static_cast<long double>(x) + i / 8.0L));
          size = std::isfinite(near) ? std::max(size, near) : size;
        }
      CHECK(std::abs(static_cast<long double>(found[k]) - at) <=
            16 * std::numeric_limits<T>::epsilon() * size);
    }
  }
}

// Of a function in both types.
template <class F, class G>
void check_both(const std::string& name, const F& f, const G& value, const Derivatives& exact) {
  check_ends<float>(name, f, value, exact);
  check_ends<double>(name, f, value, exact);
}

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

TEST_CASE("elementwise: powers with a number at their ends") {
  const auto power = [](double p) {
    Derivatives exact;
    double factor = 1;
    for (int order = 1; order <= 3; ++order) {
      factor *= p - order + 1;
      exact.push_back(
          [=](L x) -> L { return factor == 0 ? 0 : factor * std::pow(x, L(p - order)); });
    }
    check_both(
        "pow", [p](const auto& x) { return pow(x, p); },
        [p](auto v) { return std::pow(v, static_cast<decltype(v)>(p)); }, exact);
  };
  for (const double p : {-1.0, 0.0, 0.5, 1.0, 2.0, 3.0})
    power(p);
}

TEST_CASE("elementwise: atan2 in all quadrants, far out, and at the origin") {
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

TEST_CASE("elementwise: masks are compared and joined") {
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

TEST_CASE("elementwise: where() and a slope that is infinite on the side not chosen") {
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

TEST_CASE("elementwise: of several NaN in a column, max takes the first") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Array<double> x({4, 2}, {1, 5, nan, 4, 3, nan, nan, nan});
  const Indices first = argmax(x, 0);
  CHECK(first[0] == 1);
  CHECK(first[1] == 2);
  CHECK(argmax(Variable<double>(x)).item() == 2);
}

TEST_CASE("elementwise: infinite and missing numbers pass through reductions") {
  using V = Variable<double>;
  using A = Array<double>;
  const auto slopes = [](const A& x) {
    const A g = gradient([](const V& v) { return logsumexp(v); }, V(x)).value();
    return std::vector<double>(g.begin(), g.end());
  };
  constexpr double inf = infinity<double>;
  CHECK(slopes({-inf, -inf}) == std::vector<double>{0.5, 0.5});
  CHECK(slopes({inf, 0}) == std::vector<double>{1, 0});
  CHECK(slopes({-inf, 3}) == std::vector<double>{0, 1});
  CHECK(logsumexp(V(A{inf, 0})).item() == inf);
  CHECK(logsumexp(V(A{-inf, -inf})).item() == -inf);
  CHECK(softmax(V(A{inf, 0})).value()[0] == 1);
  CHECK(log_softmax(V(A{inf, 0})).value()[1] == -inf);
  CHECK(std::isnan(logsumexp(V(A{nan<double>, 0})).item()));
  CHECK(mean(V(A::ones({49}))).item() == 1);
  CHECK(average_pool2d(V(A::ones({7, 7, 1})), {7, 7, 7, 0}).item() == 1);
}

} // namespace contractive::tests
