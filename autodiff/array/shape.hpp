#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <type_traits>
#include <vector>

namespace contractive {

/// The lengths of an array's axes, outermost first; rank 0 is a scalar. Held inline, so that
/// copying one allocates nothing.
class Shape {
public:
  /// The most axes that an array may have.
  static constexpr std::size_t max_rank = 8;
  /// Stands for the one axis that reshape() is to work out, as -1 does in numpy.
  static constexpr std::size_t infer = static_cast<std::size_t>(-1);

  /// A scalar's: no axes.
  Shape() = default;
  /// These axes. Throws ShapeError for more than max_rank.
  Shape(std::initializer_list<std::size_t> axes) : Shape(axes.begin(), axes.end()) {}
  template <class Iterator> Shape(Iterator first, Iterator last) {
    for (; first != last; ++first)
      push_back(static_cast<std::size_t>(*first));
  }

  /// The number of axes.
  std::size_t rank() const noexcept { return rank_; }
  /// The number of elements: the product of the axes, 1 for a scalar. Throws ShapeError where it,
  /// or the product of those axes that are not 0, is more than arrays can have (2^60 - 1), or where
  /// an axis is `infer`.
  std::size_t elements() const;
  /// The length of an axis, counted from the outermost, unchecked.
  std::size_t operator[](std::size_t axis) const noexcept { return axes_[axis]; }
  std::size_t& operator[](std::size_t axis) noexcept { return axes_[axis]; }
  /// The last axis. Throws ShapeError for a scalar.
  std::size_t back() const;
  /// The lengths, outermost first.
  const std::size_t* begin() const noexcept { return axes_.data(); }
  const std::size_t* end() const noexcept { return axes_.data() + rank_; }
  std::size_t* begin() noexcept { return axes_.data(); }
  std::size_t* end() noexcept { return axes_.data() + rank_; }
  /// Throws ShapeError beyond max_rank.
  void push_back(std::size_t length) {
    if (rank_ == max_rank)
      throw_full();
    axes_[rank_++] = length;
  }

  /// The first `count` axes, at most rank().
  Shape first(std::size_t count) const { return Shape(begin(), begin() + count); }
  /// The last `count` axes, at most rank().
  Shape last(std::size_t count) const { return Shape(end() - count, end()); }
  /// The number of elements behind an axis: how far apart its neighbours lie in memory.
  std::size_t inner(std::size_t axis) const noexcept;

  /// Whether all lengths agree.
  friend bool operator==(const Shape& a, const Shape& b) noexcept {
    bool equal = a.rank_ == b.rank_;
    for (std::size_t axis = 0; equal && axis < a.rank_; ++axis)
      equal = a.axes_[axis] == b.axes_[axis];
    return equal;
  }
  friend bool operator!=(const Shape& a, const Shape& b) noexcept { return !(a == b); }
  /// Concatenation: (2) + (3, 4) is (2, 3, 4).
  friend Shape operator+(Shape a, const Shape& b);

private:
  [[noreturn]] void throw_full() const;
  std::array<std::size_t, max_rank> axes_{};
  std::size_t rank_ = 0;
};

/// Prints as (2, 3).
std::ostream& operator<<(std::ostream& stream, const Shape& shape);

/// Axes as users name them: one or several, negative ones counted from the end.
class Axes {
public:
  /// No other type: a bool or a double is not meant as an axis.
  template <class I, class = std::enable_if_t<std::is_same_v<I, int>>> Axes(I axis) : axes_{axis} {}
  /// Several axes.
  Axes(std::initializer_list<int> axes) : axes_(axes) {}
  Axes(std::vector<int> axes) : axes_(std::move(axes)) {}
  /// The axes as they were named.
  auto begin() const { return axes_.begin(); }
  auto end() const { return axes_.end(); }
  std::size_t size() const { return axes_.size(); }

private:
  std::vector<int> axes_;
};

namespace detail {

/// For each axis of an array, whether it is one of those that are meant.
using AxisFlags = std::array<bool, Shape::max_rank>;

/// The axis that `axis` names in an array of this rank. Throws ShapeError when there is none.
std::size_t resolve_axis(const char* operation, int axis, std::size_t rank);
/// The same for several; `flags[i]` says whether axis i is among them. Throws if one is named
/// twice.
AxisFlags resolve_axes(const char* operation, const Axes& axes, std::size_t rank);

/// The shape that numpy's rules give to an elementwise operation. Throws ShapeError naming both.
Shape broadcast_shapes(const char* operation, const Shape& a, const Shape& b);

/// 0, 1, ..., rank - 1
Axes all_axes(std::size_t rank);
/// What a reduction leaves of a shape: with the reduced axes of length 1, and without them.
struct Reduced {
  AxisFlags flags;
  Shape kept, dropped;
  std::size_t count = 1; ///< elements that become one
};
/// Throws ShapeError for an axis that does not exist or is named twice; where the operation
/// `selects` one of the elements, also when there is none.
Reduced reduced(const char* operation, const Shape& shape, const Axes& axes, bool selects = false);

/// `shape` with leading axes of length 1 up to `rank`.
Shape pad_rank(const Shape& shape, std::size_t rank);

} // namespace detail

} // namespace contractive
