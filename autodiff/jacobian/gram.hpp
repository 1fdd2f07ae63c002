#pragma once

#include <contractive/autodiff/tape/variable.hpp>

/// Contractions whose gradient shares what their value computed: matmul's own rules would form a
/// third product where two are enough.
namespace contractive {

/// X^T X, of columns, or X X^T, of rows.
enum class GramOf { columns, rows };
/// The same for each sample: x (B, k, n) -> (B, n, n) or (B, k, k).
template <class T> Variable<T> gram(const Variable<T>& x, GramOf of);

/// <a_i, M a_i> for each row of a (..., n) with a symmetric m (n, n): (...). For P = A M, which the
/// value computes, the derivative in A is 2 P, and in M it is A^T diag(c) A, a weighted_gram.
template <class T> Variable<T> row_dot_symmetric(const Variable<T>& a, const Variable<T>& m);

/// A^T diag(c) A for a (..., n) and one weight c (...) per row: (n, n), by BLAS' symmetric rank-k
/// update, which is half the work of a product.
template <class T> Variable<T> weighted_gram(const Variable<T>& a, const Variable<T>& c);

} // namespace contractive
