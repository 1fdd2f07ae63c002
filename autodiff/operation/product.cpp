#include <contractive/autodiff/operation/product.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>

namespace contractive {

Shape detail::batch(const Shape& shape) { return shape.first(shape.rank() - 2); }

template <class T> Variable<T> detail::in_order(const Variable<T>& x, const Shape& batches) {
  const Shape own = batch(x.shape());
  std::size_t skip = 0;
  while (skip < own.rank() && own[skip] == 1)
    ++skip;
  const Shape rest = own.last(own.rank() - skip);
  return rest == batches.last(rest.rank()) ? x : broadcast_to(x, batches + x.shape().last(2));
}

// C = A B,  dC = dA B + A dB, with transposes as flags.
template <class T>
Variable<T> matmul(const Variable<T>& a, const Variable<T>& b, Transpose transpose) {
  using Side = typename Product<T>::Side;
  using detail::batch, detail::in_order;
  const bool flip_a = transpose == Transpose::a || transpose == Transpose::both;
  const bool flip_b = transpose == Transpose::b || transpose == Transpose::both;
  if (a.rank() == 0 || b.rank() == 0)
    throw ShapeError("matmul: a ", a.shape(), ", b ", b.shape(), "; expected no scalars");
  if (a.rank() == 1 || b.rank() == 1) { // a vector is a row on the left, a column on the right
    const Variable<T> left = a.rank() == 1 ? expand_dims(a, flip_a ? 1 : 0) : a;
    const Variable<T> right = b.rank() == 1 ? expand_dims(b, flip_b ? 0 : 1) : b;
    const Variable<T> c = matmul(left, right, transpose);
    const Variable<T> rows = b.rank() == 1 ? squeeze(c, -1) : c;
    return a.rank() == 1 ? squeeze(rows, b.rank() == 1 ? -1 : -2) : rows;
  }
  const auto axis = [](const Variable<T>& x, std::size_t from_end) {
    return x.shape()[x.rank() - from_end];
  };
  const std::size_t m = axis(a, flip_a ? 1 : 2), k = axis(a, flip_a ? 2 : 1);
  const std::size_t inner = axis(b, flip_b ? 1 : 2), n = axis(b, flip_b ? 2 : 1);
  if (k != inner)
    throw ShapeError("matmul: a ", a.shape(), flip_a ? " transposed" : "", ", b ", b.shape(),
                     flip_b ? " transposed" : "", ": inner axes ", k, " and ", inner, " differ",
                     n == k ? "; did you mean Transpose::b?" : "; expected equal");

  // One matrix shared by all rows of a larger a: one product of two matrices.
  if (a.rank() > 2 && b.rank() == 2 && !flip_a) {
    const Variable<T> rows = reshape(a, {batch(a.shape()).elements() * m, k});
    return reshape(matmul(rows, b, transpose), batch(a.shape()) + Shape{m, n});
  }
  const Shape batches = detail::broadcast_shapes("matmul", batch(a.shape()), batch(b.shape()));
  const Variable<T> left = in_order(a, batches), right = in_order(b, batches);
  return record("matmul",
                kernel::matmul(batches + Shape{m, n}, left.value(), right.value(), flip_a, flip_b),
                wrt(left, batches + left.shape().last(2),
                    [=] {
                      return Product<T>{right, Side::right, flip_b, flip_a};
                    }),
                wrt(right, batches + right.shape().last(2), [=] {
                  return Product<T>{left, Side::left, flip_a, flip_b};
                }));
}

template <class T> Variable<T> outer(const Variable<T>& a, const Variable<T>& b) {
  if (a.rank() == 0 || b.rank() == 0)
    throw ShapeError("outer: a ", a.shape(), ", b ", b.shape(),
                     "; expected at least one axis each");
  return expand_dims(a, -1) * expand_dims(b, -2);
}

// clang-format off
using namespace instances;
template VF detail::in_order(const VF&, const Shape&); template VD detail::in_order(const VD&, const Shape&);
template VF outer(const VF&, const VF&);             template VD outer(const VD&, const VD&);
template VF matmul(const VF&, const VF&, Transpose); template VD matmul(const VD&, const VD&, Transpose);

} // namespace contractive
