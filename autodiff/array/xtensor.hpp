#pragma once

/// The bridge to xtensor: any expression becomes an Array, any Array shows as an expression,
/// without a copy where memory allows. The only public header that includes xtensor.
#include <contractive/autodiff/array/array.hpp>

#if __has_include(<xtensor/containers/xadapt.hpp>) // since xtensor 0.26
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/core/xnoalias.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xnoalias.hpp>
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

/// The array as an xtensor expression over its own buffer: valid as long as the array lives.
template <class T> auto as_xtensor(const Array<T>& array) {
  return xt::adapt(array.data(), array.size(), xt::no_ownership(),
                   std::vector<std::size_t>(array.shape().begin(), array.shape().end()));
}
template <class T> auto as_xtensor(const Array<T>&&) = delete; // it would dangle

} // namespace contractive
