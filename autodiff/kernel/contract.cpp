#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <algorithm>

namespace contractive::kernel {
namespace {

// out += factor * a * b
template <class T> void add_products(T* out, T factor, const T* a, const T* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    out[i] += factor * a[i] * b[i];
}

} // namespace

template <class T> Array<T> row_dot(const Array<T>& a, const Array<T>& b) {
  const std::size_t n = a.shape().back();
  const Shape rows = a.shape().first(a.rank() - 1);
  return Array<T>::make(rows, [&](T* out) {
    for_each(rows.elements(), n, [&](std::size_t r) {
      out[r] = sum_of<T>(n, [&](std::size_t i) { return a[r * n + i] * b[r * n + i]; });
    });
  });
}

template <class T> Array<T> sandwich(std::size_t omitted, const std::array<Array<T>, 4>& operands) {
  const T *g = operands[Sandwich::rows].data(), *d = operands[Sandwich::left].data(),
          *w = operands[Sandwich::matrix].data(), *e = operands[Sandwich::right].data();
  const Shape& one = operands[omitted == Sandwich::left ? Sandwich::rows : Sandwich::left]
                         .shape(); // begins with (K, B)
  const std::size_t rows = one[0], samples = one[1];
  const std::size_t n =
      operands[omitted == Sandwich::right ? Sandwich::matrix : Sandwich::right].shape()[1];
  switch (omitted) {
  case Sandwich::rows: // d_kb w_ki e_bi
    return Array<T>::make({rows, samples, n}, [&](T* out) {
      for_each(rows * samples, n, [&](std::size_t r) {
        const T *a = w + r / samples * n, *b = e + r % samples * n, factor = d[r];
        for (std::size_t i = 0; i < n; ++i)
          out[r * n + i] = factor * a[i] * b[i];
      });
    });
  case Sandwich::left: // dots over i
    return Array<T>::make({rows, samples}, [&](T* out) {
      for_each(rows * samples, n, [&](std::size_t r) {
        const T *a = g + r * n, *b = w + r / samples * n, *c = e + r % samples * n;
        out[r] = sum_of<T>(n, [&](std::size_t i) { return a[i] * b[i] * c[i]; });
      });
    });
  case Sandwich::matrix: // sums over samples
    return Array<T>::make({rows, n}, [&](T* out) {
      for_each(rows, samples * n, [&](std::size_t k) {
        std::fill_n(out + k * n, n, T{});
        for (std::size_t b = 0; b < samples; ++b)
          add_products(out + k * n, d[k * samples + b], g + (k * samples + b) * n, e + b * n, n);
      });
    });
  default: // sums over rows
    return Array<T>::make({samples, n}, [&](T* out) {
      for_each(samples, rows * n, [&](std::size_t b) {
        std::fill_n(out + b * n, n, T{});
        for (std::size_t k = 0; k < rows; ++k)
          add_products(out + b * n, d[k * samples + b], g + (k * samples + b) * n, w + k * n, n);
      });
    });
  }
}

// clang-format off
using namespace instances;
template AF row_dot(const AF&, const AF&);                   template AD row_dot(const AD&, const AD&);
template AF sandwich(std::size_t, const std::array<AF, 4>&); template AD sandwich(std::size_t, const std::array<AD, 4>&);

} // namespace contractive::kernel
