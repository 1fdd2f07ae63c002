#pragma once

#include <contractive/autodiff/array/array.hpp>
#include <contractive/autodiff/array/geometry.hpp>

#include <array>
#include <vector>

namespace contractive::kernel {

// reduce.cpp
/// The elementwise product of at most four factors that are broadcast against each other, summed
/// down to `to`: an axis of length 1 there is summed, in a fixed tree.
template <class T> Array<T> sum_of_products(std::vector<Array<T>> factors, const Shape& to);
/// The position of the largest element along one axis, which keeps length 1.
template <class T> Indices argmax(const Array<T>& x, std::size_t axis);

// convolve.cpp
/// Filters that move over a framed image, and the grid of their outputs.
struct Filters {
  Shape image;  ///< (h, w, c)
  Shape weight; ///< (kh, kw, c, o)
  Shape grid;   ///< (oh, ow, o)
  std::size_t stride;
};
struct Convolution {
  enum Operand : std::size_t { images, weight, outputs };
};
/// The form <x * w, y> of images x (..., h, w, c), filters w and outputs y (..., oh, ow, o),
/// without one of them: an array of its shape. Operands are in the order of the enumeration.
template <class T>
Array<T> convolve(std::size_t omitted, const Filters& f, const std::array<Array<T>, 3>& operands);

// move.cpp: a geometry applied to x, or its transpose; axes in front are carried along.
template <class T> Array<T> move(const geometry::Reshape& g, const Array<T>& x, bool transposed);
template <class T> Array<T> move(const geometry::Permute& g, const Array<T>& x, bool transposed);
template <class T> Array<T> move(const geometry::Broadcast& g, const Array<T>& x, bool transposed);
/// Transposed, what lies around the slice is filled.
template <class T>
Array<T> move(const geometry::Slice& g, const Array<T>& x, bool transposed, T around = T(0));
template <class T> Array<T> move(const geometry::Gather& g, const Array<T>& x, bool transposed);
template <class T>
Array<T> concatenate(const Shape& shape, const std::vector<Array<T>>& parts, std::size_t axis);

// linear_algebra.cpp: square matrices, in batches
/// One triangle of a matrix, with ones on its diagonal or not, or its transpose.
struct Triangle {
  bool lower, unit = false, transposed = false;
};
/// Matrices as products of triangles, all kept in `values`, and of exchanges of neighbours.
template <class T> struct Factors {
  Array<T> values;
  std::vector<Triangle> triangles;
  Indices
      pivots{}; ///< the row that each row was exchanged with, in turn; none where there are none
};
/// These throw Error, naming the operation, the sample and the pivot that fails.
template <class T> Factors<T> lu(const char* operation, const Array<T>& a);
template <class T> Array<T> cholesky(const char* operation, const Array<T>& a);
template <class T> Factors<T> triangular(const char* operation, const Array<T>& a, bool lower);
/// Of each matrix' exchanges: 1 or -1.
template <class T> Array<T> parity(const Factors<T>& f);
/// x of this shape with a x = b, or a^T x = b; fewer matrices, or right sides, repeat.
template <class T>
Array<T> solve(const Factors<T>& f, const Shape& shape, const Array<T>& b, bool transposed);

// blas.cpp
/// Before every call of BLAS or LAPACK. Products are shared out by the pool that runs every other
/// loop: threads of OpenBLAS' own would wait for the next product at those loops' expense.
void one_blas_thread();
/// c = op(a) op(b) over matching batches; an operand of rank 2 is shared by all of them.
template <class T>
Array<T> matmul(const Shape& shape, const Array<T>& a, const Array<T>& b, bool transpose_a,
                bool transpose_b);
/// a^T diag(c) a for a (k, n) and c (k): symmetric.
template <class T> Array<T> weighted_gram(const Array<T>& a, const Array<T>& c);

} // namespace contractive::kernel
