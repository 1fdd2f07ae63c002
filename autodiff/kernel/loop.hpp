#pragma once

#include <contractive/autodiff/array/array.hpp>
#include <contractive/autodiff/array/threads.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

/// The only loops over elements. Kernels take and return plain arrays, check nothing, and know
/// nothing of tapes.
namespace contractive::kernel {

/// The piece in which elementwise loops are shared out: 128 KiB of floats.
inline constexpr std::size_t grain = 32768;

/// Calls `body(i)` for every i below n, each some `work` elements, on all threads.
template <class Body> void for_each(std::size_t n, std::size_t work, const Body& body) {
  for_chunks(n, std::max<std::size_t>(1, grain / std::max<std::size_t>(1, work)),
             [&](std::size_t begin, std::size_t end) {
               for (std::size_t i = begin; i < end; ++i)
                 body(i);
             });
}

/// A walk over N strided operands of one shape, with axes merged wherever all operands allow it.
template <std::size_t N> struct Loop {
  using Offsets = std::array<std::ptrdiff_t, N>;
  std::size_t rank = 1;
  std::array<std::size_t, Shape::max_rank> lengths{1};
  std::array<Offsets, Shape::max_rank> strides{};

  void add_axis(std::size_t length, const Offsets& step) {
    if (length == 1)
      return;
    bool merges = true;
    for (std::size_t i = 0; i < N; ++i)
      merges = merges && strides[rank - 1][i] == step[i] * static_cast<std::ptrdiff_t>(length);
    if (!merges && lengths[rank - 1] != 1)
      lengths[rank++] = 1;
    lengths[rank - 1] *= length;
    strides[rank - 1] = step;
  }

  std::size_t last() const { return lengths[rank - 1]; }
  /// The number of runs along the last axis.
  std::size_t runs() const {
    std::size_t count = 1;
    for (std::size_t axis = 0; axis + 1 < rank; ++axis)
      count *= lengths[axis];
    return count;
  }
  /// Where a run begins.
  Offsets offsets(std::size_t run) const { return offsets(run, rank - 1); }
  /// Where an element of the whole walk lies.
  Offsets element(std::size_t index) const { return offsets(index, rank); }

  /// Calls `row(offsets, length, steps)` for every run along the last axis.
  template <class Row> void run(const Row& row) const {
    const std::size_t inner = last(), outer = runs();
    const Offsets& step = strides[rank - 1];
    if (inner == 0 || outer == 0)
      return;
    if (outer == 1)
      return for_chunks(inner, grain, [&](std::size_t begin, std::size_t end) {
        row(element(begin), end - begin, step);
      });
    for_each(outer, inner, [&](std::size_t r) { row(offsets(r), inner, step); });
  }

private:
  Offsets offsets(std::size_t index, std::size_t axes) const {
    Offsets at{};
    for (std::size_t axis = axes; axis-- > 0; index /= lengths[axis]) {
      const auto place = static_cast<std::ptrdiff_t>(axis > 0 ? index % lengths[axis] : index);
      for (std::size_t i = 0; i < N; ++i)
        at[i] += place * strides[axis][i];
    }
    return at;
  }
};

/// f(0) + ... + f(n - 1) in a fixed tree: sixteen lanes within a block of 1,024, halves above. The
/// error grows with the logarithm of n, and the result depends on n alone.
template <class T, class F> T sum_of(std::size_t n, const F& f, std::size_t first = 0) {
  constexpr std::size_t block = 1024, lanes = 16;
  if (n > block) {
    const std::size_t half = (n / 2 + block - 1) / block * block;
    return sum_of<T>(half, f, first) + sum_of<T>(n - half, f, first + half);
  }
  T partial[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      partial[lane] += f(first + i + lane);
  for (std::size_t lane = 0; i < n; ++i, ++lane)
    partial[lane] += f(first + i);
  for (std::size_t width = lanes / 2; width > 0; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane)
      partial[lane] += partial[lane + width];
  return partial[0];
}

/// The row-major stride of one axis, counted from the end, of an operand that is broadcast: 0 where
/// it repeats.
inline std::ptrdiff_t broadcast_stride(const Shape& shape, std::size_t from_end) {
  if (from_end > shape.rank() || shape[shape.rank() - from_end] == 1)
    return 0;
  return static_cast<std::ptrdiff_t>(shape.inner(shape.rank() - from_end));
}

/// The walk over `out` and operands that broadcast to it; operand 0 is `out` itself.
template <class... Shapes>
Loop<sizeof...(Shapes) + 1> broadcast_loop(const Shape& out, const Shapes&... operands) {
  Loop<sizeof...(Shapes) + 1> loop;
  for (std::size_t from_end = out.rank(); from_end > 0; --from_end)
    loop.add_axis(out[out.rank() - from_end],
                  {broadcast_stride(out, from_end), broadcast_stride(operands, from_end)...});
  return loop;
}

} // namespace contractive::kernel
