#include <contractive/autodiff/operation/elementwise.hpp>

#include <contractive/autodiff/kernel/map.hpp>
#include <contractive/autodiff/operation/record.hpp>

// Functions of one operand: each value beside its slope, whose linear map is diagonal.
namespace contractive {

template <class T> using V = Variable<T>;

namespace {

template <class T, class Slope, class F>
V<T> unary(const char* name, detail::Operand<T, Slope> x, const F& f) {
  Array<T> value = kernel::map(x.variable.value(), f);
  return record(name, std::move(value), std::move(x));
}

// The slopes y (1 - y) of the logistic function and 1 - y^2 of tanh, each in one pass.
template <class T> V<T> logistic_slope(const V<T>& y) {
  return unary("y(1-y)", wrt(y, [y] { return T(1) - T(2) * y; }),
               [](auto v) { return v * (T(1) - v); });
}
template <class T> V<T> tanh_slope(const V<T>& y) {
  return unary("1-y^2", wrt(y, [y] { return T(-2) * y; }), [](auto v) { return T(1) - v * v; });
}

} // namespace

template <class T> V<T> negate(const V<T>& x) {
  return unary("negate", wrt(x, [] { return V<T>(T(-1)); }), [](auto v) { return -v; });
}

template <class T> V<T> exp(const V<T>& x) {
  return unary("exp", wrt(x, [](const V<T>& y) { return y; }), [](auto v) { return exp(v); });
}

template <class T> V<T> log(const V<T>& x) {
  return unary("log", wrt(x, [x] { return T(1) / x; }), [](auto v) { return log(v); });
}

template <class T> V<T> log1p(const V<T>& x) {
  return unary("log1p", wrt(x, [x] { return T(1) / (T(1) + x); }), [](auto v) { return log1p(v); });
}

template <class T> V<T> expm1(const V<T>& x) { // as a slope, y + 1 would cancel for x << 0
  return unary("expm1", wrt(x, [x] { return exp(x); }), [](auto v) { return expm1(v); });
}

template <class T> V<T> sqrt(const V<T>& x) {
  return unary("sqrt", wrt(x, [](const V<T>& y) { return T(0.5) / y; }),
               [](auto v) { return sqrt(v); });
}

template <class T> V<T> square(const V<T>& x) {
  return unary("square", wrt(x, [x] { return T(2) * x; }), [](auto v) { return v * v; });
}

template <class T> V<T> abs(const V<T>& x) {
  const auto sign = [v = x.detach()] {
    const V<T> zero(T(0)), one(T(1));
    return where(v > zero, one, where(v < zero, -one, zero));
  };
  return unary("abs", wrt(x, sign), [](auto v) { return abs(v); });
}

template <class T> V<T> sin(const V<T>& x) {
  return unary("sin", wrt(x, [x] { return cos(x); }), [](auto v) { return sin(v); });
}

template <class T> V<T> cos(const V<T>& x) {
  return unary("cos", wrt(x, [x] { return -sin(x); }), [](auto v) { return cos(v); });
}

template <class T> V<T> tanh(const V<T>& x) {
  return unary("tanh", wrt(x, tanh_slope<T>), [](auto v) { return tanh(v); });
}

template <class T> V<T> sigmoid(const V<T>& x) {
  return unary("sigmoid", wrt(x, logistic_slope<T>),
               [](auto v) { return T(1) / (T(1) + exp(-v)); });
}

template <class T> V<T> softplus(const V<T>& x) { // max(x, 0) + log(1 + exp(-|x|))
  return unary("softplus", wrt(x, [x] { return sigmoid(x); }),
               [](auto v) { return max(v, decltype(v)(T(0))) + log1p(exp(-abs(v))); });
}

template <class T> V<T> erf(const V<T>& x) { // dy = 2 / sqrt(pi) exp(-x^2) dx
  const auto slope = [x] { return T(1.1283791670955126) * exp(-square(x)); };
  return unary("erf", wrt(x, slope), [](auto v) { return erf(v); });
}

// clang-format off
using namespace instances;
template VF negate(const VF&);   template VD negate(const VD&);
template VF exp(const VF&);      template VD exp(const VD&);
template VF log(const VF&);      template VD log(const VD&);
template VF log1p(const VF&);    template VD log1p(const VD&);
template VF expm1(const VF&);    template VD expm1(const VD&);
template VF sqrt(const VF&);     template VD sqrt(const VD&);
template VF square(const VF&);   template VD square(const VD&);
template VF abs(const VF&);      template VD abs(const VD&);
template VF sin(const VF&);      template VD sin(const VD&);
template VF cos(const VF&);      template VD cos(const VD&);
template VF tanh(const VF&);     template VD tanh(const VD&);
template VF sigmoid(const VF&);  template VD sigmoid(const VD&);
template VF softplus(const VF&); template VD softplus(const VD&);
template VF erf(const VF&);      template VD erf(const VD&);

} // namespace contractive
