#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace contractive::kernel {
namespace {

// out (columns of a block) = sum over rows of f(first + place in (rows, inner)), halving rows
// above 64.
template <class T, class F>
void sum_rows(std::size_t first, T* out, std::size_t rows, std::size_t inner, std::size_t columns,
              const F& f) {
  if (rows > 64) {
    const std::size_t half = rows / 2;
    std::vector<T> upper(columns);
    sum_rows(first, out, half, inner, columns, f);
    sum_rows(first + half * inner, upper.data(), rows - half, inner, columns, f);
    for (std::size_t i = 0; i < columns; ++i)
      out[i] += upper[i];
    return;
  }
  std::fill_n(out, columns, T{});
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = 0; i < columns; ++i)
      out[i] += f(first + row * inner + i);
}

// (outer, n, inner) -> (outer, inner), sums of f(place)
template <class T, class F>
void sum_axis(T* out, std::size_t outer, std::size_t n, std::size_t inner, const F& f) {
  if (inner == 1)
    return for_each(outer, n, [&](std::size_t i) { out[i] = sum_of<T>(n, f, i * n); });
  constexpr std::size_t columns = 256;
  const std::size_t blocks = (inner + columns - 1) / columns;
  for_each(outer * blocks, n * columns, [&](std::size_t task) {
    const std::size_t o = task / blocks, first = task % blocks * columns;
    sum_rows(o * n * inner + first, out + o * inner + first, n, inner,
             std::min(columns, inner - first), f);
  });
}

} // namespace

template <class T>
Array<T> sum(const Array<T>& x, const detail::AxisFlags& axes, const Array<T>* times) {
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
    result = Array<T>::make(shape, [&, from = result.data()](T* out) {
      if (times)
        sum_axis(out, outer, n, inner,
                 [from, by = times->data()](std::size_t i) { return from[i] * by[i]; });
      else
        sum_axis(out, outer, n, inner, [from](std::size_t i) { return from[i]; });
    });
    times = nullptr;
    n = 1;
  }
  if (times) // no axis to sum over
    return Array<T>::make(shape, [&](T* out) {
      std::transform(x.begin(), x.end(), times->begin(), out, std::multiplies<>());
    });
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

// clang-format off
using namespace instances;
template AF sum(const AF&, const detail::AxisFlags&, const AF*); template AD sum(const AD&, const detail::AxisFlags&, const AD*);
template Indices argmax(const AF&, std::size_t);                 template Indices argmax(const AD&, std::size_t);

} // namespace contractive::kernel
