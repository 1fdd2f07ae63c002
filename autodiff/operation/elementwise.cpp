#include <contractive/autodiff/operation/elementwise.hpp>

#include <contractive/autodiff/kernel/map.hpp>
#include <contractive/autodiff/operation/record.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

// Functions of one operand: each value beside its slope, whose linear map is diagonal.
namespace contractive {

template <class T> using V = Variable<T>;

namespace {

// By f; or by f where xsimd serves v between limits, and by the standard library beyond them.
template <class T, class Slope, class... F>
V<T> unary(const char* name, detail::Operand<T, Slope> x, const F&... f) {
  Array<T> value = kernel::map(x.variable.value(), f...);
  return record(name, std::move(value), std::move(x));
}

template <class T> struct Between {
  T low, high;
  template <class V> auto operator()(const V& v) const { return v >= low && v <= high; }
};
// Where exp() neither overflows nor becomes subnormal.
template <class T> constexpr T exponent = sizeof(T) == 4 ? T(87) : T(708);
template <class T> constexpr T infinity = std::numeric_limits<T>::infinity();

// The slopes y (1 - y) of the logistic function and 1 - y^2 of tanh, each in one pass.
template <class T> V<T> logistic_slope(const V<T>& y) {
  return unary("y(1-y)", wrt(y, [y] { return T(1) - T(2) * y; }),
               [](auto v) { return v * (T(1) - v); });
}
template <class T> V<T> tanh_slope(const V<T>& y) {
  return unary("1-y^2", wrt(y, [y] { return T(-2) * y; }), [](auto v) { return T(1) - v * v; });
}

// The slope of x where x > 0, else s x; of NaN, NaN.
template <class T> V<T> kink(const V<T>& v, T s) {
  return where(v > T(0), T(1), where(v <= T(0), V<T>(s), v));
}

} // namespace

template <class T> V<T> negate(const V<T>& x) {
  return unary("negate", wrt(x, [] { return V<T>(T(-1)); }), [](auto v) { return -v; });
}

template <class T> V<T> exp(const V<T>& x) {
  return unary(
      "exp", wrt(x, [](const V<T>& y) { return y; }), [](auto v) { return exp(v); },
      Between<T>{-exponent<T>, exponent<T>}, [](T v) { return std::exp(v); });
}

template <class T> V<T> log(const V<T>& x) {
  return unary(
      "log", wrt(x, [x] { return T(1) / x; }), [](auto v) { return log(v); },
      Between<T>{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()},
      [](T v) { return std::log(v); });
}

template <class T> V<T> log1p(const V<T>& x) {
  return unary("log1p", wrt(x, [x] { return T(1) / (T(1) + x); }), [](auto v) { return log1p(v); });
}

template <class T> V<T> expm1(const V<T>& x) { // as a slope, y + 1 would cancel for x << 0
  return unary(
      "expm1", wrt(x, [x] { return exp(x); }), [](auto v) { return expm1(v); },
      Between<T>{-infinity<T>, exponent<T>}, [](T v) { return std::expm1(v); });
}

template <class T> V<T> sqrt(const V<T>& x) {
  return unary("sqrt", wrt(x, [](const V<T>& y) { return T(0.5) / y; }),
               [](auto v) { return sqrt(v); });
}

template <class T> V<T> square(V<T> x) {
  return unary("square", wrt(x, [x] { return T(2) * x; }), [](auto v) { return v * v; });
}

template <class T> V<T> abs(const V<T>& x) {
  const auto sign = [v = x.detach()] { // 0 and NaN are their own
    return where(v > T(0), T(1), where(v < T(0), T(-1), v));
  };
  return unary("abs", wrt(x, sign), [](auto v) { return abs(v); });
}

template <class T> V<T> sin(const V<T>& x) {
  return unary(
      "sin", wrt(x, [x] { return cos(x); }), [](auto v) { return sin(v); },
      Between<T>{T(-1e4), T(1e4)}, [](T v) { return std::sin(v); });
}

template <class T> V<T> cos(const V<T>& x) {
  return unary(
      "cos", wrt(x, [x] { return -sin(x); }), [](auto v) { return cos(v); },
      Between<T>{T(-1e4), T(1e4)}, [](T v) { return std::cos(v); });
}

template <class T> V<T> tanh(const V<T>& x) {
  return unary("tanh", wrt(x, tanh_slope<T>), [](auto v) { return tanh(v); });
}

template <class T> V<T> sigmoid(const V<T>& x) {
  return unary(
      "sigmoid", wrt(x, logistic_slope<T>), [](auto v) { return T(1) / (T(1) + exp(-v)); },
      Between<T>{-exponent<T>, infinity<T>},
      [](T v) { return std::exp(v) / (T(1) + std::exp(v)); });
}

template <class T> V<T> softplus(const V<T>& x) { // max(x, 0) + log(1 + exp(-|x|))
  return unary(
      "softplus", wrt(x, [x] { return sigmoid(x); }),
      [](auto v) { return max(v, decltype(v)(T(0))) + log1p(exp(-abs(v))); },
      Between<T>{-exponent<T>, exponent<T>},
      [](T v) { return v > 0 ? v : std::log1p(std::exp(v)); }); // NaN is NaN
}

// dy = 2 / sqrt(pi) exp(-x^2) dx. Beyond 30 the exponential is 0; its own slope there, -2 x 0,
// would be NaN for an infinite x.
template <class T> V<T> erf(const V<T>& x) {
  const auto slope = [x] { return T(1.1283791670955126) * exp(-square(clip(x, -30, 30))); };
  // xsimd is up to 23 units off for doubles, so they take the standard library's: nothing is
  // inside.
  constexpr auto inside = sizeof(T) == 4 ? Between<T>{-10, 10} : Between<T>{1, -1};
  return unary(
      "erf", wrt(x, slope), [](auto v) { return erf(v); }, inside, [](T v) { return std::erf(v); });
}

template <class T> V<T> leaky_relu(const V<T>& x, double below) {
  const T s = static_cast<T>(below);
  return unary("leaky_relu", wrt(x, [x, s] { return kink(x.detach(), s); }),
               [s](auto v) { return select(v > T(0), v, s * v); });
}

// It selects, as 0 times an infinite tangent is NaN; only where x has a NaN, it multiplies.
template <class T> V<T> relu(const V<T>& x) {
  const auto rule = [x]() -> LinearMap<T> {
    const Array<T>& v = x.value();
    if (std::any_of(v.begin(), v.end(), [](T e) { return std::isnan(e); }))
      return kink(x.detach(), T(0));
    return Select<T>{x > T(0)};
  };
  return unary("relu", wrt(x, rule),
               [](auto v) { return select(v <= T(0), decltype(v)(T(0)), v); });
}

// clang-format off
using namespace instances;
#define CONTRACTIVE_UNARY(f) template VF f(const VF&); template VD f(const VD&);
CONTRACTIVE_UNARY(negate) CONTRACTIVE_UNARY(exp) CONTRACTIVE_UNARY(log) CONTRACTIVE_UNARY(log1p)
CONTRACTIVE_UNARY(expm1) CONTRACTIVE_UNARY(sqrt) CONTRACTIVE_UNARY(abs) CONTRACTIVE_UNARY(erf)
CONTRACTIVE_UNARY(sin) CONTRACTIVE_UNARY(cos) CONTRACTIVE_UNARY(tanh) CONTRACTIVE_UNARY(sigmoid)
CONTRACTIVE_UNARY(softplus) CONTRACTIVE_UNARY(relu)
template VF square(VF);                    template VD square(VD);
template VF leaky_relu(const VF&, double); template VD leaky_relu(const VD&, double);

} // namespace contractive
