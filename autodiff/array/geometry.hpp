#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace contractive {

/// Python's start:stop:step on one axis; a missing bound is the axis' end in the step's direction,
/// negative ones count from the end.
struct Range {
  std::optional<std::ptrdiff_t> start{}; ///< the first position
  std::optional<std::ptrdiff_t> stop{};  ///< the first that is out of it again
  std::ptrdiff_t step = 1;               ///< negative ones go backwards; 0 is an error
};
/// How many elements lie before and after an axis' own.
struct Padding {
  std::size_t before = 0; ///< in front
  std::size_t after = 0;  ///< behind
};
} // namespace contractive

/// How elements move: each geometry describes one linear map that only copies, repeats or adds
/// elements, and by the same numbers its transpose. Axes are counted among the last ones; arrays
/// may have more in front, which are carried along. The functions below make geometries from what
/// a user asks for, and throw ShapeError, naming the shapes, when it does not fit.
namespace contractive::geometry {

/// The same elements under another shape.
struct Reshape {
  Shape from; ///< the operand's
  Shape to;   ///< the result's, of as many elements
  /// Whether it changes nothing; and the operation that it is, or that its transpose is.
  bool trivial() const { return from == to; }
  static const char* name(bool) { return "reshape"; }
};
Reshape reshape(const Shape& from, Shape to); ///< one axis may be `Shape::infer`

/// Axis i of the result is axis axes[i].
struct Permute {
  std::vector<std::size_t> axes; ///< each once
  /// Whether it changes nothing.
  bool trivial() const;
  /// All axes of an array of this rank in their new order; those in front keep their places.
  std::vector<std::size_t> order(std::size_t rank, bool transposed) const;
  /// The operation that this is, or that its transpose is.
  static const char* name(bool) { return "permute"; }
};
/// Axes in a new order. Throws ShapeError unless each is named once.
Permute permute(const Shape& from, const Axes& axes);
Permute transpose(const Shape& from); ///< of the last two axes

/// `from` repeated to `to` by numpy's rules; transposed: summed to it, for an operation of that
/// name. New axes go behind those in front.
struct Broadcast {
  Shape from;                          ///< the operand's
  Shape to;                            ///< the result's
  const char* transposed_name = "sum"; ///< a string that outlives the tape
  /// Whether it changes nothing; and the operation that it is, or that its transpose is.
  bool trivial() const { return from == to; }
  const char* name(bool transposed) const { return transposed ? transposed_name : "broadcast"; }
};
/// Throws ShapeError where numpy's rules do not lead from one to the other.
Broadcast broadcast(const Shape& from, const Shape& to);

/// Every step-th element of each axis of `whole` from `start` on, a `part`; transposed: put into
/// zeros.
struct Slice {
  Shape whole;                                         ///< what is cut
  Shape part;                                          ///< what is cut out
  std::array<std::ptrdiff_t, Shape::max_rank> start{}; ///< of each axis, where the part begins
  std::array<std::ptrdiff_t, Shape::max_rank> step{};  ///< of each axis, from one to the next
  /// Whether it changes nothing; and the operation that it is, or that its transpose is.
  bool trivial() const;
  static const char* name(bool transposed) { return transposed ? "pad" : "slice"; }
};
/// One range for each of the first axes, or of one axis alone. Throws ShapeError for more ranges
/// than axes, and for a step of 0.
Slice slice(const Shape& whole, const std::vector<Range>& ranges);
Slice slice(const Shape& whole, int axis, const Range& range);
Slice row(const Shape& whole, std::ptrdiff_t i); ///< one of the first axis
/// The part of what has more elements around it: one padding for each axis. Throws ShapeError for
/// another number of them.
Slice pad(const Shape& part, const std::vector<Padding>& paddings);
/// Where each part lies in what they are together along one axis.
std::pair<std::size_t, std::vector<Slice>> concatenate(const std::vector<Shape>& parts, int axis);

/// Elements by position along one axis; `before` and `after` differ in that axis alone. Positions
/// are (k), or (..., k, ...) like `after`. Transposed: added to where they were picked.
struct Gather {
  Shape before;      ///< what is picked from
  Shape after;       ///< what is picked
  std::size_t axis;  ///< in which they differ
  Indices positions; ///< in that axis of `before`, from 0
  /// Whether it changes nothing; and the operation that it is, or that its transpose is.
  bool trivial() const { return false; }
  static const char* name(bool transposed) { return transposed ? "scatter" : "gather"; }
};
/// Throws ShapeError where an index is outside of the axis, or shapes do not fit.
Gather gather(const Shape& before, const Indices& indices, int axis);

} // namespace contractive::geometry
