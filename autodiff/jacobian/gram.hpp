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

/// Rows (..., n...) times d (n...), elementwise. The derivative in d, a sum over rows, is taken in
/// the pass that multiplies.
template <class T> Variable<T> scale_rows(const Variable<T>& rows, const Variable<T>& d);

/// Rows d_kb w_ki e_bi, for d (K, B), w (K, n) and e (B, n): (K, B, n). The form that is linear in
/// each of d, w, e and a cotangent gives every derivative as another member of its family, each of
/// them one pass over the block.
template <class T>
Variable<T> sandwich(const Variable<T>& d, const Variable<T>& w, const Variable<T>& e);

} // namespace contractive
