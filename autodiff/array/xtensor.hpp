#pragma once

/// The bridge to xtensor: any expression becomes an Array, any Array shows as an expression,
/// without a copy where memory allows. The only public header that includes xtensor.
#include <contractive/autodiff/array/array.hpp>

#if __has_include(<xtensor/containers/xadapt.hpp>) // since xtensor 0.26
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xnoalias.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#endif

namespace contractive {

/// A new Array with the values of an xtensor expression, row-major.
template <class T, class E> Array<T> from_xtensor(const xt::xexpression<E>& expression) {
  const E& e = expression.derived_cast();
  const Shape shape(e.shape().begin(), e.shape().end());
  return Array<T>::make(shape, [&](T* out) {
    auto view = xt::adapt(out, shape.elements(), xt::no_ownership(),
                          std::vector<std::size_t>(shape.begin(), shape.end()));
    xt::noalias(view) = e;
  });
}

/// The array as an xtensor expression over its own buffer: valid as long as the array lives. Of a
/// temporary, a container of its own.
template <class T> auto as_xtensor(const Array<T>& array) {
  return xt::adapt(array.data(), array.size(), xt::no_ownership(),
                   std::vector<std::size_t>(array.shape().begin(), array.shape().end()));
}
template <class T> xt::xarray<T> as_xtensor(Array<T>&& array) {
  const Array<T>& kept = array;
  return as_xtensor(kept);
}

namespace detail {
/// Any expression is an Array or a Variable where one is expected.
template <class T, class E> struct Import<T, E, std::enable_if_t<xt::is_xexpression<E>::value>> {
  static Array<T> array(const E& expression) { return from_xtensor<T>(expression); }
};
/// `gradient(f, x)` at an expression x: in float or double, in double for other numbers.
template <class E> struct NumberIn<E, std::enable_if_t<xt::is_xexpression<E>::value>> {
  using type = std::conditional_t<std::is_same_v<typename E::value_type, float>, float, double>;
};
/// `xt::xarray<double> g = gradient(...)`, and xt::xtensor, whose rank is checked.
template <class T> struct Export<T, xt::xarray<T>> {
  static xt::xarray<T> from(const Array<T>& array) { return as_xtensor(array); }
};
template <class T, std::size_t N> struct Export<T, xt::xtensor<T, N>> {
  static xt::xtensor<T, N> from(const Array<T>& array) {
    if (array.rank() != N)
      throw ShapeError("xtensor: shape ", array.shape(), " for an xtensor of rank ", N);
    return as_xtensor(array);
  }
};
} // namespace detail

} // namespace contractive

// What joins a Variable and an expression is ours: xtensor's own operators and functions, which
// take anything beside an expression, would make an expression of Variables.
namespace xt::detail {
template <class F, class T, class... E> struct xfunction_type<F, contractive::Variable<T>, E...> {};
template <class F, class T, class... E>
struct xfunction_type<F, contractive::Variable<T>&, E...> {};
template <class F, class T, class... E>
struct xfunction_type<F, const contractive::Variable<T>&, E...> {};
template <class F, class A, class T, class... E>
struct xfunction_type<F, A, contractive::Variable<T>, E...> {};
template <class F, class A, class T, class... E>
struct xfunction_type<F, A, contractive::Variable<T>&, E...> {};
template <class F, class A, class T, class... E>
struct xfunction_type<F, A, const contractive::Variable<T>&, E...> {};
} // namespace xt::detail
