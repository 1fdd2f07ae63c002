#include <contractive/autodiff/operation/move.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/record.hpp>

namespace contractive {

template <class T> using V = Variable<T>;

// A linear operation's derivative is the map itself.
template <class T, class Geometry> V<T> Move<T, Geometry>::apply(const V<T>& t) const {
  return record(name(), kernel::move(geometry, t.value(), transposed),
                wrt(t, [map = *this] { return map; }));
}

template <class T> V<T> pad(const V<T>& x, const std::vector<Padding>& paddings, T value) {
  const geometry::Slice inside = geometry::pad(x.shape(), paddings);
  if (value == T(0))
    return detail::move_back(x, inside);
  return record("pad", kernel::move(inside, x.value(), true, value),
                wrt(x, [map = Move<T, geometry::Slice>{inside, true}] { return map; }));
}

template <class T> V<T> concatenate(const std::vector<V<T>>& parts, int axis) {
  std::vector<Shape> shapes;
  std::vector<Array<T>> values;
  for (const V<T>& part : parts) {
    shapes.push_back(part.shape());
    values.push_back(part.value());
  }
  const auto joined = geometry::concatenate(shapes, axis);
  const std::vector<geometry::Slice>& slices = joined.second;
  const auto rule = [](const geometry::Slice& slice) {
    return [map = Move<T, geometry::Slice>{slice, true}] { return map; };
  };
  std::vector<detail::Operand<T, decltype(rule(slices[0]))>> operands;
  for (std::size_t i = 0; i < parts.size(); ++i)
    operands.push_back(wrt(parts[i], rule(slices[i])));
  return record("concatenate", kernel::concatenate(slices[0].whole, values, joined.first),
                std::move(operands));
}

template <class T> V<T> stack(const std::vector<V<T>>& parts, int axis) {
  const V<T> first = parts.empty() ? V<T>() : parts[0];
  const std::size_t at = detail::resolve_axis("stack", axis, first.rank() + 1);
  std::vector<V<T>> rows;
  for (const V<T>& part : parts) {
    if (part.shape() != first.shape())
      throw ShapeError("stack: parts ", first.shape(), " and ", part.shape(),
                       "; expected equal shapes");
    rows.push_back(expand_dims(part, static_cast<int>(at)));
  }
  return concatenate(rows, static_cast<int>(at));
}

template <class T> V<T> squeeze(V<T> x) {
  Shape shape;
  for (const std::size_t length : x.shape())
    if (length != 1)
      shape.push_back(length);
  return reshape(x, shape);
}

template <class T> V<T> squeeze(V<T> x, int axis) {
  const detail::Reduced to = detail::reduced("squeeze", x.shape(), axis);
  if (to.kept != x.shape())
    throw ShapeError("squeeze: axis ", axis, " of shape ", x.shape(), "; expected one of length 1");
  return reshape(x, to.dropped);
}

template <class T> V<T> expand_dims(V<T> x, int axis) {
  const std::size_t at = detail::resolve_axis("expand_dims", axis, x.rank() + 1);
  return reshape(x, x.shape().first(at) + Shape{1} + x.shape().last(x.rank() - at));
}

template <class T> std::vector<V<T>> split(V<T> x, int parts, int axis) {
  const std::size_t n = x.shape()[detail::resolve_axis("split", axis, x.rank())];
  if (parts < 1 || n % static_cast<std::size_t>(parts) != 0)
    throw ShapeError("split: axis ", axis, " of shape ", x.shape(), " in ", parts,
                     " parts; expected a number of parts that divides ", n);
  const auto length = static_cast<std::ptrdiff_t>(n) / parts;
  std::vector<V<T>> result;
  for (std::ptrdiff_t i = 0; i < parts; ++i)
    result.push_back(slice(x, axis, {i * length, (i + 1) * length}));
  return result;
}

namespace {

// The matrices' sizes.
template <class T> std::array<std::ptrdiff_t, 2> sides(const char* operation, const V<T>& x) {
  if (x.rank() < 2)
    throw ShapeError(operation, ": shape ", x.shape(), "; expected at least two axes");
  const Shape last = x.shape().last(2);
  return {static_cast<std::ptrdiff_t>(last[0]), static_cast<std::ptrdiff_t>(last[1])};
}

// Those elements (i, j) of each matrix for which keep(j - i).
template <class T, class Keep> V<T> banded(const char* operation, const V<T>& x, const Keep& keep) {
  const auto [m, n] = sides(operation, x);
  const Mask mask = Mask::make(x.shape().last(2), [&, m = m, n = n](bool* out) {
    for (std::ptrdiff_t i = 0; i < m; ++i)
      for (std::ptrdiff_t j = 0; j < n; ++j)
        *out++ = keep(j - i);
  });
  return where(mask, x, T(0));
}

} // namespace

template <class T> V<T> tril(V<T> x, int k) {
  return banded("tril", x, [k](std::ptrdiff_t above) { return above <= k; });
}
template <class T> V<T> triu(V<T> x, int k) {
  return banded("triu", x, [k](std::ptrdiff_t above) { return above >= k; });
}

template <class T> V<T> diagonal(V<T> x, int k) {
  const auto [m, n] = sides("diagonal", x);
  const std::ptrdiff_t right = std::max(k, 0), down = std::max(-k, 0);
  const std::ptrdiff_t count = std::max<std::ptrdiff_t>(0, std::min(m - down, n - right));
  const std::ptrdiff_t first = count ? down * n + right : 0;
  const V<T> flat = reshape(x, x.shape().first(x.rank() - 2) + Shape{x.shape().last(2).elements()});
  return slice(flat, -1, {first, first + count * (n + 1), n + 1});
}

template <class T> Array<T> one_hot(const Indices& indices, std::size_t length) {
  const std::size_t n = indices.size();
  const auto at = geometry::gather({n, length}, indices.reshaped({n, 1}), 1);
  return kernel::move(at, Array<T>::ones({n, 1}), true).reshaped(indices.shape() + Shape{length});
}

// clang-format off
using namespace instances;
template VF pad(const VF&, const std::vector<Padding>&, float); template VD pad(const VD&, const std::vector<Padding>&, double);
template VF concatenate(const std::vector<VF>&, int);           template VD concatenate(const std::vector<VD>&, int);
template VF stack(const std::vector<VF>&, int);                 template VD stack(const std::vector<VD>&, int);
template VF squeeze(VF);                                        template VD squeeze(VD);
template VF squeeze(VF, int);                                   template VD squeeze(VD, int);
template VF expand_dims(VF, int);                               template VD expand_dims(VD, int);
template std::vector<VF> split(VF, int, int);                   template std::vector<VD> split(VD, int, int);
template VF tril(VF, int);                                      template VD tril(VD, int);
template VF triu(VF, int);                                      template VD triu(VD, int);
template VF diagonal(VF, int);                                  template VD diagonal(VD, int);
template AF one_hot(const Indices&, std::size_t);               template AD one_hot(const Indices&, std::size_t);
template struct Move<float, geometry::Reshape>;                 template struct Move<double, geometry::Reshape>;
template struct Move<float, geometry::Permute>;                 template struct Move<double, geometry::Permute>;
template struct Move<float, geometry::Broadcast>;               template struct Move<double, geometry::Broadcast>;
template struct Move<float, geometry::Slice>;                   template struct Move<double, geometry::Slice>;
template struct Move<float, geometry::Gather>;                  template struct Move<double, geometry::Gather>;

} // namespace contractive
