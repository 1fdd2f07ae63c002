#include <contractive/autodiff/jacobian/gram.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/record.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

namespace contractive {
namespace {

// (..., n) with one number per row as a factor.
template <class T> Variable<T> as_column(const Variable<T>& c) {
  return reshape(c, c.shape() + Shape{1});
}

// Extra leading axes k of a tangent in front of a matrix's rows: (k..., n, n) meets (rows, n).
template <class T> Variable<T> rows_of(const Variable<T>& a) {
  return reshape(a, {a.shape().first(a.rank() - 1).elements(), a.shape().back()});
}

} // namespace

template <class T> Variable<T> gram(const Variable<T>& x, GramOf of) {
  const bool of_columns = of == GramOf::columns;
  const Variable<T> value =
      matmul(x.detach(), x.detach(), of_columns ? Transpose::a : Transpose::b);
  // dG = dX X^T + X dX^T: its transpose is G -> (G + G^T) X, one product.
  return record("gram", value.value(), wrt(x, [x, of_columns, shape = value.shape()] {
                  return Custom<T>{"gram",
                                   x.shape(),
                                   shape,
                                   [=](const Variable<T>& t) {
                                     const Variable<T> half =
                                         matmul(t, x, of_columns ? Transpose::a : Transpose::b);
                                     return half + transposed(half);
                                   },
                                   [=](const Variable<T>& g) {
                                     const Variable<T> both = g + transposed(g);
                                     return of_columns ? matmul(x, both) : matmul(both, x);
                                   },
                                   {},
                                   static_cast<double>(x.size() * shape.back())};
                }));
}

template <class T> Variable<T> row_dot_symmetric(const Variable<T>& a, const Variable<T>& m) {
  const Variable<T> p = matmul(a, m); // recorded: higher orders differentiate through it
  const Shape shape = a.shape().first(a.rank() - 1);
  return record(
      "row_dot_symmetric",
      kernel::sum_of_products<T>({a.value(), p.value()}, shape + Shape{1}).reshaped(shape),
      wrt(a,
          [=] {
            return Custom<T>{"row dot", a.shape(), shape,
                             [=](const Variable<T>& t) { return sum(t * (p * T(2)), -1); },
                             [=](const Variable<T>& g) { return p * as_column(g * T(2)); }};
          }),
      wrt(m, [=] {
        return Custom<T>{"row form", m.shape(), shape,
                         [=](const Variable<T>& t) {
                           const Variable<T> rows = rows_of(a);
                           const Shape front = t.shape().first(t.rank() - 2);
                           return reshape(sum(matmul(rows, t) * rows, -1), front + shape);
                         },
                         [=](const Variable<T>& g) { return weighted_gram(a, g); }};
      }));
}

template <class T> Variable<T> weighted_gram(const Variable<T>& a, const Variable<T>& c) {
  const std::size_t n = a.shape().back();
  const Variable<T> rows = rows_of(a);
  if (c.rank() >= a.rank()) { // extra leading axes: a product for each
    const Shape front = c.shape().first(c.rank() + 1 - a.rank());
    const Variable<T> weights = reshape(c, front + Shape{rows.shape()[0], 1});
    return matmul(rows * weights, rows, Transpose::a);
  }
  const Variable<T> weights = reshape(c, {rows.shape()[0]});
  return record(
      "weighted_gram", kernel::weighted_gram(rows.value(), weights.value()),
      wrt(rows,
          [=] {
            const auto scaled = [=] { return rows * as_column(weights); };
            return Custom<T>{
                "weighted gram",
                rows.shape(),
                {n, n},
                [=](const Variable<T>& t) {
                  const Variable<T> half = matmul(t, scaled(), Transpose::a);
                  return half + transposed(half);
                },
                [=](const Variable<T>& g) { return matmul(scaled(), g + transposed(g)); },
                {},
                static_cast<double>(rows.size() * n)};
          }),
      wrt(weights, [=] {
        return Custom<T>{
            "row weights",
            weights.shape(),
            {n, n},
            [=](const Variable<T>& t) { return matmul(rows * as_column(t), rows, Transpose::a); },
            [=](const Variable<T>& g) { return sum(matmul(rows, g) * rows, -1); }};
      }));
}

// clang-format off
using namespace instances;
template VF gram(const VF&, GramOf);                   template VD gram(const VD&, GramOf);
template VF row_dot_symmetric(const VF&, const VF&);   template VD row_dot_symmetric(const VD&, const VD&);
template VF weighted_gram(const VF&, const VF&);       template VD weighted_gram(const VD&, const VD&);

} // namespace contractive
