#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/loop.hpp>

#include <algorithm>

namespace contractive::kernel {
namespace {

// Copies along a walk over two operands, the target first.
template <class T> void copy(T* out, const T* x, const Loop<2>& loop) {
  loop.run([&](const auto& at, std::size_t n, const auto& step) {
    T* to = out + at[0];
    const T* from = x + at[1];
    if (step[0] == 1 && step[1] == 1)
      std::copy_n(from, n, to);
    else
      for (std::size_t i = 0; i < n; ++i, to += step[0], from += step[1])
        *to = *from;
  });
}

// The walk over a part and over the same elements inside the whole, with leading axes carried
// along; and where in the whole it starts.
struct CutWalk {
  Loop<2> part_then_whole;
  std::ptrdiff_t start = 0;
};
CutWalk walk(const Cut& cut, std::size_t leading) {
  CutWalk result;
  const auto part = static_cast<std::ptrdiff_t>(cut.part.elements());
  const auto whole = static_cast<std::ptrdiff_t>(cut.whole.elements());
  result.part_then_whole.add_axis(leading, {part, whole});
  for (std::size_t axis = 0; axis < cut.whole.rank(); ++axis) {
    const auto inner = static_cast<std::ptrdiff_t>(cut.whole.inner(axis));
    result.part_then_whole.add_axis(
        cut.part[axis],
        {static_cast<std::ptrdiff_t>(cut.part.inner(axis)), cut.step[axis] * inner});
    result.start += cut.start[axis] * inner;
  }
  return result;
}

template <class T, class Move> void pick(std::size_t outer, const Pick& pick, const Move& move) {
  const std::int64_t* const positions = pick.positions.data();
  const bool shared = pick.positions.rank() == 1;
  const std::size_t rows = shared ? 1 : pick.positions.size() / (pick.count * pick.inner);
  for_chunks(
      outer, std::max<std::size_t>(1, grain / std::max<std::size_t>(1, pick.count * pick.inner)),
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t o = begin; o < end; ++o)
          for (std::size_t k = 0; k < pick.count; ++k)
            for (std::size_t i = 0; i < pick.inner; ++i) {
              const std::int64_t p =
                  shared ? positions[k] : positions[(o % rows * pick.count + k) * pick.inner + i];
              move((o * pick.count + k) * pick.inner + i,
                   (o * pick.length + static_cast<std::size_t>(p)) * pick.inner + i);
            }
      });
}

// Calls `run(patch offset, image offset, length)` for every row of pixels of every patch that lies
// inside the image, and `run(patch offset, none, length)` for what lies in the padding.
constexpr std::size_t none = static_cast<std::size_t>(-1);
template <class Run> void walk_patches(const Patches& s, const Run& run) {
  const auto padding = static_cast<std::ptrdiff_t>(s.window.padding);
  std::size_t at = 0;
  for (std::size_t row = 0; row < s.rows; ++row)
    for (std::size_t column = 0; column < s.columns; ++column)
      for (std::size_t y = 0; y < s.window.height; ++y) {
        const auto top = static_cast<std::ptrdiff_t>(row * s.window.stride + y) - padding;
        const auto left = static_cast<std::ptrdiff_t>(column * s.window.stride) - padding;
        const auto width = static_cast<std::ptrdiff_t>(s.window.width);
        const bool inside = top >= 0 && top < static_cast<std::ptrdiff_t>(s.height);
        const std::ptrdiff_t first = std::clamp<std::ptrdiff_t>(-left, 0, width);
        const std::ptrdiff_t last =
            std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(s.width) - left, first, width);
        const auto pixels = [&](std::ptrdiff_t from, std::ptrdiff_t to, bool in_image) {
          const std::size_t length = static_cast<std::size_t>(to - from) * s.channels;
          if (length > 0)
            run(at,
                in_image ? (static_cast<std::size_t>(top) * s.width +
                            static_cast<std::size_t>(left + from)) *
                               s.channels
                         : none,
                length);
          at += length;
        };
        pixels(0, first, false);
        pixels(first, last, inside);
        pixels(last, width, false);
      }
}

} // namespace

template <class T> Array<T> broadcast(const Array<T>& x, const Shape& shape) {
  return Array<T>::make(shape,
                        [&](T* out) { copy(out, x.data(), broadcast_loop(shape, x.shape())); });
}

template <class T> Array<T> permute(const Array<T>& x, const std::vector<std::size_t>& axes) {
  Shape shape;
  Loop<2> loop;
  for (const std::size_t axis : axes)
    shape.push_back(x.shape()[axis]);
  for (std::size_t i = 0; i < axes.size(); ++i)
    loop.add_axis(shape[i], {static_cast<std::ptrdiff_t>(shape.inner(i)),
                             static_cast<std::ptrdiff_t>(x.shape().inner(axes[i]))});
  return Array<T>::make(shape, [&](T* out) { copy(out, x.data(), loop); });
}

template <class T>
Array<T> concatenate(const Shape& shape, const std::vector<Array<T>>& parts, std::size_t axis) {
  return Array<T>::make(shape, [&](T* out) {
    for (std::size_t o = 0; o < shape.first(axis).elements(); ++o)
      for (const Array<T>& part : parts) {
        const std::size_t run = part.shape().inner(axis) * part.shape()[axis];
        out = std::copy_n(part.data() + o * run, run, out);
      }
  });
}

template <class T> Array<T> slice(const Array<T>& x, const Cut& cut) {
  const Shape leading = x.shape().first(x.rank() - cut.whole.rank());
  const CutWalk way = walk(cut, leading.elements());
  return Array<T>::make(leading + cut.part, [&](T* out) {
    copy(out, x.data() + (cut.part.elements() ? way.start : 0), way.part_then_whole);
  });
}

template <class T> Array<T> embed(const Array<T>& x, const Cut& cut) {
  const Shape leading = x.shape().first(x.rank() - cut.part.rank());
  const CutWalk way = walk(cut, leading.elements());
  Loop<2> loop = way.part_then_whole;
  for (auto& step : loop.strides)
    std::swap(step[0], step[1]);
  return Array<T>::make(leading + cut.whole, [&](T* out) {
    std::fill_n(out, leading.elements() * cut.whole.elements(), T{});
    copy(out + (cut.part.elements() ? way.start : 0), x.data(), loop);
  });
}

template <class T> void gather(const T* x, T* out, std::size_t outer, const Pick& positions) {
  pick<T>(outer, positions, [&](std::size_t to, std::size_t from) { out[to] = x[from]; });
}

template <class T> void scatter_add(const T* x, T* out, std::size_t outer, const Pick& positions) {
  std::fill_n(out, outer * positions.length * positions.inner, T{});
  pick<T>(outer, positions, [&](std::size_t from, std::size_t to) { out[to] += x[from]; });
}

template <class T>
void unfold(const T* images, T* patches, std::size_t count, const Patches& sizes) {
  for_chunks(count, std::max<std::size_t>(1, grain / std::max<std::size_t>(1, sizes.patches())),
             [&](std::size_t begin, std::size_t end) {
               for (std::size_t i = begin; i < end; ++i) {
                 const T* const image = images + i * sizes.image();
                 T* const out = patches + i * sizes.patches();
                 walk_patches(sizes, [&](std::size_t to, std::size_t from, std::size_t n) {
                   if (from == none)
                     std::fill_n(out + to, n, T{});
                   else
                     std::copy_n(image + from, n, out + to);
                 });
               }
             });
}

template <class T> void fold(const T* patches, T* images, std::size_t count, const Patches& sizes) {
  for_chunks(count, std::max<std::size_t>(1, grain / std::max<std::size_t>(1, sizes.patches())),
             [&](std::size_t begin, std::size_t end) {
               for (std::size_t i = begin; i < end; ++i) {
                 T* const image = images + i * sizes.image();
                 const T* const in = patches + i * sizes.patches();
                 std::fill_n(image, sizes.image(), T{});
                 walk_patches(sizes, [&](std::size_t from, std::size_t to, std::size_t n) {
                   if (to != none)
                     for (std::size_t k = 0; k < n; ++k)
                       image[to + k] += in[from + k];
                 });
               }
             });
}

// clang-format off
using F = Array<float>; using D = Array<double>;
template F broadcast(const F&, const Shape&);  template D broadcast(const D&, const Shape&);
template F permute(const F&, const std::vector<std::size_t>&);  template D permute(const D&, const std::vector<std::size_t>&);
template F concatenate(const Shape&, const std::vector<F>&, std::size_t);  template D concatenate(const Shape&, const std::vector<D>&, std::size_t);
template F slice(const F&, const Cut&);  template D slice(const D&, const Cut&);
template F embed(const F&, const Cut&);  template D embed(const D&, const Cut&);
template void gather(const float*, float*, std::size_t, const Pick&);  template void gather(const double*, double*, std::size_t, const Pick&);
template void scatter_add(const float*, float*, std::size_t, const Pick&);  template void scatter_add(const double*, double*, std::size_t, const Pick&);
template void unfold(const float*, float*, std::size_t, const Patches&);  template void unfold(const double*, double*, std::size_t, const Patches&);
template void fold(const float*, float*, std::size_t, const Patches&);  template void fold(const double*, double*, std::size_t, const Patches&);

} // namespace contractive::kernel
