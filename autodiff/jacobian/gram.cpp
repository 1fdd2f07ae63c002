#include <contractive/autodiff/jacobian/gram.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/record.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

namespace contractive {
namespace {

// Extra leading axes k of a tangent in front of a matrix's rows: (k..., n, n) meets (rows, n).
template <class T> Variable<T> rows_of(const Variable<T>& a) {
  return reshape(a, {a.shape().first(a.rank() - 1).elements(), a.shape().back()});
}

// dX -> dX^T Y + Y^T dX (flag a) or dX Y^T + Y dX^T (flag b): how a Gram matrix of X moves, where Y
// is X, weighted. Its transpose is G -> Y (G + G^T), one product.
template <class T> Custom<T> gram_map(const Variable<T>& y, Transpose flag) {
  const auto forward = [=](const Variable<T>& t) {
    const Variable<T> half = matmul(t, y, flag);
    return half + transposed(half);
  };
  const auto backward = [=](const Variable<T>& g) {
    const Variable<T> both = g + transposed(g);
    return flag == Transpose::a ? matmul(y, both) : matmul(both, y);
  };
  const std::size_t n = y.shape()[y.rank() - (flag == Transpose::a ? 1 : 2)];
  return {forward, backward, {}, static_cast<double>(y.size() * n)};
}

// M -> <a_i, M a_i> for each row of a (..., n); its transpose is c -> A^T diag(c) A.
template <class T> Custom<T> row_forms(const Variable<T>& a) {
  const Shape shape = a.shape().first(a.rank() - 1);
  const auto forward = [=](const Variable<T>& t) {
    const Variable<T> rows = rows_of(a);
    const Shape front = t.shape().first(t.rank() - 2);
    return reshape(sum(matmul(rows, t) * rows, -1), front + shape);
  };
  const auto backward = [=](const Variable<T>& c) { return weighted_gram(a, c); };
  return {forward, backward};
}

} // namespace

template <class T> Variable<T> gram(const Variable<T>& x, GramOf of) {
  const Transpose flag = of == GramOf::columns ? Transpose::a : Transpose::b;
  const Array<T> value = matmul(x.detach(), x.detach(), flag).value();
  return record("gram", value, wrt(x, [x, flag] { return gram_map(x, flag); }));
}

template <class T> Variable<T> row_dot_symmetric(const Variable<T>& a, const Variable<T>& m) {
  const Variable<T> p = matmul(a, m); // recorded: higher orders differentiate through it
  const Shape shape = a.shape().first(a.rank() - 1);
  const Array<T> dots = kernel::sum_of_products<T>({a.value(), p.value()}, shape + Shape{1});
  const auto row_dots = [=] {
    return Custom<T>{[=](const Variable<T>& t) { return sum(t * (p * T(2)), -1); },
                     [=](const Variable<T>& g) { return p * expand_dims(g * T(2), -1); }};
  };
  return record("row_dot_symmetric", dots.reshaped(shape), wrt(a, row_dots),
                wrt(m, [a] { return row_forms(a); }));
}

template <class T> Variable<T> weighted_gram(const Variable<T>& a, const Variable<T>& c) {
  const Variable<T> rows = rows_of(a);
  if (c.rank() >= a.rank()) { // extra leading axes: a product for each
    const Shape front = c.shape().first(c.rank() + 1 - a.rank());
    const Variable<T> weights = reshape(c, front + Shape{rows.shape()[0], 1});
    return matmul(rows * weights, rows, Transpose::a);
  }
  const Variable<T> weights = reshape(c, {rows.shape()[0]});
  const Array<T> value = kernel::weighted_gram(rows.value(), weights.value());
  const auto weighted = [rows, weights] {
    return gram_map(rows * expand_dims(weights, -1), Transpose::a);
  };
  return record("weighted_gram", value, wrt(rows, weighted),
                wrt(weights, [rows] { return row_forms(rows).transpose(); }));
}

// clang-format off
using namespace instances;
template VF gram(const VF&, GramOf);                   template VD gram(const VD&, GramOf);
template VF row_dot_symmetric(const VF&, const VF&);   template VD row_dot_symmetric(const VD&, const VD&);
template VF weighted_gram(const VF&, const VF&);       template VD weighted_gram(const VD&, const VD&);

} // namespace contractive
