#pragma once

#include <contractive/autodiff/jacobian/path.hpp>

/// What a Jacobian's sweep carries: dh/dv for a value v on the way, as much of its structure as is
/// known. It starts as the identity at h itself.
namespace contractive {

/// What is known of a block without its numbers. It is diag(d) op(w) diag(e), with one matrix w for
/// all samples; of d, w and e those that are absent are 1, and d is there with w alone. Where
/// nothing is known, its rows stand one by one.
struct Form {
  bool d = false, w = false, e = false, rows = false;
  const void* matrix = nullptr; ///< tells w from others
  bool transpose_w = false;

  /// Forms by what is there: all that decides what becomes of one.
  static constexpr std::size_t count = 9;
  std::size_t index() const { return rows ? 8 : 4U * d + 2U * w + e; }
  static Form of(std::size_t index) {
    return {index < 8 && (index & 4U), index < 8 && (index & 2U), index < 8 && (index & 1U),
            index == 8};
  }
};

/// The form that is left behind one more map, which leads by its transpose from `here`, where the
/// block has this form. `edge` names the product of two matrices.
template <class T>
Form passed(const Form& form, const LinearMap<T>& map, const void* edge, const Shape& here,
            const Label& label);
/// The form of the sum of two blocks: both have the same w, or none, or nothing is known.
Form joined(const Form& a, const Form& b);

/// A form and its numbers. d broadcasts to (B, s) and e to the value's shape, which is (B, n) where
/// there is a w; op(w) is (s, n); rows are (K, v.shape), for those K that the sweep was asked for.
template <class T> struct Block {
  Form form;
  Variable<T> d{T(1)}, w, e{T(1)}, rows;
};

/// Some rows of every sample's Jacobian.
struct Rows {
  std::size_t first = 0, count = 0;
};

/// A part of a path, from one value that all of it crosses to another, and which way to sweep it.
/// Forward, blocks are transposed: row k is the derivative by element k of the value at the bottom.
struct Segment {
  Position bottom, top;
  bool forward = false;
  /// Where the sweep begins, and where it ends.
  Position begin() const { return forward ? bottom : top; }
  Position end() const { return forward ? top : bottom; }
};

/// One sweep over the segment: `pass(map, edge, here, there, c)` carries c through a map's
/// transpose, and `add(there, a, b)` joins what meets.
template <class T, class C, class Pass, class Add>
C sweep_segment(const Path<T>& path, const Segment& segment, C start, const Pass& pass,
                const Add& add) {
  const Span<T> span(path.tape(), {segment.bottom}, {segment.top});
  Slots<T, C> slots(span);
  slots[segment.begin()] = std::move(start);
  sweep(
      path.tape(), span, slots, segment.forward,
      [&](Position here, std::size_t e, Position there, const C& c) {
        if (segment.forward)
          return pass(path.map(e).transpose(), e, here, there, c);
        return pass(path.map(e), e, here, there, c);
      },
      add, [&](Position p) { return p == segment.bottom; });
  return std::move(*slots[segment.end()]);
}

/// The segment's Jacobian, as a block; where nothing is known of it, `rows` alone.
template <class T>
Block<T> sweep_block(const Path<T>& path, const Segment& segment, const Rows& rows);

/// The same as rows, in any case: (k, B, n).
template <class T>
Variable<T> sweep_rows(const Path<T>& path, const Segment& segment, const Rows& rows);

} // namespace contractive
