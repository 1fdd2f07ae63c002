#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <algorithm>
#include <xtensor-blas/xblas.hpp>
#include <xtensor-blas/xlapack.hpp>

// By LAPACK, which reads columns where our matrices have rows: it factors a^T = P L U, so that
// a = U^T L^T P^T. xtensor-blas' own linalg::solve copies both operands to columns, and factors
// anew for every right side.
namespace contractive::kernel {
namespace {

using Int = xt::blas_index_t;

// f(i, a_i) factors a copy of each matrix; LAPACK counts the pivot that fails from 1. Of several
// samples that fail, the first is named.
template <class T, class F>
Array<T> factor(const char* operation, const Array<T>& a, const char* fault, const char* expected,
                const F& f) {
  const std::size_t n = a.shape().back(), each = n * n, count = n ? a.size() / each : 0;
  std::vector<Int> failed(count);
  one_blas_thread();
  const Array<T> result = Array<T>::make(a.shape(), [&](T* out) {
    for_each(count, each * n, [&](std::size_t i) {
      std::copy_n(a.data() + i * each, each, out + i * each);
      failed[i] = f(i, static_cast<Int>(n), out + i * each);
    });
  });
  for (std::size_t i = 0; i < count; ++i)
    if (failed[i] != 0)
      throw Error(operation, ": a ", a.shape(), ", sample ", i, ": pivot ", failed[i] - 1, " ",
                  fault, "; expected ", expected);
  return result;
}

constexpr const char *is_zero = "is 0", *invertible = "matrices that can be inverted";

} // namespace

template <class T> Factors<T> lu(const char* operation, const Array<T>& a) {
  const std::size_t n = a.shape().back();
  Array<T> values;
  const Indices pivots = Indices::make(a.shape().first(a.rank() - 1), [&](std::int64_t* out) {
    values = factor(operation, a, is_zero, invertible, [&](std::size_t i, Int length, T* at) {
      std::vector<Int> rows(n);
      const Int info = cxxlapack::getrf<Int>(length, length, at, length, rows.data());
      std::transform(rows.begin(), rows.end(), out + i * n, [](Int row) { return row - 1; });
      return info;
    });
  });
  return {values, {{true}, {false, true}}, pivots};
}

template <class T> Array<T> cholesky(const char* operation, const Array<T>& a) {
  return factor(operation, a, "is not above 0", "positive definite matrices",
                [](std::size_t, Int n, T* at) {
                  const Int info = cxxlapack::potrf<Int>('U', n, at, n);
                  for (Int i = 0; i < n; ++i)
                    std::fill(at + i * n + i + 1, at + (i + 1) * n, T(0));
                  return info;
                });
}

template <class T> Factors<T> triangular(const char* operation, const Array<T>& a, bool lower) {
  const auto first_zero = [](std::size_t, Int n, const T* at) {
    for (Int i = 0; i < n; ++i)
      if (at[i * (n + 1)] == 0)
        return i + 1;
    return Int(0);
  };
  return {factor(operation, a, is_zero, invertible, first_zero), {{lower}}, {}};
}

template <class T> Array<T> parity(const Factors<T>& f) {
  const std::size_t n = f.values.shape().back();
  return Array<T>::make(f.values.shape().first(f.values.rank() - 2), [&](T* out) {
    for (std::size_t i = 0; i < (n ? f.values.size() / (n * n) : 0); ++i) {
      out[i] = 1;
      for (std::size_t k = 0; k < n; ++k)
        out[i] *= f.pivots[i * n + k] == static_cast<std::int64_t>(k) ? T(1) : T(-1);
    }
  });
}

template <class T>
Array<T> solve(const Factors<T>& f, const Shape& shape, const Array<T>& b, bool transposed) {
  const Shape sides = shape.last(2);
  const std::size_t n = sides[0], m = sides[1], each = n * m;
  if (shape.elements() == 0)
    return Array<T>::zeros(shape);
  const std::size_t matrices = f.values.size() / (n * n), sources = b.size() / each;
  one_blas_thread();
  return Array<T>::make(shape, [&](T* out) {
    for_each(shape.elements() / each, each * n, [&](std::size_t i) {
      T* const x = out + i * each;
      const std::size_t matrix = i % matrices;
      std::copy_n(b.data() + i % sources * each, each, x);
      const auto divide = [&](const Triangle& t) {
        cxxblas::trsm<Int>(
            cxxblas::RowMajor, cxxblas::Left, t.lower ? cxxblas::Lower : cxxblas::Upper,
            t.transposed != transposed ? cxxblas::Trans : cxxblas::NoTrans,
            t.unit ? cxxblas::Unit : cxxblas::NonUnit, static_cast<Int>(n), static_cast<Int>(m),
            T(1), f.values.data() + matrix * n * n, static_cast<Int>(n), x, static_cast<Int>(m));
      };
      const auto exchange = [&](std::size_t k) {
        const auto other = static_cast<std::size_t>(f.pivots[matrix * n + k]);
        if (other != k)
          std::swap_ranges(x + k * m, x + (k + 1) * m, x + other * m);
      };
      const std::size_t exchanges = f.pivots.size() ? n : 0;
      if (transposed) {
        for (std::size_t k = 0; k < exchanges; ++k)
          exchange(k);
        std::for_each(f.triangles.rbegin(), f.triangles.rend(), divide);
      } else {
        std::for_each(f.triangles.begin(), f.triangles.end(), divide);
        for (std::size_t k = exchanges; k-- > 0;)
          exchange(k);
      }
    });
  });
}

// clang-format off
using namespace instances;
template Factors<float> lu(const char*, const AF&);               template Factors<double> lu(const char*, const AD&);
template AF cholesky(const char*, const AF&);                     template AD cholesky(const char*, const AD&);
template Factors<float> triangular(const char*, const AF&, bool); template Factors<double> triangular(const char*, const AD&, bool);
template AF parity(const Factors<float>&);                        template AD parity(const Factors<double>&);
template AF solve(const Factors<float>&, const Shape&, const AF&, bool); template AD solve(const Factors<double>&, const Shape&, const AD&, bool);

} // namespace contractive::kernel
