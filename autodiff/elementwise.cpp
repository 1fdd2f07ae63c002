#include <contractive/autodiff/elementwise.hpp>

#include <contractive/autodiff/kernel/map.hpp>
#include <contractive/autodiff/tape.hpp>

// Functions of one operand: each value beside its linear map. All maps are diagonal.
namespace contractive {

template <class T> using V = Variable<T>;

template <class T> V<T> negate(const V<T>& x) {
  return record("negate", kernel::map(x.value(), [](const auto& v) { return -v; }),
                wrt(x, [] { return Diagonal<T>{T(-1)}; }));
}

template <class T> V<T> exp(const V<T>& x) {
  return record("exp", kernel::map(x.value(), [](const auto& v) { return exp(v); }),
                wrt(x, [](const V<T>& y) { return Diagonal<T>{y}; }));
}

template <class T> V<T> log(const V<T>& x) {
  return record("log", kernel::map(x.value(), [](const auto& v) { return log(v); }),
                wrt(x, [x] { return Diagonal<T>{T(1) / x}; }));
}

template <class T> V<T> log1p(const V<T>& x) {
  return record("log1p", kernel::map(x.value(), [](const auto& v) { return log1p(v); }),
                wrt(x, [x] { return Diagonal<T>{T(1) / (T(1) + x)}; }));
}

template <class T> V<T> expm1(const V<T>& x) { // as a derivative, y + 1 would cancel for x << 0
  return record("expm1", kernel::map(x.value(), [](const auto& v) { return expm1(v); }),
                wrt(x, [x] { return Diagonal<T>{exp(x)}; }));
}

template <class T> V<T> sqrt(const V<T>& x) {
  return record("sqrt", kernel::map(x.value(), [](const auto& v) { return sqrt(v); }),
                wrt(x, [](const V<T>& y) { return Diagonal<T>{T(0.5) / y}; }));
}

template <class T> V<T> square(const V<T>& x) {
  return record("square", kernel::map(x.value(), [](const auto& v) { return v * v; }),
                wrt(x, [x] { return Diagonal<T>{T(2) * x}; }));
}

template <class T> V<T> abs(const V<T>& x) {
  return record("abs", kernel::map(x.value(), [](const auto& v) { return abs(v); }),
                wrt(x, [v = x.detach()] {
                  const V<T> zero(T(0)), one(T(1));
                  return Diagonal<T>{where(v > zero, one, where(v < zero, -one, zero))};
                }));
}

template <class T> V<T> sin(const V<T>& x) {
  return record("sin", kernel::map(x.value(), [](const auto& v) { return sin(v); }),
                wrt(x, [x] { return Diagonal<T>{cos(x)}; }));
}

template <class T> V<T> cos(const V<T>& x) {
  return record("cos", kernel::map(x.value(), [](const auto& v) { return cos(v); }),
                wrt(x, [x] { return Diagonal<T>{-sin(x)}; }));
}

// clang-format off
using F = Variable<float>; using D = Variable<double>;
template F negate(const F&);   template D negate(const D&);
template F exp(const F&);      template D exp(const D&);
template F log(const F&);      template D log(const D&);
template F log1p(const F&);    template D log1p(const D&);
template F expm1(const F&);    template D expm1(const D&);
template F sqrt(const F&);     template D sqrt(const D&);
template F square(const F&);   template D square(const D&);
template F abs(const F&);      template D abs(const D&);
template F sin(const F&);      template D sin(const D&);
template F cos(const F&);      template D cos(const D&);

} // namespace contractive
