#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::kernel {
namespace {

// One row: each operand either moves by one element or stands still, which is told to the compiler,
// so that all four loops are vectorised.
template <bool MoveA, bool MoveB, class Out, class A, class B, class F>
void row(Out* out, const A* a, const B* b, std::size_t n, const F& f) {
  for (std::size_t i = 0; i < n; ++i)
    out[i] = f(a[MoveA ? i : 0], b[MoveB ? i : 0]);
}

template <class Out, class T, class F>
Array<Out> combine(const Shape& shape, const Array<T>& a, const Array<T>& b, const F& f) {
  if (shape.elements() == 1) // a scalar, maybe under a longer shape
    return Array<Out>::make(shape, [&](Out* out) { *out = f(*a.data(), *b.data()); });
  const auto loop = broadcast_loop(shape, a.shape(), b.shape());
  return Array<Out>::make(shape, [&](Out* out) {
    loop.run([&](const auto& at, std::size_t n, const auto& step) {
      Out* const to = out + at[0];
      const T *const left = a.data() + at[1], *const right = b.data() + at[2];
      if (step[1] && step[2])
        row<true, true>(to, left, right, n, f);
      else if (step[1])
        row<true, false>(to, left, right, n, f);
      else if (step[2])
        row<false, true>(to, left, right, n, f);
      else
        row<false, false>(to, left, right, n, f);
    });
  });
}

} // namespace

template <class T> Array<T> add(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<T>(shape, a, b, [](T x, T y) { return x + y; });
}
template <class T> Array<T> subtract(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<T>(shape, a, b, [](T x, T y) { return x - y; });
}
template <class T> Array<T> multiply(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<T>(shape, a, b, [](T x, T y) { return x * y; });
}
template <class T> Array<T> divide(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<T>(shape, a, b, [](T x, T y) { return x / y; });
}
template <class T> Array<T> power(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<T>(shape, a, b, [](T x, T y) { return std::pow(x, y); });
}
template <class T> Mask less(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<bool>(shape, a, b, [](T x, T y) { return x < y; });
}
template <class T> Mask less_equal(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<bool>(shape, a, b, [](T x, T y) { return x <= y; });
}
template <class T> Mask equal(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<bool>(shape, a, b, [](T x, T y) { return x == y; });
}
template <class T> Mask not_below(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<bool>(shape, a, b, [](T x, T y) { return x >= y || std::isnan(x); });
}
template <class T> Mask not_above(const Shape& shape, const Array<T>& a, const Array<T>& b) {
  return combine<bool>(shape, a, b, [](T x, T y) { return x <= y || std::isnan(x); });
}

template <class T>
Array<T> where(const Shape& shape, const Mask& mask, const Array<T>& a, const Array<T>& b) {
  const auto loop = broadcast_loop(shape, mask.shape(), a.shape(), b.shape());
  return Array<T>::make(shape, [&](T* out) {
    loop.run([&](const auto& at, std::size_t n, const auto& step) {
      const bool* m = mask.data() + at[1];
      const T *left = a.data() + at[2], *right = b.data() + at[3];
      for (std::size_t i = 0; i < n; ++i, m += step[1], left += step[2], right += step[3])
        out[at[0] + static_cast<std::ptrdiff_t>(i)] = *m ? *left : *right;
    });
  });
}

Mask logical_not(const Mask& mask) {
  return Mask::make(mask.shape(), [&](bool* out) {
    std::transform(mask.begin(), mask.end(), out, [](bool m) { return !m; });
  });
}

template Array<float> add(const Shape&, const Array<float>&, const Array<float>&);
template Array<float> subtract(const Shape&, const Array<float>&, const Array<float>&);
template Array<float> multiply(const Shape&, const Array<float>&, const Array<float>&);
template Array<float> divide(const Shape&, const Array<float>&, const Array<float>&);
template Array<float> power(const Shape&, const Array<float>&, const Array<float>&);
template Mask less(const Shape&, const Array<float>&, const Array<float>&);
template Mask less_equal(const Shape&, const Array<float>&, const Array<float>&);
template Mask equal(const Shape&, const Array<float>&, const Array<float>&);
template Mask not_below(const Shape&, const Array<float>&, const Array<float>&);
template Mask not_above(const Shape&, const Array<float>&, const Array<float>&);
template Array<float> where(const Shape&, const Mask&, const Array<float>&, const Array<float>&);
template Array<double> add(const Shape&, const Array<double>&, const Array<double>&);
template Array<double> subtract(const Shape&, const Array<double>&, const Array<double>&);
template Array<double> multiply(const Shape&, const Array<double>&, const Array<double>&);
template Array<double> divide(const Shape&, const Array<double>&, const Array<double>&);
template Array<double> power(const Shape&, const Array<double>&, const Array<double>&);
template Mask less(const Shape&, const Array<double>&, const Array<double>&);
template Mask less_equal(const Shape&, const Array<double>&, const Array<double>&);
template Mask equal(const Shape&, const Array<double>&, const Array<double>&);
template Mask not_below(const Shape&, const Array<double>&, const Array<double>&);
template Mask not_above(const Shape&, const Array<double>&, const Array<double>&);
template Array<double> where(const Shape&, const Mask&, const Array<double>&, const Array<double>&);

} // namespace contractive::kernel
