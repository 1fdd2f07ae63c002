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
  std::optional<std::ptrdiff_t> start{}, stop{};
  std::ptrdiff_t step = 1;
};
/// How many elements lie before and after an axis' own.
struct Padding {
  std::size_t before = 0, after = 0;
};
} // namespace contractive

/// How elements move: each geometry describes one linear map that only copies, repeats or adds
/// elements, and by the same numbers its transpose. Axes are counted among the last ones; arrays
/// may have more in front, which are carried along. The functions below make geometries from what
/// a user asks for, and throw ShapeError, naming the shapes, when it does not fit.
namespace contractive::geometry {

/// The same elements under another shape.
struct Reshape {
  Shape from, to;
  bool trivial() const { return from == to; }
  static const char* name(bool) { return "reshape"; }
};
Reshape reshape(const Shape& from, Shape to); ///< one axis may be `Shape::infer`

/// Axis i of the result is axis axes[i].
struct Permute {
  std::vector<std::size_t> axes;
  bool trivial() const;
  /// All axes of an array of this rank in their new order; those in front keep their places.
  std::vector<std::size_t> order(std::size_t rank, bool transposed) const;
  static const char* name(bool) { return "permute"; }
};
Permute permute(const Shape& from, const Axes& axes);
Permute transpose(const Shape& from); ///< of the last two axes

/// `from` repeated to `to` by numpy's rules; transposed: summed to it, for an operation of that
/// name. New axes go behind those in front.
struct Broadcast {
  Shape from, to;
  const char* transposed_name = "sum";
  bool trivial() const { return from == to; }
  const char* name(bool transposed) const { return transposed ? transposed_name : "broadcast"; }
};
Broadcast broadcast(const Shape& from, const Shape& to);

/// Every step-th element of each axis of `whole` from `start` on, a `part`; transposed: put into
/// zeros.
struct Slice {
  Shape whole, part;
  std::array<std::ptrdiff_t, Shape::max_rank> start{}, step{};
  bool trivial() const;
  static const char* name(bool transposed) { return transposed ? "pad" : "slice"; }
};
Slice slice(const Shape& whole, const std::vector<Range>& ranges);
Slice slice(const Shape& whole, int axis, const Range& range);
Slice row(const Shape& whole, std::ptrdiff_t i); ///< one of the first axis
Slice pad(const Shape& part, const std::vector<Padding>& paddings);
/// Where each part lies in what they are together along one axis.
std::pair<std::size_t, std::vector<Slice>> concatenate(const std::vector<Shape>& parts, int axis);

/// Elements by position along one axis; `before` and `after` differ in that axis alone. Positions
/// are (k), or (..., k, ...) like `after`. Transposed: added to where they were picked.
struct Gather {
  Shape before, after;
  std::size_t axis;
  Indices positions;
  bool trivial() const { return false; }
  static const char* name(bool transposed) { return transposed ? "scatter" : "gather"; }
};
Gather gather(const Shape& before, const Indices& indices, int axis);

} // namespace contractive::geometry
