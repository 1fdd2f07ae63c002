#pragma once

#include <contractive/autodiff/operation/product.hpp>

#include <utility>

/// Linear algebra on matrices (the last two axes), by LAPACK. Axes in front are a batch, and
/// broadcast by numpy's rules. All throw ShapeError when shapes do not fit, and Error, naming the
/// sample and the pivot, for a matrix that is singular or not positive definite.
namespace contractive {

/// How solve() reads a matrix: all of it, one triangle, or its symmetric part (a + a^T) / 2.
enum class Matrix { general, lower, upper, positive_definite };

/// x with a x = b, or a^T x = b by the flag: a (..., n, n), b (..., n, m), or (n) for one vector.
/// The matrix is factored once, for derivatives of all orders too: dx = a^-1 (db - da x). Of a
/// triangle or symmetric part, the derivative in a is 0 outside, or symmetric.
template <class T>
Variable<T> solve(const Variable<T>& a, const Variable<T>& b, Matrix kind = Matrix::general,
                  Transpose transpose = Transpose::none);
template <class T>
Variable<T> solve(const Variable<T>& a, const detail::Like<T>& b, Matrix kind = Matrix::general,
                  Transpose transpose = Transpose::none) {
  return solve<T>(a, b, kind, transpose);
}
template <class T>
Variable<T> solve(const detail::Like<T>& a, const Variable<T>& b, Matrix kind = Matrix::general,
                  Transpose transpose = Transpose::none) {
  return solve<T>(a, b, kind, transpose);
}
/// solve(a, identity). To multiply by it, solve().
template <class T> Variable<T> inverse(const Variable<T>& a, Matrix kind = Matrix::general) {
  return solve<T>(a, Array<T>::eye(a.shape().back()), kind);
}

/// The lower triangle L with L L^T = (a + a^T) / 2. Murray, arXiv:1602.07527, has its derivatives;
/// what comes back to a is symmetric.
template <class T> Variable<T> cholesky(const Variable<T>& a);

/// The sign of each determinant, a constant, and log |det a|, whose derivative is a^-T: (..., n, n)
/// -> (...). Throws for a singular matrix, where that is infinite.
template <class T> std::pair<Array<T>, Variable<T>> slogdet(const Variable<T>& a);

} // namespace contractive
