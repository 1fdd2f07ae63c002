#include <contractive/autodiff/elementwise.hpp>

#include <contractive/autodiff/kernel/map.hpp>
#include <contractive/autodiff/tape.hpp>

// The S-shaped functions and what they integrate to, as in elementwise.cpp.
namespace contractive {

template <class T> using V = Variable<T>;

namespace {

// The slopes y (1 - y) of the logistic function and 1 - y^2 of tanh, each in one pass.
template <class T> V<T> logistic_slope(const V<T>& y) {
  return record("y(1-y)", kernel::map(y.value(), [](const auto& v) { return v * (T(1) - v); }),
                wrt(y, [y] { return Diagonal<T>{T(1) - T(2) * y}; }));
}
template <class T> V<T> tanh_slope(const V<T>& y) {
  return record("1-y^2", kernel::map(y.value(), [](const auto& v) { return T(1) - v * v; }),
                wrt(y, [y] { return Diagonal<T>{T(-2) * y}; }));
}

} // namespace

template <class T> V<T> tanh(const V<T>& x) {
  return record("tanh", kernel::map(x.value(), [](const auto& v) { return tanh(v); }),
                wrt(x, [](const V<T>& y) { return Diagonal<T>{tanh_slope(y)}; }));
}

template <class T> V<T> sigmoid(const V<T>& x) {
  const auto value = [](const auto& v) { return T(1) / (T(1) + exp(-v)); };
  return record("sigmoid", kernel::map(x.value(), value),
                wrt(x, [](const V<T>& y) { return Diagonal<T>{logistic_slope(y)}; }));
}

template <class T> V<T> softplus(const V<T>& x) { // max(x, 0) + log(1 + exp(-|x|))
  const auto value = [](const auto& v) {
    return max(v, decltype(v + v)(T(0))) + log1p(exp(-abs(v)));
  };
  return record("softplus", kernel::map(x.value(), value),
                wrt(x, [x] { return Diagonal<T>{sigmoid(x)}; }));
}

template <class T> V<T> erf(const V<T>& x) { // dy = 2 / sqrt(pi) exp(-x^2) dx
  return record("erf", kernel::map(x.value(), [](const auto& v) { return erf(v); }),
                wrt(x, [x] { return Diagonal<T>{T(1.1283791670955126) * exp(-square(x))}; }));
}

// clang-format off
using F = Variable<float>; using D = Variable<double>;
template F tanh(const F&);     template D tanh(const D&);
template F sigmoid(const F&);  template D sigmoid(const D&);
template F softplus(const F&); template D softplus(const D&);
template F erf(const F&);      template D erf(const D&);

} // namespace contractive
