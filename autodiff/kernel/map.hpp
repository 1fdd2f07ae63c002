#pragma once

#include <contractive/autodiff/kernel/loop.hpp>

#include <type_traits>
#include <xsimd/xsimd.hpp>

/// Elementwise loops, for our own .cpp files alone: what they compile to depends on the processor.
namespace contractive::kernel {

/// f(x), f on batches of SIMD lanes. What is left behind the last whole batch is padded to one, so
/// that every element is rounded alike, wherever it stands. (As xtensor expressions the same
/// kernels took twice as long to compile, and rounded their scalar tails differently.)
template <class T, class F> Array<T> map(const Array<T>& x, const F& f) {
  using Batch = xsimd::batch<T>;
  constexpr std::size_t lanes = Batch::size;
  return Array<T>::make(x.shape(), [&](T* out) {
    for_chunks(x.size(), grain, [&](std::size_t begin, std::size_t end) {
      std::size_t i = begin;
      for (; i + lanes <= end; i += lanes)
        f(Batch::load_unaligned(x.data() + i)).store_unaligned(out + i);
      if (i < end) {
        std::array<T, lanes> rest;
        rest.fill(x[end - 1]);
        std::copy(x.data() + i, x.data() + end, rest.begin());
        f(Batch::load_unaligned(rest.data())).store_unaligned(rest.data());
        std::copy_n(rest.begin(), end - i, out + i);
      }
    });
  });
}

/// The same where `inside` holds; elsewhere `g`, on scalars: xsimd is wrong, or undefined, near the
/// ends of some functions. Which of them an element gets depends on its value alone.
template <class T, class F, class Inside, class G>
Array<T> map(const Array<T>& x, const F& f, const Inside& inside, const G& g) {
  using Batch = xsimd::batch<T>;
  return map(x, [&](const Batch& v) -> Batch {
    const auto served = inside(v);
    if (xsimd::all(served))
      return f(v);
    std::array<T, Batch::size> at, y;
    v.store_unaligned(at.data());
    f(xsimd::select(served, v, Batch(T(0)))).store_unaligned(y.data());
    for (std::size_t lane = 0; lane < Batch::size; ++lane)
      if (!inside(at[lane]))
        y[lane] = g(at[lane]);
    return Batch::load_unaligned(y.data());
  });
}

/// Calls `row(...)` with a constant for each of N steps: whether an operand moves along the row by
/// one element or stands still. Told to the compiler, every such loop is vectorised.
template <std::size_t N, class Row, class... Moves>
void with_moves(const std::ptrdiff_t* step, const Row& row, Moves... moves) {
  if constexpr (sizeof...(Moves) == N)
    row(moves...);
  else if (*step != 0)
    with_moves<N>(step + 1, row, moves..., std::true_type());
  else
    with_moves<N>(step + 1, row, moves..., std::false_type());
}

/// f(a, b), f on scalars, broadcast to `shape`.
template <class Out, class T, class F>
Array<Out> combine(const Shape& shape, const Array<T>& a, const Array<T>& b, const F& f) {
  if (shape.elements() == 1)
    return Array<Out>::make(shape, [&](Out* out) { *out = f(a[0], b[0]); });
  const auto loop = broadcast_loop(shape, a.shape(), b.shape());
  return Array<Out>::make(shape, [&](Out* out) {
    loop.run([&](const auto& at, std::size_t n, const auto& step) {
      with_moves<2>(&step[1], [&, to = out + at[0]](auto a_moves, auto b_moves) {
        const T *x = a.data() + at[1], *y = b.data() + at[2];
        for (std::size_t i = 0; i < n; ++i)
          to[i] = f(x[a_moves ? i : 0], y[b_moves ? i : 0]);
      });
    });
  });
}

/// a where the mask is true, else b, broadcast to `shape`.
template <class T>
Array<T> select(const Shape& shape, const Mask& mask, const Array<T>& a, const Array<T>& b) {
  // As bytes: g++ 12 vectorises no choice by bools, and branches took 30 times as long.
  const auto* const bytes = reinterpret_cast<const unsigned char*>(mask.data());
  const auto loop = broadcast_loop(shape, mask.shape(), a.shape(), b.shape());
  return Array<T>::make(shape, [&](T* out) {
    loop.run([&](const auto& at, std::size_t n, const auto& step) {
      with_moves<3>(&step[1], [&, to = out + at[0]](auto m_moves, auto a_moves, auto b_moves) {
        const unsigned char* const m = bytes + at[1];
        const T *left = a.data() + at[2], *right = b.data() + at[3];
        for (std::size_t i = 0; i < n; ++i) {
          const T x = left[a_moves ? i : 0], y = right[b_moves ? i : 0];
          to[i] = m[m_moves ? i : 0] != 0 ? x : y;
        }
      });
    });
  });
}

} // namespace contractive::kernel
