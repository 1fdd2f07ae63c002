#include "autodiff/operation/operations.hpp"

#include <cmath>

namespace contractive::tests {
namespace {

// One matrix of a batch that broadcasts: (n, m) at an index in front.
Tensor matrix_at(const Tensor& x, const Shape& front) {
  return build(x.shape().last(2), [&](const Shape& i) { return at(x, front + i); });
}

// x with a x = b by Gauss' elimination, with the largest of each column as its pivot, and the
// determinant on the way.
Tensor eliminated(Tensor a, Tensor b, Real* determinant = nullptr) {
  const std::size_t n = a.shape()[0], m = b.shape()[1];
  Real product = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t top = k;
    for (std::size_t i = k + 1; i < n; ++i)
      top = std::abs(a[i * n + k]) > std::abs(a[top * n + k]) ? i : top;
    product *= top == k ? a[k * n + k] : -a[top * n + k];
    for (std::size_t j = 0; j < n; ++j)
      std::swap(a[k * n + j], a[top * n + j]);
    for (std::size_t j = 0; j < m; ++j)
      std::swap(b[k * m + j], b[top * m + j]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k)
        continue;
      const Real factor = a[i * n + k] / a[k * n + k];
      for (std::size_t j = k; j < n; ++j)
        a[i * n + j] -= factor * a[k * n + j];
      for (std::size_t j = 0; j < m; ++j)
        b[i * m + j] -= factor * b[k * m + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j)
      b[i * m + j] /= a[i * n + i];
  if (determinant)
    *determinant = product;
  return b;
}

using Read = std::function<Real(const Tensor& a, std::size_t i, std::size_t j)>;
Real two_if(bool same) { return same ? 2 : 0; }

// What the rows solve with: a matrix of elements in [-0.3, 0.3] with 2 on its diagonal is regular.
Real general(const Tensor& a, std::size_t i, std::size_t j) {
  return at(a, {i, j}) + two_if(i == j);
}
Real transposed_general(const Tensor& a, std::size_t i, std::size_t j) { return general(a, j, i); }
Real lower(const Tensor& a, std::size_t i, std::size_t j) { return i >= j ? general(a, i, j) : 0; }
Real upper_transposed(const Tensor& a, std::size_t i, std::size_t j) {
  return i >= j ? general(a, j, i) : 0;
}
Real symmetric(const Tensor& a, std::size_t i, std::size_t j) {
  return (general(a, i, j) + general(a, j, i)) / 2;
}

Tensor read_by(const Read& read, const Tensor& a) {
  return build(a.shape(), [&](const Shape& i) { return read(a, i[0], i[1]); });
}

Naive solution(const Read& read) {
  return [=](const std::vector<Tensor>& v) {
    const Shape a = v[0].shape(), b = v[1].shape();
    const Shape batch =
        detail::broadcast_shapes("naive", a.first(a.rank() - 2), b.first(b.rank() - 2));
    return build(batch + b.last(2), [&](const Shape& i) {
      const Shape front = i.first(batch.rank());
      return at(eliminated(read_by(read, matrix_at(v[0], front)), matrix_at(v[1], front)),
                i.last(2));
    });
  };
}

Tensor identity(std::size_t n) {
  return build({n, n}, [](const Shape& i) { return Real(i[0] == i[1]); });
}

Tensor log_determinants(const std::vector<Tensor>& v) {
  const Shape s = v[0].shape();
  return build(s.first(s.rank() - 2), [&](const Shape& front) {
    Real determinant = 1;
    eliminated(read_by(general, matrix_at(v[0], front)), identity(s.back()), &determinant);
    return std::log(std::abs(determinant));
  });
}

// The lower triangle L with L L' = a, column by column.
Tensor factor(const Tensor& a) {
  const std::size_t n = a.shape()[0];
  Tensor l = Tensor::zeros(a.shape());
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = j; i < n; ++i) {
      Real rest = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k)
        rest -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i == j ? std::sqrt(rest) : rest / l[j * n + j];
    }
  return l;
}

// Made regular: + 2 on the diagonal.
template <class V> auto regular(const V& a) {
  using T = std::decay_t<decltype(a.item())>;
  return a + Variable<T>(T(2)) * Variable<T>(Array<T>::eye(a.shape().back()));
}

} // namespace

// clang-format off
std::vector<Row> linear_algebra_rows() {
  const std::vector<Shapes> square{{{3, 3}}, {{1, 1}}, {{2, 2, 2}}, {{2, 1, 3, 3}}, {{0, 0}}, {{0, 2, 2}}};
  const std::vector<Shapes> systems{{{3, 3}, {3, 2}}, {{1, 1}, {1, 1}}, {{2, 2}, {3, 2, 1}}, {{2, 2, 2}, {2, 1}}, {{2, 2, 2}, {2, 2, 2}},
                                    {{2, 1, 2, 2}, {3, 2, 1}}, {{0, 0}, {0, 2}}, {{2, 2}, {2, 0}}, {{0, 2, 2}, {2, 1}}};
  const std::vector<Shapes> wrong{{{2, 3}, {2, 1}}, {{2, 2}, {3, 1}}, {{2, 2, 2}, {3, 2, 1}}};
  const std::vector<Shapes> not_square{{{2, 3}}};
  return {
  {"solve",          systems, -0.3, 0.3, [](auto& v) { return solve(regular(v[0]), v[1]); }, solution(general), wrong, {{{30, 30}, {30, 40}}}},
  {"solve a",        systems, -0.3, 0.3, [](auto& v) { return solve(regular(v[0]), v[1], Matrix::general, Transpose::a); }, solution(transposed_general), wrong},
  {"solve b",        {{{3, 3}, {2, 3}}, {{2, 2, 2}, {1, 2}}}, -0.3, 0.3, [](auto& v) { return solve(regular(v[0]), v[1], Matrix::general, Transpose::b); },
     [](auto& v) { return solution(general)({v[0], build(v[1].shape().first(v[1].rank() - 2) + Shape{v[1].shape().back(), v[1].shape()[v[1].rank() - 2]}, [&](const Shape& i) { return at(v[1], {i[1], i[0]}); })}); }, {{{2, 2}, {2, 3}}}},
  {"solve a vector", {{{3, 3}, {3}}, {{2, 2, 2}, {2}}}, -0.3, 0.3, [](auto& v) { return solve(regular(v[0]), v[1]); },
     [](auto& v) { const Tensor x = solution(general)({v[0], v[1].reshaped({v[1].size(), 1})}); return x.reshaped(x.shape().first(x.rank() - 1)); }, {{{3, 3}, {2}}}},
  {"solve lower",    systems, -0.3, 0.3, [](auto& v) { return solve(regular(v[0]), v[1], Matrix::lower); }, solution(lower), wrong},
  {"solve upper a",  systems, -0.3, 0.3, [](auto& v) { return solve(regular(v[0]), v[1], Matrix::upper, Transpose::a); }, solution(upper_transposed), wrong},
  {"solve positive", systems, -0.3, 0.3, [](auto& v) { return solve(regular(v[0]), v[1], Matrix::positive_definite); }, solution(symmetric), wrong},
  {"inverse",        square, -0.3, 0.3, [](auto& v) { return inverse(regular(v[0])); }, [](auto& v) { return solution(general)({v[0], identity(v[0].shape().back())}); }, {{{2, 3}}}},
  {"cholesky",       square, -0.3, 0.3, [](auto& v) { return cholesky(regular(v[0])); },
     [](auto& v) { return build(v[0].shape(), [&](const Shape& i) { return at(factor(read_by(symmetric, matrix_at(v[0], i.first(i.rank() - 2)))), i.last(2)); }); }, not_square, {{{2, 20, 20}}}},
  {"slogdet",        square, -0.3, 0.3, [](auto& v) { return slogdet(regular(v[0])).second; }, log_determinants, not_square},
  };
}
// clang-format on

} // namespace contractive::tests
