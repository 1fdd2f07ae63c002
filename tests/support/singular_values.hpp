#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace contractive::tests {

/// The singular values of sample b of Jacobians (B, s, d), the largest first: one-sided Jacobi
/// rotations, which make columns orthogonal, in long double.
inline std::vector<double> singular_values(const Array<double>& jacobians, std::size_t b) {
  const std::size_t s = jacobians.shape()[1], d = jacobians.shape()[2];
  std::vector<std::vector<long double>> columns(d, std::vector<long double>(s));
  for (std::size_t j = 0; j < s; ++j)
    for (std::size_t i = 0; i < d; ++i)
      columns[i][j] = jacobians[(b * s + j) * d + i];
  const auto dot = [&](std::size_t p, std::size_t q) {
    long double sum = 0;
    for (std::size_t j = 0; j < s; ++j)
      sum += columns[p][j] * columns[q][j];
    return sum;
  };
  for (int sweep = 0; sweep < 30; ++sweep)
    for (std::size_t p = 0; p < d; ++p)
      for (std::size_t q = p + 1; q < d; ++q) {
        const long double a = dot(p, p), c = dot(p, q), e = dot(q, q);
        if (c == 0)
          continue;
        const long double angle = std::atan2(2 * c, a - e) / 2;
        const long double cosine = std::cos(angle), sine = std::sin(angle);
        for (std::size_t j = 0; j < s; ++j) {
          const long double left = columns[p][j], right = columns[q][j];
          columns[p][j] = cosine * left + sine * right;
          columns[q][j] = cosine * right - sine * left;
        }
      }
  std::vector<double> values;
  for (std::size_t i = 0; i < d; ++i)
    values.push_back(static_cast<double>(std::sqrt(dot(i, i))));
  std::sort(values.rbegin(), values.rend());
  return values;
}

} // namespace contractive::tests
