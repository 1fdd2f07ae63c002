#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::kernel {
namespace {

// out (columns of a block) = sum over rows of f(x (rows, inner)), halving rows above 64.
template <class T, class F>
void sum_rows(const T* x, T* out, std::size_t rows, std::size_t inner, std::size_t columns,
              const F& f) {
  if (rows > 64) {
    const std::size_t half = rows / 2;
    std::vector<T> upper(columns);
    sum_rows(x, out, half, inner, columns, f);
    sum_rows(x + half * inner, upper.data(), rows - half, inner, columns, f);
    for (std::size_t i = 0; i < columns; ++i)
      out[i] += upper[i];
    return;
  }
  std::fill_n(out, columns, T{});
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = 0; i < columns; ++i)
      out[i] += f(x[row * inner + i]);
}

// (outer, n, inner) -> (outer, inner), sums of f(x)
template <class T, class F>
void sum_axis(const T* x, T* out, std::size_t outer, std::size_t n, std::size_t inner, const F& f) {
  if (inner == 1)
    return for_each(outer, n, [&](std::size_t i) {
      out[i] = sum_of<T>(n, [&](std::size_t k) { return f(x[i * n + k]); });
    });
  constexpr std::size_t columns = 256;
  const std::size_t blocks = (inner + columns - 1) / columns;
  for_each(outer * blocks, n * columns, [&](std::size_t task) {
    const std::size_t o = task / blocks, first = task % blocks * columns;
    sum_rows(x + o * n * inner + first, out + o * inner + first, n, inner,
             std::min(columns, inner - first), f);
  });
}

} // namespace

template <class T> Array<T> sum(const Array<T>& x, const AxisFlags& axes, bool squares) {
  Array<T> result = x;
  Shape shape = x.shape();
  std::size_t n = 1; // each run of neighbouring flagged axes is one axis of (outer, n, inner)
  for (std::size_t axis = x.rank(); axis-- > 0;) {
    if (!axes[axis])
      continue;
    n *= std::exchange(shape[axis], 1);
    if (axis > 0 && axes[axis - 1])
      continue;
    const std::size_t outer = shape.first(axis).elements(), inner = shape.inner(axis);
    result = Array<T>::make(shape, [&](T* out) {
      if (squares)
        sum_axis(result.data(), out, outer, n, inner, [](T v) { return v * v; });
      else
        sum_axis(result.data(), out, outer, n, inner, [](T v) { return v; });
    });
    squares = false;
    n = 1;
  }
  return result;
}

template <class T> Indices argmax(const Array<T>& x, std::size_t axis) {
  Shape shape = x.shape();
  const std::size_t outer = shape.first(axis).elements(), n = shape[axis],
                    inner = shape.inner(axis);
  shape[axis] = 1;
  return Indices::make(shape, [&](std::int64_t* out) {
    for (std::size_t o = 0; o < outer; ++o)
      for (std::size_t i = 0; i < inner; ++i) {
        const T* const run = x.data() + o * n * inner + i;
        std::size_t best = 0;
        for (std::size_t k = 1; k < n && !std::isnan(run[best * inner]); ++k)
          if (run[k * inner] > run[best * inner] || std::isnan(run[k * inner]))
            best = k;
        out[o * inner + i] = static_cast<std::int64_t>(best);
      }
  });
}

template Array<float> sum(const Array<float>&, const AxisFlags&, bool);
template Array<double> sum(const Array<double>&, const AxisFlags&, bool);
template Indices argmax(const Array<float>&, std::size_t);
template Indices argmax(const Array<double>&, std::size_t);

} // namespace contractive::kernel
