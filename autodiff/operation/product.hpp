#pragma once

#include <contractive/autodiff/operation/arithmetic.hpp>

/// Products of matrices and vectors; each is linear in either operand.
namespace contractive {

namespace detail {
/// The axes in front of matrices.
Shape batch(const Shape& shape);
/// The batches of an operand either are those of the result or repeat in order; others (an inner
/// axis of length 1) are broadcast first.
template <class T> Variable<T> in_order(const Variable<T>& x, const Shape& batches);
} // namespace detail

/// Which operands matmul() reads as their transposes (last two axes swapped); a flag for BLAS,
/// never a copy.
enum class Transpose { none, a, b, both };

/// Matrix product of a (..., m, k) and b (..., k, n), after the flagged transposes: (..., m, n).
/// Leading axes broadcast by numpy's rules. A vector is a row on the left, a column on the right,
/// and its axis is not in the result. Throws ShapeError when the inner axes differ, and for a
/// scalar.
template <class T>
Variable<T> matmul(const Variable<T>& a, const Variable<T>& b,
                   Transpose transpose = Transpose::none);
/// With a constant of another kind on one side.
template <class T>
Variable<T> matmul(const Variable<T>& a, const detail::Like<T>& b,
                   Transpose transpose = Transpose::none) {
  return matmul<T>(a, b, transpose);
}
template <class T>
Variable<T> matmul(const detail::Like<T>& a, const Variable<T>& b,
                   Transpose transpose = Transpose::none) {
  return matmul<T>(a, b, transpose);
}

/// a_i b_j along the last axes: (..., m), (..., n) -> (..., m, n); axes in front broadcast.
template <class T> Variable<T> outer(const Variable<T>& a, const Variable<T>& b);

} // namespace contractive
