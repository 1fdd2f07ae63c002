#include <contractive/autodiff/operation/arithmetic.hpp>

#include <contractive/autodiff/kernel/map.hpp>
#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/record.hpp>

#include <cmath>

// Where an operand broadcasts, as `wrt` says, record() makes an entry of its own for that.
namespace contractive {

template <class T> using V = Variable<T>;

namespace {

template <class T, class F, class RuleA, class RuleB>
V<T> binary(const char* name, const V<T>& a, const V<T>& b, const F& f, RuleA rule_a,
            RuleB rule_b) {
  const Shape shape = detail::broadcast_shapes(name, a.shape(), b.shape());
  return record(name, kernel::combine<T>(shape, a.value(), b.value(), f),
                wrt(a, shape, std::move(rule_a)), wrt(b, shape, std::move(rule_b)));
}

template <class T, class F>
Mask compare(const char* name, const Array<T>& a, const Array<T>& b, const F& f) {
  return kernel::combine<bool>(detail::broadcast_shapes(name, a.shape(), b.shape()), a, b, f);
}

template <class T> V<T> selected(const char* name, const Mask& mask, const V<T>& a, const V<T>& b) {
  const Shape shape = detail::broadcast_shapes(
      name, mask.shape(), detail::broadcast_shapes(name, a.shape(), b.shape()));
  return record(name, kernel::select(shape, mask, a.value(), b.value()),
                wrt(a, shape, [mask] { return Select<T>{mask}; }),
                wrt(b, shape, [mask] { return Select<T>{logical_not(mask)}; }));
}

// v, but 1 where it is 0: for a factor that is 0 there, and would meet an infinity or NaN.
template <class T> V<T> nonzero(const V<T>& v) {
  return where(equal<T>(v.value(), T(0)), V<T>(T(1)), v);
}

} // namespace

template <class T> V<T> add(const V<T>& a, const V<T>& b) {
  const auto rule = [] { return Identity<T>{}; };
  return binary(
      "add", a, b, [](T x, T y) { return x + y; }, rule, rule);
}

template <class T> V<T> subtract(const V<T>& a, const V<T>& b) {
  return binary(
      "subtract", a, b, [](T x, T y) { return x - y; }, [] { return Identity<T>{}; },
      [] { return Diagonal<T>{T(-1)}; });
}

template <class T> V<T> multiply(const V<T>& a, const V<T>& b) {
  return binary(
      "multiply", a, b, [](T x, T y) { return x * y; }, [b] { return Diagonal<T>{b}; },
      [a] { return Diagonal<T>{a}; });
}

template <class T> V<T> divide(const V<T>& a, const V<T>& b) { // dy = da / b - y/b db
  return binary(
      "divide", a, b, [](T x, T y) { return x / y; }, [b] { return Diagonal<T>{T(1) / b}; },
      [b](const V<T>& y) { return Diagonal<T>{-(y / b)}; });
}

template <class T> V<T> pow(const V<T>& a, const V<T>& b) { // dy = b a^(b-1) da + y log(a) db
  return binary(
      "pow", a, b, [](T x, T y) { return std::pow(x, y); },
      [=] { return Diagonal<T>{b * pow(a, nonzero(b) - T(1))}; },
      [=](const V<T>& y) { return Diagonal<T>{y * log(nonzero(a))}; });
}

// (x dy - y dx) / (x^2 + y^2), each divided by their size, whose square may not be finite.
template <class T> V<T> atan2(const V<T>& y, const V<T>& x) {
  const auto slope = [=](const V<T>& v) {
    const V<T> size = nonzero(maximum(abs(x), abs(y)).detach());
    return Diagonal<T>{v / size / nonzero(square(x / size) + square(y / size)) / size};
  };
  return binary(
      "atan2", y, x, [](T a, T b) { return std::atan2(a, b); }, [=] { return slope(x); },
      [=] { return slope(-y); });
}

template <class T> V<T> maximum(const V<T>& a, const V<T>& b) {
  const auto first = [](T x, T y) { return x >= y || std::isnan(x); };
  return selected("maximum", compare("maximum", a.value(), b.value(), first), a, b);
}

template <class T> V<T> minimum(const V<T>& a, const V<T>& b) {
  const auto first = [](T x, T y) { return x <= y || std::isnan(x); };
  return selected("minimum", compare("minimum", a.value(), b.value(), first), a, b);
}

template <class T> V<T> where(const Mask& mask, const V<T>& a, const V<T>& b) {
  return selected("where", mask, a, b);
}

template <class T> Mask less(const Array<T>& a, const Array<T>& b) {
  return compare("less", a, b, [](T x, T y) { return x < y; });
}
template <class T> Mask less_equal(const Array<T>& a, const Array<T>& b) {
  return compare("less_equal", a, b, [](T x, T y) { return x <= y; });
}
template <class T> Mask equal(const Array<T>& a, const Array<T>& b) {
  return compare("equal", a, b, [](T x, T y) { return x == y; });
}
template <class T> Mask not_equal(const Array<T>& a, const Array<T>& b) {
  return compare("not_equal", a, b, [](T x, T y) { return x != y; });
}
Mask logical_and(const Mask& a, const Mask& b) {
  return compare("logical_and", a, b, [](bool x, bool y) { return x && y; });
}
Mask logical_or(const Mask& a, const Mask& b) {
  return compare("logical_or", a, b, [](bool x, bool y) { return x || y; });
}
Mask logical_not(const Mask& mask) {
  return Mask::make(mask.shape(), [&](bool* out) {
    std::transform(mask.begin(), mask.end(), out, [](bool m) { return !m; });
  });
}

// clang-format off
using namespace instances;
template VF add(const VF&, const VF&);                template VD add(const VD&, const VD&);
template VF subtract(const VF&, const VF&);           template VD subtract(const VD&, const VD&);
template VF multiply(const VF&, const VF&);           template VD multiply(const VD&, const VD&);
template VF divide(const VF&, const VF&);             template VD divide(const VD&, const VD&);
template VF pow(const VF&, const VF&);                template VD pow(const VD&, const VD&);
template VF atan2(const VF&, const VF&);              template VD atan2(const VD&, const VD&);
template VF maximum(const VF&, const VF&);            template VD maximum(const VD&, const VD&);
template VF minimum(const VF&, const VF&);            template VD minimum(const VD&, const VD&);
template VF where(const Mask&, const VF&, const VF&); template VD where(const Mask&, const VD&, const VD&);
template Mask less(const AF&, const AF&);             template Mask less(const AD&, const AD&);
template Mask less_equal(const AF&, const AF&);       template Mask less_equal(const AD&, const AD&);
template Mask equal(const AF&, const AF&);            template Mask equal(const AD&, const AD&);
template Mask not_equal(const AF&, const AF&);        template Mask not_equal(const AD&, const AD&);

} // namespace contractive
