#pragma once

#include <adolc/adolc.h>

#include <memory>
#include <vector>

/// ADOL-C's drivers on vectors. A function takes and returns a vector of numbers of any one type.
namespace contractive::bench::adolc {

using Values = std::vector<double>;

/// A matrix as the drivers want it: rows of pointers, zero at first.
class Matrix {
public:
  Matrix(std::size_t rows, std::size_t columns) : values_(rows * columns) {
    for (std::size_t i = 0; i < rows; ++i)
      rows_.push_back(values_.data() + i * columns);
  }
  double* operator[](std::size_t i) { return rows_[i]; }
  operator double**() { return rows_.data(); }

private:
  Values values_;
  std::vector<double*> rows_;
};

/// Records f at x on the tape `tag`, whose last contents are lost. With `keep`, the values that
/// fos_reverse() needs are kept, which spares it a sweep forward.
template <class F> void record(short tag, const F& f, const Values& x, bool keep) {
  trace_on(tag, keep);
  std::vector<adouble> at(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    at[i] <<= x[i];
  double value;
  for (adouble& y : f(at))
    y >>= value;
  trace_off();
}

/// The gradient of the recorded scalar function.
inline Values gradient(short tag, const Values& x, bool kept) {
  const int n = static_cast<int>(x.size());
  Values result(x.size());
  double y, one = 1;
  if (!kept)
    zos_forward(tag, 1, n, 1, x.data(), &y);
  fos_reverse(tag, 1, n, &one, result.data());
  return result;
}

/// The Hessian of the recorded scalar function: all columns in one sweep, by hessian2(). One sweep
/// for each, by hessian(), took 2.9 times as long for 20 variables.
inline Values hessian(short tag, Values x) {
  const std::size_t n = x.size();
  Matrix lower(n, n);
  ::hessian2(tag, static_cast<int>(n), x.data(), lower);
  Values result;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      result.push_back(i < j ? lower[j][i] : lower[i][j]);
  return result;
}

/// H v of the recorded scalar function.
inline Values hvp(short tag, Values x, Values v) {
  Values result(x.size());
  ::hess_vec(tag, static_cast<int>(x.size()), x.data(), v.data(), result.data());
  return result;
}

/// Adds to result[0] the norm ||dh/dx||_F^2 of the recorded h of m units at z, which holds the d
/// numbers of x and then the parameters; and to the rest the norm's gradient in these. With v_k the
/// row of unit k, the gradient of |v_k|^2 is 2 d2h_k/dz dx v_k: one sweep forward along v_k and one
/// of second order back. Rows, since there are fewer of them than columns.
inline void add_penalty(short tag, std::size_t m, std::size_t d, const Values& z, Values& result) {
  const int units = static_cast<int>(m), n = static_cast<int>(z.size());
  Values h(m), along(m);
  Matrix eye(m, m), rows(m, z.size()), second(z.size(), 2);
  for (std::size_t k = 0; k < m; ++k)
    eye[k][k] = 1;
  zos_forward(tag, units, n, 1, z.data(), h.data());
  fov_reverse(tag, units, n, units, eye, rows);
  for (std::size_t k = 0; k < m; ++k) {
    Values v(z.size());
    for (std::size_t i = 0; i < d; ++i) {
      v[i] = rows[k][i];
      result[0] += v[i] * v[i];
    }
    fos_forward(tag, units, n, 2, z.data(), v.data(), h.data(), along.data());
    hos_reverse(tag, units, n, 1, eye[k], second);
    for (std::size_t i = d; i < z.size(); ++i)
      result[1 + i - d] += 2 * second[i][1];
  }
}

} // namespace contractive::bench::adolc
