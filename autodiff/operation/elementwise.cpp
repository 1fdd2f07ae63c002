#include <contractive/autodiff/operation/elementwise.hpp>

#include <contractive/autodiff/kernel/map.hpp>
#include <contractive/autodiff/operation/record.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

// Functions of one operand: each value beside its slope, whose linear map is diagonal.
namespace contractive {

template <class T> using V = Variable<T>;

// Beside xsimd's functions of batches, those of scalars: f(v) is either.
using std::acos, std::asin, std::atan, std::cos, std::cosh, std::erf, std::erfc, std::exp,
    std::expm1, std::floor, std::log, std::nearbyint, std::sin, std::sinh, std::tan;

namespace {

// f(x): on batches all of it, or where they are `inside`, and elsewhere by f, or g, on scalars.
template <class T, class Rule, class F>
V<T> unary(const char* name, detail::Operand<T, Rule> x, const F& f) {
  Array<T> value = kernel::map(x.variable.value(), f);
  return record(name, std::move(value), std::move(x));
}
template <class T, class Rule, class F, class Inside, class G>
V<T> unary(const char* name, detail::Operand<T, Rule> x, const F& f, Inside inside, const G& g) {
  Array<T> value = kernel::map(x.variable.value(), f, inside, g);
  return record(name, std::move(value), std::move(x));
}
template <class T, class Rule, class F, class Inside>
V<T> unary(const char* name, detail::Operand<T, Rule> x, const F& f, Inside inside) {
  return unary(name, std::move(x), f, inside, f);
}

// Where xsimd serves: between limits, and nowhere where it is too far off.
template <class T> struct Between {
  T low, high;
  template <class V> auto operator()(const V& v) const { return v >= low && v <= high; }
};
template <class T> constexpr Between<T> nowhere{1, -1};
// Where exp() neither overflows nor becomes subnormal.
template <class T> constexpr T exponent = sizeof(T) == 4 ? T(87) : T(708);
template <class T> constexpr T infinity = std::numeric_limits<T>::infinity();

// The slopes y (1 - y) of the logistic function and 1 - y^2 of tanh, each in one pass.
template <class T> V<T> logistic_slope(const V<T>& y) {
  return unary("y(1-y)", wrt(y, [y] { return T(1) - T(2) * y; }),
               [](auto v) { return v * (T(1) - v); });
}
template <class T> V<T> one_minus_square(const V<T>& y) {
  return unary("1-y^2", wrt(y, [y] { return T(-2) * y; }),
               [](auto v) { return (T(1) - v) * (T(1) + v); });
}
// That of erf, 2 / sqrt(pi) exp(-x^2). Beyond 30 the exponential is 0; its own slope there, -2 x 0,
// would be NaN for an infinite x.
template <class T> V<T> bell(const V<T>& x) {
  return T(1.1283791670955126) * exp(-square(clip(x, -30, 30)));
}

// The slope of x where x > 0, else s x; of NaN, NaN.
template <class T> V<T> kink(const V<T>& v, T s) {
  return where(v > T(0), T(1), where(v <= T(0), V<T>(s), v));
}

// The rule of a function of steps: 0 times whatever comes is 0.
template <class T> Select<T> flat() { return {Mask(false)}; }

} // namespace

template <class T> V<T> negate(const V<T>& x) {
  return unary("negate", wrt(x, [] { return V<T>(T(-1)); }), [](auto v) { return -v; });
}

template <class T> V<T> exp(const V<T>& x) {
  return unary(
      "exp", wrt(x, [](const V<T>& y) { return y; }), [](auto v) { return exp(v); },
      Between<T>{-exponent<T>, exponent<T>});
}

template <class T> V<T> log(const V<T>& x) {
  return unary(
      "log", wrt(x, [x] { return T(1) / x; }), [](auto v) { return log(v); },
      Between<T>{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()});
}

template <class T> V<T> log1p(const V<T>& x) {
  return unary("log1p", wrt(x, [x] { return T(1) / (T(1) + x); }), [](auto v) { return log1p(v); });
}

template <class T> V<T> expm1(const V<T>& x) { // as a slope, y + 1 would cancel for x << 0
  return unary(
      "expm1", wrt(x, [x] { return exp(x); }), [](auto v) { return expm1(v); },
      Between<T>{-infinity<T>, exponent<T>});
}

template <class T> V<T> sqrt(const V<T>& x) {
  return unary("sqrt", wrt(x, [](const V<T>& y) { return T(0.5) / y; }),
               [](auto v) { return sqrt(v); });
}

template <class T> V<T> square(V<T> x) {
  return unary("square", wrt(x, [x] { return T(2) * x; }), [](auto v) { return v * v; });
}

template <class T> V<T> pow(const V<T>& x, double p) {
  if (p == 2)
    return square(x);
  const auto slope = [=] { return p == 0 ? V<T>(T(0)) : static_cast<T>(p) * pow(x, p - 1); };
  return unary(
      "pow", wrt(x, slope), [](auto v) { return v; }, nowhere<T>,
      [p = static_cast<T>(p)](T v) { return std::pow(v, p); });
}

template <class T> V<T> abs(const V<T>& x) {
  return unary("abs", wrt(x, [v = x.detach()] { return sign(v); }), [](auto v) { return abs(v); });
}

template <class T> V<T> sin(const V<T>& x) {
  return unary(
      "sin", wrt(x, [x] { return cos(x); }), [](auto v) { return sin(v); },
      Between<T>{T(-1e4), T(1e4)});
}

template <class T> V<T> cos(const V<T>& x) {
  return unary(
      "cos", wrt(x, [x] { return -sin(x); }), [](auto v) { return cos(v); },
      Between<T>{T(-1e4), T(1e4)});
}

template <class T> V<T> tan(const V<T>& x) {
  return unary(
      "tan", wrt(x, [](const V<T>& y) { return T(1) + square(y); }), [](auto v) { return tan(v); },
      Between<T>{T(-1e4), T(1e4)});
}

template <class T> V<T> asin(const V<T>& x) {
  return unary(
      "asin", wrt(x, [x] { return T(1) / sqrt(one_minus_square(x)); }),
      [](auto v) { return asin(v); }, Between<T>{-1, 1});
}

template <class T> V<T> acos(const V<T>& x) {
  return unary(
      "acos", wrt(x, [x] { return T(-1) / sqrt(one_minus_square(x)); }),
      [](auto v) { return acos(v); }, Between<T>{-1, 1});
}

template <class T> V<T> atan(const V<T>& x) {
  const auto slope = [x] { // whose square would overflow for a large x
    const V<T> end(T(1) / std::sqrt(std::numeric_limits<T>::min()));
    const V<T> z = minimum(maximum(x, -end), end);
    return where(abs(x.detach()) > end, T(0), T(1) / (T(1) + square(z)));
  };
  return unary("atan", wrt(x, slope), [](auto v) { return atan(v); });
}

template <class T> V<T> sinh(const V<T>& x) {
  return unary(
      "sinh", wrt(x, [x] { return cosh(x); }), [](auto v) { return sinh(v); },
      Between<T>{-exponent<T>, exponent<T>});
}

template <class T> V<T> cosh(const V<T>& x) {
  return unary(
      "cosh", wrt(x, [x] { return sinh(x); }), [](auto v) { return cosh(v); },
      Between<T>{-exponent<T>, exponent<T>});
}

template <class T> V<T> tanh(const V<T>& x) {
  return unary("tanh", wrt(x, one_minus_square<T>), [](auto v) { return tanh(v); });
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

// xsimd is up to 23 units off for doubles, and so for erfc.
template <class T> V<T> erf(const V<T>& x) {
  return unary(
      "erf", wrt(x, [x] { return bell(x); }), [](auto v) { return erf(v); },
      sizeof(T) == 4 ? Between<T>{-10, 10} : nowhere<T>);
}

template <class T> V<T> erfc(const V<T>& x) {
  return unary(
      "erfc", wrt(x, [x] { return -bell(x); }), [](auto v) { return v; }, nowhere<T>,
      [](T v) { return std::erfc(v); });
}

template <class T> V<T> sign(const V<T>& x) { // 0 and NaN are their own
  return unary("sign", wrt(x, flat<T>), [](auto v) {
    using Batch = decltype(v);
    return select(v > T(0), Batch(T(1)), select(v < T(0), Batch(T(-1)), v));
  });
}

template <class T> V<T> floor(const V<T>& x) {
  return unary("floor", wrt(x, flat<T>), [](auto v) { return floor(v); });
}

template <class T> V<T> round(const V<T>& x) {
  return unary("round", wrt(x, flat<T>), [](auto v) { return nearbyint(v); });
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
CONTRACTIVE_UNARY(softplus) CONTRACTIVE_UNARY(relu) CONTRACTIVE_UNARY(tan) CONTRACTIVE_UNARY(asin)
CONTRACTIVE_UNARY(acos) CONTRACTIVE_UNARY(atan) CONTRACTIVE_UNARY(sinh) CONTRACTIVE_UNARY(cosh)
CONTRACTIVE_UNARY(erfc) CONTRACTIVE_UNARY(sign) CONTRACTIVE_UNARY(floor) CONTRACTIVE_UNARY(round)
template VF square(VF);                    template VD square(VD);
template VF pow(const VF&, double);        template VD pow(const VD&, double);
template VF leaky_relu(const VF&, double); template VD leaky_relu(const VD&, double);

} // namespace contractive
