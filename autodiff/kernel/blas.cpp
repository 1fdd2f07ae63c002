#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <contractive/autodiff/array/threads.hpp>

#include <algorithm>
#include <atomic>
#include <cblas.h>
#include <cmath>
#include <limits>

extern "C" void openblas_set_num_threads(int);
extern "C" char* openblas_get_corename();

namespace contractive::kernel {
namespace {

// c (m, n), its rows ldc apart, = op(a) op(b) over k.
struct Sizes {
  std::size_t m, n, k, lda, ldb, ldc;
  bool transpose_a, transpose_b;
};

int narrow(std::size_t length) {
  if (length > std::numeric_limits<int>::max())
    throw ShapeError("matmul: a side of ", length,
                     "; expected less than 2^31, which BLAS can count");
  return static_cast<int>(length);
}
CBLAS_TRANSPOSE flag(bool transpose) { return transpose ? CblasTrans : CblasNoTrans; }

void gemm(const Sizes& s, const float* a, const float* b, float* c) {
  cblas_sgemm(CblasRowMajor, flag(s.transpose_a), flag(s.transpose_b), narrow(s.m), narrow(s.n),
              narrow(s.k), 1, a, narrow(s.lda), b, narrow(s.ldb), 0, c, narrow(s.ldc));
}
void gemm(const Sizes& s, const double* a, const double* b, double* c) {
  cblas_dgemm(CblasRowMajor, flag(s.transpose_a), flag(s.transpose_b), narrow(s.m), narrow(s.n),
              narrow(s.k), 1, a, narrow(s.lda), b, narrow(s.ldb), 0, c, narrow(s.ldc));
}

// The upper triangle of c = alpha a^T a for a (k, n).
void syrk(std::size_t n, std::size_t k, float alpha, const float* a, float* c) {
  cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, narrow(n), narrow(k), alpha, a, narrow(n), 0,
              c, narrow(n));
}
void syrk(std::size_t n, std::size_t k, double alpha, const double* a, double* c) {
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, narrow(n), narrow(k), alpha, a, narrow(n), 0,
              c, narrow(n));
}

std::atomic<bool> host_decides{false};

// A product that is worth it becomes one part for each thread, along a side of this length.
constexpr std::size_t worthwhile = std::size_t{1} << 20; // multiply-adds
std::size_t part_length(std::size_t side, std::size_t multiply_adds) {
  const std::size_t parts = std::clamp<std::size_t>(multiply_adds / worthwhile, 1,
                                                    static_cast<std::size_t>(thread_count()));
  constexpr std::size_t tile = 16; // of BLAS' own
  return (side + parts * tile - 1) / (parts * tile) * tile;
}

} // namespace

void one_blas_thread() {
  [[maybe_unused]] static const bool once = host_decides || (openblas_set_num_threads(1), true);
}

template <class T>
Array<T> matmul(const Shape& shape, const Array<T>& a, const Array<T>& b, bool transpose_a,
                bool transpose_b) {
  const auto length = [](const Shape& s, std::size_t from_end) { return s[s.rank() - from_end]; };
  const std::size_t m = length(shape, 2), n = length(shape, 1);
  const std::size_t lda = length(a.shape(), 1), ldb = length(b.shape(), 1);
  const std::size_t k = length(a.shape(), transpose_a ? 2 : 1), each = m * n * k;
  one_blas_thread();
  return Array<T>::make(shape, [&](T* out) {
    if (each == 0) // BLAS rejects a leading dimension of 0
      return static_cast<void>(std::fill_n(out, shape.elements(), T{}));
    const std::size_t batches = shape.first(shape.rank() - 2).elements();
    // An operand with fewer batches than the result has them repeat: its missing axes lead.
    const std::size_t batches_a = a.size() / (m * k), batches_b = b.size() / (k * n);
    const bool rows = m >= n; // the longer side is shared out
    const std::size_t side = rows ? m : n, part = part_length(side, each);
    const std::size_t parts = (side + part - 1) / part;
    for_each(batches * parts, grain * each / worthwhile, [&](std::size_t task) {
      const std::size_t i = task / parts, first = task % parts * part;
      const std::size_t count = std::min(part, side - first);
      const T* left = a.data() + i % batches_a * (m * k);
      const T* right = b.data() + i % batches_b * (k * n);
      if (rows)
        gemm({count, n, k, lda, ldb, n, transpose_a, transpose_b},
             left + first * (transpose_a ? 1 : lda), right, out + (i * m + first) * n);
      else
        gemm({m, count, k, lda, ldb, n, transpose_a, transpose_b}, left,
             right + first * (transpose_b ? ldb : 1), out + i * m * n + first);
    });
  });
}

template <class T> Array<T> weighted_gram(const Array<T>& a, const Array<T>& c) {
  const std::size_t k = a.shape()[0], n = a.shape()[1];
  if (k == 0 || n == 0)
    return Array<T>::zeros({n, n});
  const auto ends = std::minmax_element(c.begin(), c.end());
  const T low = *ends.first, high = *ends.second;
  const bool uniform = low == high, one_sign = low >= 0 || high <= 0;
  const Array<T> scaled = uniform ? a : Array<T>::make(a.shape(), [&](T* out) {
    for_each(k, n, [&](std::size_t r) {
      const T factor = one_sign ? std::sqrt(std::abs(c[r])) : c[r];
      for (std::size_t i = 0; i < n; ++i)
        out[r * n + i] = factor * a[r * n + i];
    });
  });
  if (!one_sign) // no square root would do
    return matmul<T>({n, n}, scaled, a, true, false);
  const std::size_t part = part_length(k, k * n * n / 2), parts = (k + part - 1) / part;
  one_blas_thread();
  const Array<T> sums = Array<T>::make({parts, n, n}, [&](T* out) {
    const T factor = uniform ? low : high > 0 ? T(1) : T(-1);
    for_each(parts, grain, [&](std::size_t i) {
      syrk(n, std::min(part, k - i * part), factor, scaled.data() + i * part * n, out + i * n * n);
    });
  });
  return Array<T>::make({n, n}, [&, from = sums.data()](T* out) {
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i; j < n; ++j) {
        T sum = 0;
        for (std::size_t at = i * n + j; at < parts * n * n; at += n * n)
          sum += from[at];
        out[i * n + j] = out[j * n + i] = sum;
      }
  });
}

} // namespace contractive::kernel

void contractive::keep_blas_threads() { kernel::host_decides = true; }
std::string contractive::blas_core() { return openblas_get_corename(); }

// clang-format off
namespace contractive::kernel {
using namespace instances;
template AF weighted_gram(const AF&, const AF&);                    template AD weighted_gram(const AD&, const AD&);
template AF matmul(const Shape&, const AF&, const AF&, bool, bool); template AD matmul(const Shape&, const AD&, const AD&, bool, bool);

} // namespace contractive::kernel
