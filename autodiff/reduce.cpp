#include <contractive/autodiff/reduce.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/move.hpp>
#include <contractive/autodiff/tape.hpp>

#include <numeric>

namespace contractive {
Axes all_axes(std::size_t rank) {
  std::vector<int> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

Reduced reduced(const char* operation, const Shape& shape, const Axes& axes) {
  Reduced result{resolve_axes(operation, axes, shape.rank()), {}, {}};
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    result.kept.push_back(result.flags[axis] ? 1 : shape[axis]);
    if (result.flags[axis])
      result.count *= shape[axis];
    else
      result.dropped.push_back(shape[axis]);
  }
  return result;
}

template <class T> Variable<T> sum(const Variable<T>& x, const Axes& axes, bool keep_dims) {
  const Reduced to = reduced("sum", x.shape(), axes);
  const Variable<T> result =
      to.kept == x.shape() ? x : Move<T, Repetition>{{to.kept, x.shape()}, true}.apply(x);
  return keep_dims ? result : reshape(result, to.dropped);
}
// dy = sum 2 x dx: the product first, so that nothing is broadcast but in a kernel.
template <class T>
Variable<T> sum_of_squares(const Variable<T>& x, const Axes& axes, bool keep_dims) {
  const Reduced to = reduced("sum_of_squares", x.shape(), axes);
  const Variable<T> result =
      record("sum_of_squares", kernel::sum(x.value(), to.flags, true), wrt(x, [x, to] {
               const Move<T, Repetition> repeat{{to.kept, x.shape()}};
               return Custom<T>{
                   "sum of squares", x.shape(), to.kept,
                   [=](const Variable<T>& t) { return repeat.transpose().apply(t * (T(2) * x)); },
                   [=](const Variable<T>& g) { return (T(2) * g) * x; }};
             }));
  return keep_dims ? result : reshape(result, to.dropped);
}

// The reduced axes go last and become one; the maximum is then a gather at its position.
template <class T> Variable<T> max(const Variable<T>& x, const Axes& axes, bool keep_dims) {
  const Reduced to = reduced("max", x.shape(), axes);
  if (to.count == 0)
    throw ShapeError(text("max: shape ", x.shape(),
                          " has no element along the reduced axes; "
                          "expected at least one"));
  std::vector<int> order;
  for (const bool flagged : {false, true})
    for (std::size_t axis = 0; axis < x.rank(); ++axis)
      if (to.flags[axis] == flagged)
        order.push_back(static_cast<int>(axis));
  const bool single = axes.size() == 1;
  const std::size_t axis =
      single ? resolve_axis("max", *axes.begin(), x.rank()) : to.dropped.rank();
  const Variable<T> rows = single ? x : reshape(permute(x, order), to.dropped + Shape{to.count});
  const Variable<T> top = gather(rows, kernel::argmax(rows.value(), axis), static_cast<int>(axis));
  return reshape(top, keep_dims ? to.kept : to.dropped);
}
template <class T> Indices argmax(const Array<T>& x, int axis, bool keep_dims) {
  const Reduced to = reduced("argmax", x.shape(), axis);
  if (to.count == 0)
    throw ShapeError(text("argmax: shape ", x.shape(), " has no element along axis ", axis,
                          "; expected at least one"));
  return kernel::argmax(x, resolve_axis("argmax", axis, x.rank()))
      .reshaped(keep_dims ? to.kept : to.dropped);
}

// clang-format off
using F = Variable<float>; using D = Variable<double>;
template F sum(const F&, const Axes&, bool);       template D sum(const D&, const Axes&, bool);
template F sum_of_squares(const F&, const Axes&, bool);
template D sum_of_squares(const D&, const Axes&, bool);
template F max(const F&, const Axes&, bool);       template D max(const D&, const Axes&, bool);
template Indices argmax(const Array<float>&, int, bool);
template Indices argmax(const Array<double>&, int, bool);

} // namespace contractive
