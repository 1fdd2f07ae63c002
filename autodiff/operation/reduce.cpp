#include <contractive/autodiff/operation/reduce.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/kernel/map.hpp>
#include <contractive/autodiff/operation/contract.hpp>
#include <contractive/autodiff/operation/record.hpp>

namespace contractive {

template <class T>
Variable<T> detail::below_max(const char* operation, const Variable<T>& x, const Axes& axes) {
  static_cast<void>(reduced(operation, x.shape(), axes, true));
  const Array<T> top = max(x.detach(), axes, KeepDims::yes).value();
  const auto shifted = [](T v, T t) { return v == t ? T(0) : v - t; };
  return record("below max", kernel::combine<T>(x.shape(), x.value(), top, shifted),
                wrt(x, [] { return Identity<T>{}; }));
}

template <class T>
Variable<T> sum_of_squares(const Variable<T>& x, const Axes& axes, KeepDims keep) {
  const detail::Reduced to = detail::reduced("sum_of_squares", x.shape(), axes);
  const auto rule = [x, to] {
    const auto front = [](const Variable<T>& v, const Shape& own) {
      return v.shape().first(v.rank() - own.rank());
    };
    return Custom<T>{
        [=](const Variable<T>& t) {
          return T(2) * detail::sum_of_products<T>({t, x}, front(t, x.shape()) + to.kept);
        },
        [=](const Variable<T>& g) {
          return detail::sum_of_products<T>({T(2) * g, x}, front(g, to.kept) + x.shape());
        }};
  };
  const Variable<T> result = record(
      "sum_of_squares", kernel::sum_of_products<T>({x.value(), x.value()}, to.kept), wrt(x, rule));
  return keep == KeepDims::yes ? result : reshape(result, to.dropped);
}

// The reduced axes go last and become one; the maximum is then a gather at its position.
template <class T> Variable<T> max(const Variable<T>& x, const Axes& axes, KeepDims keep) {
  const detail::Reduced to = detail::reduced("max", x.shape(), axes, true);
  std::vector<int> order;
  for (const bool flagged : {false, true})
    for (std::size_t axis = 0; axis < x.rank(); ++axis)
      if (to.flags[axis] == flagged)
        order.push_back(static_cast<int>(axis));
  const bool single = axes.size() == 1;
  const std::size_t at =
      single ? detail::resolve_axis("max", *axes.begin(), x.rank()) : to.dropped.rank();
  const Variable<T> rows = single ? x : reshape(permute(x, order), to.dropped + Shape{to.count});
  const Variable<T> top = gather(rows, kernel::argmax(rows.value(), at), static_cast<int>(at));
  return reshape(top, keep == KeepDims::yes ? to.kept : to.dropped);
}

template <class T> Indices argmax(const Array<T>& x, int axis, KeepDims keep) {
  const detail::Reduced to = detail::reduced("argmax", x.shape(), axis, true);
  return kernel::argmax(x, detail::resolve_axis("argmax", axis, x.rank()))
      .reshaped(keep == KeepDims::yes ? to.kept : to.dropped);
}

// clang-format off
using namespace instances;
template VF detail::below_max(const char*, const VF&, const Axes&); template VD detail::below_max(const char*, const VD&, const Axes&);
template VF sum_of_squares(const VF&, const Axes&, KeepDims); template VD sum_of_squares(const VD&, const Axes&, KeepDims);
template VF max(const VF&, const Axes&, KeepDims);            template VD max(const VD&, const Axes&, KeepDims);
template Indices argmax(const AF&, int, KeepDims);            template Indices argmax(const AD&, int, KeepDims);

} // namespace contractive
