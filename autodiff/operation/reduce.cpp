#include <contractive/autodiff/operation/reduce.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>

#include <limits>

namespace contractive {

template <class T> using V = Variable<T>;

namespace {

// The largest elements along the axes as constants, or 0 where they are infinite: what exp() may
// subtract without overflow and without inf - inf.
template <class T> V<T> exp_offset(const V<T>& x, const Axes& axes) {
  const V<T> top = max(x.detach(), axes, KeepDims::yes);
  const V<T> infinity(std::numeric_limits<T>::infinity());
  return where(abs(top) < infinity, top, V<T>(T(0)));
}

template <class T> V<T> shaped(const V<T>& kept, const detail::Reduced& to, KeepDims keep) {
  return keep == KeepDims::yes ? kept : reshape(kept, to.dropped);
}

} // namespace

template <class T> V<T> sum(const V<T>& x, const Axes& axes, KeepDims keep) {
  const detail::Reduced to = detail::reduced("sum", x.shape(), axes);
  return shaped(detail::move_back(x, geometry::Broadcast{to.kept, x.shape()}), to, keep);
}

template <class T> V<T> sum_of_squares(const V<T>& x, const Axes& axes, KeepDims keep) {
  const detail::Reduced to = detail::reduced("sum_of_squares", x.shape(), axes);
  const auto rule = [x, to] {
    const Move<T, geometry::Broadcast> repeat{{to.kept, x.shape()}};
    return Custom<T>{"sum of squares", x.shape(), to.kept,
                     [=](const V<T>& t) { return repeat.transpose().apply(t * (T(2) * x)); },
                     [=](const V<T>& g) { return (T(2) * g) * x; }};
  };
  const V<T> result =
      record("sum_of_squares", kernel::sum(x.value(), to.flags, &x.value()), wrt(x, rule));
  return shaped(result, to, keep);
}

// The reduced axes go last and become one; the maximum is then a gather at its position.
template <class T> V<T> max(const V<T>& x, const Axes& axes, KeepDims keep) {
  const detail::Reduced to = detail::reduced("max", x.shape(), axes, true);
  std::vector<int> order;
  for (const bool flagged : {false, true})
    for (std::size_t axis = 0; axis < x.rank(); ++axis)
      if (to.flags[axis] == flagged)
        order.push_back(static_cast<int>(axis));
  const bool single = axes.size() == 1;
  const std::size_t at =
      single ? detail::resolve_axis("max", *axes.begin(), x.rank()) : to.dropped.rank();
  const V<T> rows = single ? x : reshape(permute(x, order), to.dropped + Shape{to.count});
  const V<T> top = gather(rows, kernel::argmax(rows.value(), at), static_cast<int>(at));
  return reshape(top, keep == KeepDims::yes ? to.kept : to.dropped);
}

template <class T> Indices argmax(const Array<T>& x, int axis, KeepDims keep) {
  const detail::Reduced to = detail::reduced("argmax", x.shape(), axis, true);
  return kernel::argmax(x, detail::resolve_axis("argmax", axis, x.rank()))
      .reshaped(keep == KeepDims::yes ? to.kept : to.dropped);
}

template <class T> V<T> logsumexp(const V<T>& x, const Axes& axes, KeepDims keep) {
  const V<T> top = exp_offset(x, axes);
  return shaped(top + log(sum(exp(x - top), axes, KeepDims::yes)),
                detail::reduced("logsumexp", x.shape(), axes), keep);
}

template <class T> V<T> softmax(const V<T>& x, const Axes& axes) {
  const V<T> e = exp(x - exp_offset(x, axes));
  return e / sum(e, axes, KeepDims::yes);
}

// clang-format off
template Variable<float> sum(const Variable<float>&, const Axes&, KeepDims);
template Variable<float> sum_of_squares(const Variable<float>&, const Axes&, KeepDims);
template Variable<float> max(const Variable<float>&, const Axes&, KeepDims);
template Indices argmax(const Array<float>&, int, KeepDims);
template Variable<float> logsumexp(const Variable<float>&, const Axes&, KeepDims);
template Variable<float> softmax(const Variable<float>&, const Axes&);
template Variable<double> sum(const Variable<double>&, const Axes&, KeepDims);
template Variable<double> sum_of_squares(const Variable<double>&, const Axes&, KeepDims);
template Variable<double> max(const Variable<double>&, const Axes&, KeepDims);
template Indices argmax(const Array<double>&, int, KeepDims);
template Variable<double> logsumexp(const Variable<double>&, const Axes&, KeepDims);
template Variable<double> softmax(const Variable<double>&, const Axes&);

} // namespace contractive
