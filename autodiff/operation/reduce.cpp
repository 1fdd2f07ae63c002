#include <contractive/autodiff/operation/reduce.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/map.hpp>
#include <contractive/autodiff/operation/contract.hpp>
#include <contractive/autodiff/operation/record.hpp>

#include <cmath>
#include <limits>

namespace contractive {

template <class T> using V = Variable<T>;

namespace {

using detail::reduced, detail::Reduced;

template <class T> V<T> shaped(const V<T>& x, const Reduced& to, KeepDims keep) {
  return reshape(x, keep == KeepDims::yes ? to.kept : to.dropped);
}

// The sum over the axes as the operation of this name.
template <class T>
V<T> total(const char* operation, const V<T>& x, const Reduced& to, KeepDims keep) {
  return shaped(detail::move_back(x, geometry::Broadcast{to.kept, x.shape(), operation}), to, keep);
}

// The reduced axes last, as one.
template <class T> V<T> rows(const V<T>& x, const Reduced& to) {
  std::vector<int> order;
  for (const bool flagged : {false, true})
    for (std::size_t axis = 0; axis < x.rank(); ++axis)
      if (to.flags[axis] == flagged)
        order.push_back(static_cast<int>(axis));
  return reshape(permute(x, order), to.dropped + Shape{to.count});
}

Range range(std::size_t first, std::size_t last) {
  return {static_cast<std::ptrdiff_t>(first), static_cast<std::ptrdiff_t>(last)};
}

} // namespace

template <class T> V<T> detail::below_max(const char* operation, const V<T>& x, const Axes& axes) {
  static_cast<void>(reduced(operation, x.shape(), axes, true));
  const Array<T> top = max(x.detach(), axes, KeepDims::yes).value();
  const auto shifted = [](T v, T t) { return v == t ? T(0) : v - t; };
  return record("below max", kernel::combine<T>(x.shape(), x.value(), top, shifted),
                wrt(x, [] { return Identity<T>{}; }));
}

template <class T> V<T> sum(V<T> x, Axes axes, KeepDims keep) {
  return total("sum", x, reduced("sum", x.shape(), axes), keep);
}

template <class T> V<T> mean(V<T> x, Axes axes, KeepDims keep) {
  const Reduced to = reduced("mean", x.shape(), axes);
  return total("mean", x, to, keep) / static_cast<T>(to.count);
}

template <class T> V<T> prod(V<T> x, Axes axes, KeepDims keep) {
  const Reduced to = reduced("prod", x.shape(), axes);
  if (to.count == 0)
    return Array<T>::ones(keep == KeepDims::yes ? to.kept : to.dropped);
  V<T> left = rows(x, to);
  for (std::size_t n = to.count; n > 1; n -= n / 2) {
    const std::size_t half = n / 2;
    const V<T> pairs = slice(left, -1, range(0, half)) * slice(left, -1, range(half, 2 * half));
    left = n % 2 ? concatenate({pairs, slice(left, -1, range(n - 1, n))}, -1) : pairs;
  }
  return shaped(left, to, keep);
}

template <class T> V<T> sum_of_squares(V<T> x, Axes axes, KeepDims keep) {
  const Reduced to = reduced("sum_of_squares", x.shape(), axes);
  // The axes in front of the first reduced one are kept apart.
  const auto first = std::find(to.flags.begin(), to.flags.begin() + x.rank(), true);
  const auto rule = [x, to, free = static_cast<std::size_t>(first - to.flags.begin())] {
    const auto front = [](const V<T>& v, const Shape& own) {
      return v.shape().first(v.rank() - own.rank());
    };
    return Custom<T>{
        [=](const V<T>& t) {
          return T(2) * detail::sum_of_products<T>({t, x}, front(t, x.shape()) + to.kept);
        },
        [=](const V<T>& g) {
          return detail::sum_of_products<T>({T(2) * g, x}, front(g, to.kept) + x.shape());
        },
        free};
  };
  return shaped(record("sum_of_squares",
                       kernel::sum_of_products<T>({x.value(), x.value()}, to.kept), wrt(x, rule)),
                to, keep);
}

// As (x / size) size, with the largest of |x|, where it is finite and not 0, as a constant.
template <class T> V<T> norm(V<T> x, Axes axes, KeepDims keep) {
  const Reduced to = reduced("norm", x.shape(), axes);
  const V<T> largest = to.count ? max(abs(x.detach()), axes, KeepDims::yes) : V<T>(T(0));
  const V<T> size =
      where(largest > T(0), where(largest <= std::numeric_limits<T>::max(), largest, T(1)), T(1));
  const V<T> squares = sum_of_squares(x / size, axes, KeepDims::yes);
  const Mask zero = squares == T(0);
  return shaped(where(zero, T(0), size * sqrt(where(zero, T(1), squares))), to, keep);
}

template <class T> V<T> var(V<T> x, Axes axes, KeepDims keep) {
  const Reduced to = reduced("var", x.shape(), axes);
  return sum_of_squares(x - mean(x, axes, KeepDims::yes), axes, keep) / static_cast<T>(to.count);
}

template <class T> V<T> stddev(V<T> x, Axes axes, KeepDims keep) {
  const Reduced to = reduced("stddev", x.shape(), axes);
  return norm(x - mean(x, axes, KeepDims::yes), axes, keep) / std::sqrt(static_cast<T>(to.count));
}

// A gather at the position of the maximum.
template <class T> V<T> max(V<T> x, Axes axes, KeepDims keep) {
  const Reduced to = reduced("max", x.shape(), axes, true);
  const bool single = axes.size() == 1;
  const std::size_t at =
      single ? detail::resolve_axis("max", *axes.begin(), x.rank()) : to.dropped.rank();
  const V<T> from = single ? x : rows(x, to);
  return shaped(gather(from, kernel::argmax(from.value(), at), static_cast<int>(at)), to, keep);
}

template <class T> V<T> min(V<T> x, Axes axes, KeepDims keep) {
  static_cast<void>(reduced("min", x.shape(), axes, true));
  return -max(-x, axes, keep);
}

template <class T> V<T> logsumexp(V<T> x, Axes axes, KeepDims keep) {
  const V<T> e = exp(detail::below_max("logsumexp", x, axes));
  return max(x.detach(), axes, keep) + log(sum(e, axes, keep));
}

// Twice as many terms in each sum from step to step.
template <class T> V<T> cumsum(V<T> x, int axis) {
  const std::size_t at = detail::resolve_axis("cumsum", axis, x.rank()), n = x.shape()[at];
  for (std::size_t by = 1; by < n; by *= 2) {
    std::vector<Padding> before(x.rank());
    before[at].before = by;
    x = x + pad(slice(x, axis, range(0, n - by)), before);
  }
  return x;
}

template <class T> V<T> dot(const V<T>& a, const V<T>& b) {
  if (a.rank() == 0 || b.rank() == 0 || a.shape().back() != b.shape().back())
    throw ShapeError("dot: a ", a.shape(), ", b ", b.shape(), "; expected last axes of one length");
  Shape to = detail::broadcast_shapes("dot", a.shape(), b.shape());
  const Shape rest = to.first(to.rank() - 1);
  return reshape(detail::sum_of_products<T>({a, b}, rest + Shape{1}), rest);
}

template <class T> Indices argmax(const Array<T>& x, int axis, KeepDims keep) {
  const detail::Reduced to = detail::reduced("argmax", x.shape(), axis, true);
  return kernel::argmax(x, detail::resolve_axis("argmax", axis, x.rank()))
      .reshaped(keep == KeepDims::yes ? to.kept : to.dropped);
}

// clang-format off
using namespace instances;
#define CONTRACTIVE_REDUCTION(f) template VF f(VF, Axes, KeepDims); template VD f(VD, Axes, KeepDims);
CONTRACTIVE_REDUCTION(sum) CONTRACTIVE_REDUCTION(mean) CONTRACTIVE_REDUCTION(prod) CONTRACTIVE_REDUCTION(sum_of_squares)
CONTRACTIVE_REDUCTION(norm) CONTRACTIVE_REDUCTION(var) CONTRACTIVE_REDUCTION(stddev) CONTRACTIVE_REDUCTION(max)
CONTRACTIVE_REDUCTION(min) CONTRACTIVE_REDUCTION(logsumexp)
template VF dot(const VF&, const VF&);                              template VD dot(const VD&, const VD&);
template VF cumsum(VF, int);                                        template VD cumsum(VD, int);
template VF detail::below_max(const char*, const VF&, const Axes&); template VD detail::below_max(const char*, const VD&, const Axes&);
template Indices argmax(const AF&, int, KeepDims);                  template Indices argmax(const AD&, int, KeepDims);

} // namespace contractive
