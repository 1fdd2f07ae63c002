#include "by_hand.hpp"

#include <cblas.h>
#include <cmath>
#include <vector>

extern "C" void openblas_set_num_threads(int);

namespace contractive::bench {
namespace {

constexpr int b = static_cast<int>(samples), d = 784, s = 1000;
using Buffer = std::vector<float>;

void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, const float* a, int lda,
          const float* right, int ldb, float* c) {
  cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1, a, lda, right, ldb, 0, c, n);
}

// Written once, used in every step, as a careful author would.
struct Buffers {
  Buffer h = Buffer(b * s), da = Buffer(b * s), r = Buffer(b * d), norms = Buffer(s),
         share = Buffer(s);
};

} // namespace

StepResult step_by_hand(const Case& c, float lambda) {
  static Buffers t;
  openblas_set_num_threads(
      thread_count()); // the engine has it at one, and shares out products itself
  const Start& from = start(c);
  const float *x = from.x.data(), *w = from.parameters[0].data(), *bias = from.parameters[1].data();
  const float *v = from.parameters[2].data(), *out_bias = from.parameters[3].data();
  constexpr float mean = 1.0f / b;
  double loss = 0, penalty = 0;

  gemm(CblasNoTrans, CblasNoTrans, b, s, d, x, d, w, s, t.h.data());
  std::fill(t.norms.begin(), t.norms.end(), 0.0f);
  for (int i = 0; i < d; ++i)
    for (int j = 0; j < s; ++j)
      t.norms[j] += w[i * s + j] * w[i * s + j];
  for (int i = 0; i < b; ++i)
    for (int j = 0; j < s; ++j)
      t.h[i * s + j] = 1 / (1 + std::exp(-(t.h[i * s + j] + bias[j])));
  gemm(CblasNoTrans, CblasNoTrans, b, d, s, t.h.data(), s, v, d, t.r.data());
  const Array<float> dc = Array<float>::make({d}, [&](float* sum) {
    std::fill_n(sum, d, 0.0f);
    for (int i = 0; i < b; ++i) {
      float squares = 0;
      for (int j = 0; j < d; ++j) {
        const float r = t.r[i * d + j] + out_bias[j] - x[i * d + j];
        squares += r * r;
        t.r[i * d + j] = 2 * mean * r;
        sum[j] += 2 * mean * r;
      }
      loss += mean * squares;
    }
  });
  const Array<float> dv = Array<float>::make({s, d}, [&](float* out) {
    gemm(CblasTrans, CblasNoTrans, s, d, b, t.h.data(), s, t.r.data(), d, out);
  });
  gemm(CblasNoTrans, CblasTrans, b, s, d, t.r.data(), d, v, d, t.da.data());
  std::fill(t.share.begin(), t.share.end(), 0.0f);
  const Array<float> db = Array<float>::make({s}, [&](float* sum) {
    std::fill_n(sum, s, 0.0f);
    for (int i = 0; i < b; ++i) {
      float omega = 0;
      for (int j = 0; j < s; ++j) {
        const float h = t.h[i * s + j], slope = h * (1 - h);
        omega += slope * slope * t.norms[j];
        t.share[j] += 2 * lambda * mean * slope * slope;
        float& a = t.da[i * s + j];
        a = a * slope + 2 * lambda * mean * slope * slope * (1 - 2 * h) * t.norms[j];
        sum[j] += a;
      }
      penalty += mean * omega;
    }
  });
  const Array<float> dw = Array<float>::make({d, s}, [&](float* out) {
    gemm(CblasTrans, CblasNoTrans, d, s, b, x, d, t.da.data(), s, out);
    for (int i = 0; i < d; ++i)
      for (int j = 0; j < s; ++j)
        out[i * s + j] += t.share[j] * w[i * s + j];
  });
  openblas_set_num_threads(1);
  return {static_cast<float>(loss + lambda * penalty), {dw, db, dv, dc}};
}

} // namespace contractive::bench
