#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <algorithm>
#include <cblas.h>
#include <cmath>

namespace contractive::kernel {
namespace {

struct Sizes {
  int m, n, k, lda, ldb;
  CBLAS_TRANSPOSE a, b;
};

void gemm(const Sizes& s, const float* a, const float* b, float* c) {
  cblas_sgemm(CblasRowMajor, s.a, s.b, s.m, s.n, s.k, 1, a, s.lda, b, s.ldb, 0, c, s.n);
}
void gemm(const Sizes& s, const double* a, const double* b, double* c) {
  cblas_dgemm(CblasRowMajor, s.a, s.b, s.m, s.n, s.k, 1, a, s.lda, b, s.ldb, 0, c, s.n);
}

// The upper triangle of c = alpha a^T a for a (k, n).
void syrk(int n, int k, float alpha, const float* a, float* c) {
  cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, n, k, alpha, a, n, 0, c, n);
}
void syrk(int n, int k, double alpha, const double* a, double* c) {
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, k, alpha, a, n, 0, c, n);
}

} // namespace

template <class T>
Array<T> matmul(const Shape& shape, const Array<T>& a, const Array<T>& b, bool transpose_a,
                bool transpose_b) {
  const auto length = [](const Shape& s, std::size_t from_end) {
    return static_cast<int>(s[s.rank() - from_end]);
  };
  const int m = length(shape, 2), n = length(shape, 1), k = length(a.shape(), transpose_a ? 2 : 1);
  const Sizes sizes{m,
                    n,
                    k,
                    length(a.shape(), 1),
                    length(b.shape(), 1),
                    transpose_a ? CblasTrans : CblasNoTrans,
                    transpose_b ? CblasTrans : CblasNoTrans};
  const auto step = [](int rows, int columns) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  };
  return Array<T>::make(shape, [&](T* out) {
    if (k == 0 || shape.elements() == 0) // BLAS rejects a leading dimension of 0
      return static_cast<void>(std::fill_n(out, shape.elements(), T{}));
    const std::size_t batches = shape.first(shape.rank() - 2).elements();
    // An operand with fewer batches than the result has them repeat: its missing axes lead.
    const std::size_t batches_a = a.size() / step(m, k), batches_b = b.size() / step(k, n);
    for (std::size_t i = 0; i < batches; ++i)
      gemm(sizes, a.data() + i % batches_a * step(m, k), b.data() + i % batches_b * step(k, n),
           out + i * step(m, n));
  });
}

template <class T> Array<T> weighted_gram(const Array<T>& a, const Array<T>& c) {
  const std::size_t k = a.shape()[0], n = a.shape()[1];
  if (k == 0 || n == 0)
    return Array<T>::zeros({n, n});
  const auto [low, high] = std::minmax_element(c.begin(), c.end());
  const bool uniform = *low == *high, one_sign = *low >= 0 || *high <= 0;
  const Array<T> scaled = uniform ? a : Array<T>::make(a.shape(), [&](T* out) {
    for_chunks(k, std::max<std::size_t>(1, grain / n), [&](std::size_t begin, std::size_t end) {
      for (std::size_t r = begin; r < end; ++r) {
        const T factor = one_sign ? std::sqrt(std::abs(c[r])) : c[r];
        for (std::size_t i = 0; i < n; ++i)
          out[r * n + i] = factor * a[r * n + i];
      }
    });
  });
  if (!one_sign) // no square root would do
    return matmul<T>({n, n}, scaled, a, true, false);
  return Array<T>::make({n, n}, [&](T* out) {
    const T factor = uniform ? *low : *high > 0 ? T(1) : T(-1);
    syrk(static_cast<int>(n), static_cast<int>(k), factor, scaled.data(), out);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i; j < n; ++j)
        out[j * n + i] = out[i * n + j];
  });
}

template Array<float> weighted_gram(const Array<float>&, const Array<float>&);
template Array<double> weighted_gram(const Array<double>&, const Array<double>&);
template Array<float> matmul(const Shape&, const Array<float>&, const Array<float>&, bool, bool);
template Array<double> matmul(const Shape&, const Array<double>&, const Array<double>&, bool, bool);

} // namespace contractive::kernel
