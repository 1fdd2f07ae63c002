#pragma once

#include <contractive/autodiff/array.hpp>
#include <contractive/autodiff/geometry.hpp>

#include <array>

namespace contractive::kernel {

// reduce.cpp
/// Sums the flagged axes, each of which keeps length 1.
template <class T> Array<T> sum(const Array<T>& x, const std::array<bool, Shape::max_rank>& axes);
/// The position of the largest element along one axis, which keeps length 1.
template <class T> Indices argmax(const Array<T>& x, std::size_t axis);

// move.cpp
template <class T> Array<T> broadcast(const Array<T>& x, const Shape& shape);
template <class T> Array<T> permute(const Array<T>& x, const std::vector<std::size_t>& axes);
template <class T>
Array<T> concatenate(const Shape& shape, const std::vector<Array<T>>& parts, std::size_t axis);
template <class T> Array<T> slice(const Array<T>& x, const Cut& cut);
template <class T> Array<T> embed(const Array<T>& x, const Cut& cut);
/// x (outer, n, inner) by positions in [0, n), either (k) or (rows, k, inner) with outer a multiple
/// of rows; -> (outer, k, inner). scatter_add is the transpose.
struct Pick {
  std::size_t length, count, inner;
  Indices positions;
};
template <class T> void gather(const T* x, T* out, std::size_t outer, const Pick& pick);
template <class T> void scatter_add(const T* x, T* out, std::size_t outer, const Pick& pick);
template <class T> void unfold(const T* image, T* patches, std::size_t count, const Patches& sizes);
template <class T> void fold(const T* patches, T* image, std::size_t count, const Patches& sizes);

// blas.cpp
/// c = op(a) op(b) over matching batches; an operand of rank 2 is shared by all of them.
template <class T>
Array<T> matmul(const Shape& shape, const Array<T>& a, const Array<T>& b, bool transpose_a,
                bool transpose_b);

} // namespace contractive::kernel
