#include <contractive/autodiff/array/shape.hpp>

#include <contractive/autodiff/array/error.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <ostream>

namespace contractive {

std::size_t Shape::elements() const {
  constexpr std::size_t most = PTRDIFF_MAX / 8; // whose bytes can be counted for every element type
  std::size_t product = 1, positive = 1;
  for (const std::size_t length : *this) {
    product *= length;
    if (__builtin_mul_overflow(positive, std::max<std::size_t>(1, length), &positive) ||
        positive > most)
      throw ShapeError("shape: ", *this, " has too many elements; expected at most ", most);
  }
  return product;
}

std::size_t Shape::back() const {
  if (rank_ == 0)
    throw ShapeError("shape: the last axis of a scalar; expected at least one axis");
  return axes_[rank_ - 1];
}

void Shape::throw_full() const {
  throw ShapeError("shape: more than ", max_rank, " axes after ", *this, "; arrays have at most ",
                   max_rank, " axes");
}

std::size_t Shape::inner(std::size_t axis) const noexcept {
  return std::accumulate(begin() + axis + 1, end(), std::size_t{1}, std::multiplies<>());
}

Shape operator+(Shape a, const Shape& b) {
  for (const std::size_t length : b)
    a.push_back(length);
  return a;
}

std::ostream& operator<<(std::ostream& stream, const Shape& shape) {
  stream << '(';
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    stream << (axis ? ", " : "") << shape[axis];
  return stream << ')';
}

namespace detail {

std::size_t resolve_axis(const char* operation, int axis, std::size_t rank) {
  const int signed_rank = static_cast<int>(rank);
  if (rank == 0)
    throw ShapeError(operation, ": axis ", axis, " of a scalar; expected an array with axes");
  if (axis < -signed_rank || axis >= signed_rank)
    throw ShapeError(operation, ": axis ", axis, " of an array of rank ", rank, "; expected ",
                     -signed_rank, " to ", signed_rank - 1);
  return static_cast<std::size_t>(axis < 0 ? axis + signed_rank : axis);
}

AxisFlags resolve_axes(const char* operation, const Axes& axes, std::size_t rank) {
  AxisFlags flags{};
  for (const int axis : axes) {
    bool& flag = flags[resolve_axis(operation, axis, rank)];
    if (flag)
      throw ShapeError(operation, ": axis ", axis, " is named twice; expected distinct axes");
    flag = true;
  }
  return flags;
}

Axes all_axes(std::size_t rank) {
  std::vector<int> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

Reduced reduced(const char* operation, const Shape& shape, const Axes& axes, bool selects) {
  Reduced result{resolve_axes(operation, axes, shape.rank()), {}, {}};
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    result.kept.push_back(result.flags[axis] ? 1 : shape[axis]);
    if (result.flags[axis])
      result.count *= shape[axis];
    else
      result.dropped.push_back(shape[axis]);
  }
  if (selects && result.count == 0)
    throw ShapeError(operation, ": shape ", shape,
                     " has no element along the reduced axes; expected at least one");
  return result;
}

Shape pad_rank(const Shape& shape, std::size_t rank) {
  Shape result;
  while (result.rank() + shape.rank() < rank)
    result.push_back(1);
  return result + shape;
}

Shape broadcast_shapes(const char* operation, const Shape& a, const Shape& b) {
  if (a == b)
    return a;
  const std::size_t rank = std::max(a.rank(), b.rank());
  const Shape left = pad_rank(a, rank), right = pad_rank(b, rank);
  Shape result;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (left[axis] != right[axis] && left[axis] != 1 && right[axis] != 1)
      throw ShapeError(operation, ": shapes ", a, " and ", b, " do not broadcast; axis ",
                       static_cast<int>(axis) - static_cast<int>(rank), " has ", left[axis],
                       " and ", right[axis], ", expected equal lengths or 1");
    result.push_back(left[axis] == 1 ? right[axis] : left[axis]);
  }
  return result;
}

} // namespace detail
} // namespace contractive
