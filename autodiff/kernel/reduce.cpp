#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace contractive::kernel {
namespace {

using Walk = Loop<5>; // over the output and at most four factors

/// A row of products of V factors that move along it, times those that stand still.
template <class T, std::size_t V> struct Row {
  T still = 1;
  std::array<const T*, V> moving{};
  T operator()(std::size_t i) const {
    T product = still;
    for (const T* factor : moving)
      product *= factor[i];
    return product;
  }
};

// out[i] = sum of rows(k)(i) over k, halving their number above 64.
template <class T, class Rows>
void add_rows(T* out, std::size_t columns, std::size_t first, std::size_t last, const Rows& rows) {
  if (last - first > 64) {
    const std::size_t middle = first + (last - first) / 2;
    std::vector<T> upper(columns);
    add_rows(out, columns, first, middle, rows);
    add_rows(upper.data(), columns, middle, last, rows);
    for (std::size_t i = 0; i < columns; ++i)
      out[i] += upper[i];
    return;
  }
  if (first == last)
    return static_cast<void>(std::fill_n(out, columns, T{}));
  const auto write = rows(first);
  for (std::size_t i = 0; i < columns; ++i)
    out[i] = write(i);
  for (std::size_t k = first + 1; k < last; ++k) {
    const auto add = rows(k);
    for (std::size_t i = 0; i < columns; ++i)
      out[i] += add(i);
  }
}

// The first V factors move along the last axis of the product, which is the last of one of the
// walks.
template <std::size_t V, class T>
void contract(const Walk& kept, const Walk& summed, bool keeps_last, T* out,
              const std::vector<const T*>& factors) {
  const auto row = [&](const Walk::Offsets& at, const Walk::Offsets& more, std::size_t column) {
    Row<T, V> result;
    for (std::size_t f = 0; f < factors.size(); ++f) {
      const T* const from = factors[f] + at[f + 1] + more[f + 1];
      if (f < V)
        result.moving[f] = from + column;
      else
        result.still *= *from;
    }
    return result;
  };
  if (!keeps_last) { // dots, one for each element of the output
    const std::size_t rows = summed.runs(), length = summed.last();
    return for_each(kept.runs() * kept.last(), rows * length, [&](std::size_t o) {
      const auto at = kept.element(o);
      out[o] = sum_of<T>(
          rows, [&](std::size_t k) { return sum_of<T>(length, row(at, summed.offsets(k), 0)); });
    });
  }
  // Rows, in blocks of columns where they are added up.
  const std::size_t rows = summed.runs() * summed.last(), length = kept.last();
  const std::size_t columns = std::min<std::size_t>(length, rows == 1 ? grain : 512);
  const std::size_t blocks = (length + columns - 1) / columns;
  for_each(kept.runs() * blocks, rows * columns, [&](std::size_t task) {
    const auto at = kept.offsets(task / blocks);
    const std::size_t column = task % blocks * columns;
    add_rows(out + task / blocks * length + column, std::min(columns, length - column), 0, rows,
             [&](std::size_t k) { return row(at, summed.element(k), column); });
  });
}

} // namespace

template <class T> Array<T> sum_of_products(std::vector<Array<T>> factors, const Shape& to) {
  Shape full = to;
  for (const Array<T>& factor : factors)
    full = detail::broadcast_shapes("sum of products", full, factor.shape());
  if (full.elements() == 0)
    return Array<T>::zeros(to);
  std::size_t last = full.rank(); // the last axis that is longer than 1
  while (last > 0 && full[last - 1] == 1)
    --last;
  const auto moves = [&, from_end = full.rank() + 1 - last](const Array<T>& x) {
    return last > 0 && broadcast_stride(x.shape(), from_end) != 0;
  };
  const auto still = std::stable_partition(factors.begin(), factors.end(), moves);
  Walk kept, summed;
  bool keeps_last = true;
  for (std::size_t axis = full.rank(); axis > 0; --axis)
    if (const std::size_t length = full[full.rank() - axis]; length > 1) {
      Walk::Offsets steps{broadcast_stride(to, axis)};
      for (std::size_t f = 0; f < factors.size(); ++f)
        steps[f + 1] = broadcast_stride(factors[f].shape(), axis);
      keeps_last = steps[0] != 0;
      (keeps_last ? kept : summed).add_axis(length, steps);
    }
  std::vector<const T*> from;
  for (const Array<T>& factor : factors)
    from.push_back(factor.data());
  return Array<T>::make(to, [&](T* out) {
    constexpr decltype(&contract<0, T>) by_moving[] = {
        contract<0, T>, contract<1, T>, contract<2, T>, contract<3, T>, contract<4, T>};
    by_moving[still - factors.begin()](kept, summed, keeps_last, out, from);
  });
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
        T largest = run[0];
        std::size_t best = 0;
        for (std::size_t k = 1; k < n && !std::isnan(largest); ++k)
          if (!(run[k * inner] <= largest)) { // larger, or NaN
            largest = run[k * inner];
            best = k;
          }
        out[o * inner + i] = static_cast<std::int64_t>(best);
      }
  });
}

// clang-format off
using namespace instances;
template AF sum_of_products(std::vector<AF>, const Shape&); template AD sum_of_products(std::vector<AD>, const Shape&);
template Indices argmax(const AF&, std::size_t);            template Indices argmax(const AD&, std::size_t);

} // namespace contractive::kernel
