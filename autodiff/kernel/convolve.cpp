#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <memory>
#include <xsimd/xsimd.hpp>

// A convolution's three products without an unfolded image: BLAS would copy and pack each patch,
// and is slow where so few channels meet (E4 of the benchmarks: 259 ms, by these loops 166).
namespace contractive::kernel {
namespace {

// How a row of a product's left operand is read: `count` runs of `length` elements.
struct Runs {
  std::size_t count, length, apart, step;
};

// c_r = sum_t a_r[t] b[t] (added to c_r if `add`) for R rows and up to V vectors of columns, all of
// them in registers. b's rows are whole vectors, `row` elements apart.
template <std::size_t R, std::size_t V, class T>
void tile(const Runs& runs, const T* const* a, const T* b, std::size_t row, T* const* c,
          std::size_t columns, bool add) {
  using Batch = xsimd::batch<T>;
  constexpr std::size_t lanes = Batch::size;
  Batch sums[R][V];
  for (auto& sum : sums)
    std::fill_n(sum, V, Batch(T(0)));
  for (std::size_t run = 0; run < runs.count; ++run)
    for (std::size_t t = 0; t < runs.length; ++t, b += row) {
      Batch right[V];
      for (std::size_t v = 0; v < V; ++v)
        right[v] = Batch::load_unaligned(b + v * lanes);
      for (std::size_t r = 0; r < R; ++r) {
        const Batch left(a[r][run * runs.apart + t * runs.step]);
        for (std::size_t v = 0; v < V; ++v)
          sums[r][v] = xsimd::fma(left, right[v], sums[r][v]);
      }
    }
  for (std::size_t r = 0; r < R; ++r) {
    if (columns == V * lanes) {
      for (std::size_t v = 0; v < V; ++v) {
        T* const to = c[r] + v * lanes;
        (add ? Batch::load_unaligned(to) + sums[r][v] : sums[r][v]).store_unaligned(to);
      }
      continue;
    }
    std::array<T, V * lanes> out;
    for (std::size_t v = 0; v < V; ++v)
      sums[r][v].store_unaligned(out.data() + v * lanes);
    for (std::size_t i = 0; i < columns; ++i)
      c[r][i] = add ? c[r][i] + out[i] : out[i];
  }
}

// Rows out(i) of a product, of rows left(i) and a matrix b.
template <class T, class Left, class Out>
void multiply(std::size_t rows, std::size_t columns, const Runs& runs, const Left& left, const T* b,
              std::size_t row, const Out& out, bool add) {
  constexpr std::size_t lanes = xsimd::batch<T>::size, wide = 2 * lanes;
  for (std::size_t j = 0; j < columns; j += wide) {
    const std::size_t count = std::min(wide, columns - j);
    for (std::size_t i = 0, high; i < rows; i += high) {
      high = rows - i >= 6 ? 6 : rows - i >= 3 ? 3 : 1;
      const T* a[6];
      T* c[6];
      for (std::size_t r = 0; r < high; ++r) {
        a[r] = left(i + r);
        c[r] = out(i + r) + j;
      }
      const bool two = count > lanes;
      const auto compute = high == 6   ? (two ? tile<6, 2, T> : tile<6, 1, T>)
                           : high == 3 ? (two ? tile<3, 2, T> : tile<3, 1, T>)
                                       : (two ? tile<1, 2, T> : tile<1, 1, T>);
      compute(runs, a, b + j, row, c, count, add);
    }
  }
}

template <class T> std::size_t whole_vectors(std::size_t n) {
  constexpr std::size_t lanes = xsimd::batch<T>::size;
  return (n + lanes - 1) / lanes * lanes;
}

// A matrix whose rows are whole vectors, filled up with zeros. Out: (rows, whole_vectors).
template <class T> void pack(T* out, const T* from, std::size_t rows, std::size_t columns) {
  const std::size_t row = whole_vectors<T>(columns);
  for (std::size_t i = 0; i < rows; ++i, out += row, from += columns)
    std::fill(std::copy_n(from, columns, out), out + row, T(0));
}

// element(i, j) of a matrix whose rows are whole vectors, filled up with zeros.
template <class T, class Element>
Array<T> packed(std::size_t rows, std::size_t columns, const Element& element) {
  const std::size_t row = whole_vectors<T>(columns);
  return Array<T>::make({rows, row}, [&](T* out) {
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < row; ++j)
        *out++ = j < columns ? element(i, j) : T(0);
  });
}

} // namespace

template <class T>
Array<T> convolve(std::size_t omitted, const Filters& f, const std::array<Array<T>, 3>& operands) {
  const T *const x = operands[Convolution::images].data(),
                 *const w = operands[Convolution::weight].data(),
                 *y = operands[Convolution::outputs].data();
  const std::size_t pixel = f.image[2], line = f.image[1] * pixel, step = f.stride * pixel;
  const std::size_t patch = f.weight.first(3).elements(), across = f.weight[1] * pixel;
  const std::size_t columns = f.grid[1], channels = f.grid[2], seen = f.grid[0] * columns;
  const std::size_t image = f.image.elements(), grid = f.grid.elements();
  // Where in an image each window's patch begins; and where, from there, its elements are.
  std::vector<std::size_t> corner(seen), inside(patch);
  for (std::size_t i = 0; i < seen; ++i)
    corner[i] = i / columns * f.stride * line + i % columns * step;
  for (std::size_t j = 0; j < patch; ++j)
    inside[j] = j / across * line + j % across;
  const Array<T>& some =
      operands[omitted == Convolution::images ? Convolution::outputs : Convolution::images];
  const Shape leading = some.shape().first(some.rank() - 3);
  const std::size_t count = leading.elements();
  if (omitted == Convolution::outputs) { // y = patches(x) w
    const Array<T> b =
        packed<T>(patch, channels, [&](auto i, auto j) { return w[i * channels + j]; });
    return Array<T>::make(leading + f.grid, [&](T* out) {
      for_each(count, seen * patch, [&](std::size_t n) {
        multiply<T>(
            seen, channels, {f.weight[0], across, line, 1},
            [&](std::size_t i) { return x + n * image + corner[i]; }, b.data(), b.shape().back(),
            [&](std::size_t i) { return out + n * grid + i * channels; }, false);
      });
    });
  }
  if (omitted == Convolution::images) { // x = the sum of patches y w^T, laid over each other
    const Array<T> b =
        packed<T>(channels, patch, [&](auto i, auto j) { return w[j * channels + i]; });
    const std::size_t row = b.shape().back(), block = 64; // patches at once
    return Array<T>::make(leading + f.image, [&](T* out) {
      for_each(count, seen * patch, [&](std::size_t n) {
        const std::unique_ptr<T[]> patches(new T[block * row]); // not filled with zeros
        T* const to = out + n * image;
        std::fill_n(to, image, T(0));
        for (std::size_t first = 0; first < seen; first += block) {
          const std::size_t high = std::min(block, seen - first);
          multiply<T>(
              high, patch, {1, channels, 0, 1},
              [&](std::size_t i) { return y + n * grid + (first + i) * channels; }, b.data(), row,
              [&](std::size_t i) { return patches.get() + i * row; }, false);
          for (std::size_t i = 0; i < high; ++i)
            for (std::size_t j = 0; j < patch; j += across) {
              T* const at = to + corner[first + i] + inside[j];
              const T* const from = patches.get() + i * row + j;
              for (std::size_t k = 0; k < across; ++k)
                at[k] += from[k];
            }
        }
      });
    });
  }
  // w = patches(x)^T y: partial sums of equal parts of the images, then their sum.
  const std::size_t part = (count + 15) / 16, parts = part ? (count + part - 1) / part : 0;
  const std::size_t row = whole_vectors<T>(channels);
  const Array<T> sums = Array<T>::make(Shape{parts} + f.weight, [&](T* out) {
    std::fill_n(out, parts * patch * channels, T(0));
    for_each(parts, grain, [&](std::size_t task) {
      const std::unique_ptr<T[]> whole(row == channels ? nullptr : new T[seen * row]);
      for (std::size_t n = task * part; n < std::min(count, (task + 1) * part); ++n) {
        if (whole)
          pack(whole.get(), y + n * grid, seen, channels);
        multiply<T>(
            patch, channels, {f.grid[0], columns, f.stride * line, step},
            [&](std::size_t j) { return x + n * image + inside[j]; },
            whole ? whole.get() : y + n * grid, row,
            [&](std::size_t j) { return out + (task * patch + j) * channels; }, true);
      }
    });
  });
  return sum_of_products<T>({sums}, Shape{1} + f.weight).reshaped(f.weight);
}

// clang-format off
using namespace instances;
template AF convolve(std::size_t, const Filters&, const std::array<AF, 3>&); template AD convolve(std::size_t, const Filters&, const std::array<AD, 3>&);

} // namespace contractive::kernel
