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

// The axes of x in front of those that the geometry knows.
template <class T> Shape front(const Array<T>& x, std::size_t known) {
  return x.shape().first(x.rank() - known);
}

} // namespace

template <class T> Array<T> move(const geometry::Reshape& g, const Array<T>& x, bool transposed) {
  return x.reshaped(front(x, (transposed ? g.to : g.from).rank()) + (transposed ? g.from : g.to));
}

template <class T> Array<T> move(const geometry::Permute& g, const Array<T>& x, bool transposed) {
  const std::vector<std::size_t> order = g.order(x.rank(), transposed);
  Shape shape;
  for (const std::size_t axis : order)
    shape.push_back(x.shape()[axis]);
  Loop<2> loop;
  for (std::size_t i = 0; i < order.size(); ++i)
    loop.add_axis(shape[i], {static_cast<std::ptrdiff_t>(shape.inner(i)),
                             static_cast<std::ptrdiff_t>(x.shape().inner(order[i]))});
  return Array<T>::make(shape, [&](T* out) { copy(out, x.data(), loop); });
}

template <class T> Array<T> move(const geometry::Broadcast& g, const Array<T>& x, bool transposed) {
  const Shape leading = front(x, (transposed ? g.to : g.from).rank());
  const Shape small = detail::pad_rank(g.from, g.to.rank()), shape = leading + g.to;
  if (!transposed)
    return Array<T>::make(
        shape, [&](T* out) { copy(out, x.data(), broadcast_loop(shape, leading + small)); });
  return sum_of_products<T>({x}, leading + small).reshaped(leading + g.from);
}

template <class T>
Array<T> move(const geometry::Slice& g, const Array<T>& x, bool transposed, T around) {
  const Shape leading = front(x, g.whole.rank());
  const Shape shape = leading + (transposed ? g.whole : g.part);
  const auto step = [](std::size_t length) { return static_cast<std::ptrdiff_t>(length); };
  const auto axis_of = [&](std::ptrdiff_t part, std::ptrdiff_t whole) {
    return transposed ? std::array{whole, part} : std::array{part, whole};
  };
  Loop<2> loop; // over the part's elements: where they go, where they come from
  loop.add_axis(leading.elements(), axis_of(step(g.part.elements()), step(g.whole.elements())));
  std::ptrdiff_t start = 0;
  for (std::size_t axis = 0; axis < g.whole.rank(); ++axis) {
    const std::ptrdiff_t inner = step(g.whole.inner(axis));
    loop.add_axis(g.part[axis], axis_of(step(g.part.inner(axis)), g.step[axis] * inner));
    start += g.start[axis] * inner;
  }
  if (leading.elements() * g.part.elements() == 0)
    start = 0; // an empty array's address is null, which has no offsets
  return Array<T>::make(shape, [&](T* out) {
    if (transposed)
      std::fill_n(out, shape.elements(), around);
    copy(out + (transposed ? start : 0), x.data() + (transposed ? 0 : start), loop);
  });
}

template <class T> Array<T> move(const geometry::Gather& g, const Array<T>& x, bool transposed) {
  const Shape leading = front(x, g.before.rank());
  const std::size_t outer = leading.elements() * g.before.first(g.axis).elements();
  const std::size_t length = g.before[g.axis], count = g.after[g.axis],
                    inner = g.before.inner(g.axis);
  // Positions of runs of `inner` elements, or of each element on its own.
  const bool shared = g.positions.rank() == 1;
  const std::size_t run = shared ? inner : 1, picks = shared ? count : count * inner;
  const std::size_t rows = g.after.first(g.axis).elements();
  return Array<T>::make(leading + (transposed ? g.before : g.after), [&](T* out) {
    for_each(outer, (count + length) * inner, [&](std::size_t o) {
      const std::int64_t* at = g.positions.data() + (shared ? 0 : o % rows * picks);
      T* const to = out + o * (transposed ? length : count) * inner;
      const T* const from = x.data() + o * (transposed ? count : length) * inner;
      if (transposed)
        std::fill_n(to, length * inner, T{});
      for (std::size_t k = 0; k < picks; ++k) {
        const std::size_t place =
            static_cast<std::size_t>(at[k]) * inner + (shared ? 0 : k % inner);
        if (transposed)
          for (std::size_t i = 0; i < run; ++i)
            to[place + i] += from[k * run + i];
        else
          std::copy_n(from + place, run, to + k * run);
      }
    });
  });
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

// clang-format off
using namespace instances;
template AF move(const geometry::Reshape&, const AF&, bool);                template AD move(const geometry::Reshape&, const AD&, bool);
template AF move(const geometry::Permute&, const AF&, bool);                template AD move(const geometry::Permute&, const AD&, bool);
template AF move(const geometry::Broadcast&, const AF&, bool);              template AD move(const geometry::Broadcast&, const AD&, bool);
template AF move(const geometry::Slice&, const AF&, bool, float);           template AD move(const geometry::Slice&, const AD&, bool, double);
template AF move(const geometry::Gather&, const AF&, bool);                 template AD move(const geometry::Gather&, const AD&, bool);
template AF concatenate(const Shape&, const std::vector<AF>&, std::size_t); template AD concatenate(const Shape&, const std::vector<AD>&, std::size_t);

} // namespace contractive::kernel
