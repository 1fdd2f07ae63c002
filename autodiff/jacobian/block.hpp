#pragma once

#include <contractive/autodiff/jacobian/path.hpp>

#include <variant>

/// What a Jacobian's sweep carries: dh/dv for a value v on the way, as much of its structure as is
/// known. Seeds are lazy: h itself starts as the identity, not as a one-hot block.
namespace contractive {

/// Rows of every sample's Jacobian that are formed at once where the block is dense.
struct Rows {
  std::size_t first = 0, count = 0;
};

/// dh/dv = I, element by element.
struct IdentityBlock {};
/// dh/dv = diag(d), d broadcasts to v.
template <class T> struct DiagonalBlock { Variable<T> d; };
/// dh_b/dv_b = diag(d_b) op(w) diag(e_b) for v (B, n): w is shared by all samples, (s, n) after the
/// flagged transpose; d broadcasts to (B, s), e to (B, n).
template <class T> struct SandwichBlock {
  Variable<T> d, w, e;
  bool transpose_w;
};
/// Rows of dh/dv one by one: (K, v.shape).
template <class T> struct DenseBlock { Variable<T> rows; };

template <class T>
using Block = std::variant<IdentityBlock, DiagonalBlock<T>, SandwichBlock<T>, DenseBlock<T>>;

/// A part of a path, from one value that all of it crosses to another, and which way to sweep it.
/// Forward, blocks are transposed: row k is the derivative by element k of the value at the bottom.
struct Segment {
  Position bottom, top;
  bool forward = false;
  /// Where the sweep begins, and where it ends.
  Position begin() const { return forward ? bottom : top; }
  Position end() const { return forward ? top : bottom; }
};

/// What dense rows cost: multiply-adds, and elements that are written.
struct Cost {
  double multiply_adds = 0, elements = 0;
  /// In multiply-adds: a pass over memory takes as long as some 32 of them for each element.
  double total() const { return multiply_adds + 32 * elements; }
  friend Cost operator+(const Cost& a, const Cost& b) {
    return {a.multiply_adds + b.multiply_adds, a.elements + b.elements};
  }
  friend Cost operator*(double rows, const Cost& c) {
    return {rows * c.multiply_adds, rows * c.elements};
  }
};

/// The segment's Jacobian by one sweep; dense only where no structure is left, and then for `rows`
/// alone. `per_row`, if given, is increased by what one dense row costs: a sweep of no rows
/// computes nothing and tells what it would do.
template <class T>
Block<T> sweep_blocks(Path<T>& path, const Segment& segment, const Rows& rows,
                      Cost* per_row = nullptr);

/// The same block at a value of this shape and label, row by row.
template <class T>
Variable<T> dense_rows(const Block<T>& block, const Shape& shape, const Label& label,
                       const Rows& rows);

} // namespace contractive
