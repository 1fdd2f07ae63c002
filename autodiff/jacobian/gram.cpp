#include <contractive/autodiff/jacobian/gram.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/form.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
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
                  return Custom<T>{"gram", x.shape(), shape,
                                   [=](const Variable<T>& t) {
                                     const Variable<T> half =
                                         matmul(t, x, of_columns ? Transpose::a : Transpose::b);
                                     return half + transposed(half);
                                   },
                                   [=](const Variable<T>& g) {
                                     const Variable<T> both = g + transposed(g);
                                     return of_columns ? matmul(x, both) : matmul(both, x);
                                   }};
                }));
}

template <class T> Variable<T> row_dot_symmetric(const Variable<T>& a, const Variable<T>& m) {
  const Variable<T> p = matmul(a, m); // recorded: higher orders differentiate through it
  const Shape shape = a.shape().first(a.rank() - 1);
  return record("row_dot_symmetric", kernel::row_dot(a.value(), p.value()),
                wrt(a,
                    [=] {
                      return Custom<T>{
                          "row dot", a.shape(), shape,
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
                [=](const Variable<T>& g) { return matmul(scaled(), g + transposed(g)); }};
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

namespace {

// Nothing more is known of the form's maps.
const auto nothing_known = [](const auto&, std::size_t) {};

// sum <t d, g> of rows t and g (..., n...) and d (n...), without the indices of one, which is
// omitted.
template <class T>
Variable<T> scaling_form(std::size_t omitted, const std::array<Variable<T>, 3>& v,
                         std::size_t rank) { // d's own
  const auto& [t, d, g] = v;
  const Variable<T>& rows = omitted == 0 ? g : t;
  if (omitted != 1 && d.rank() > rank) { // axes in front, of a block of tangents
    const Shape front = d.shape().first(d.rank() - rank);
    const Shape ones = detail::pad_rank(d.shape().last(rank), rows.rank());
    return rows * reshape(d, front + ones);
  }
  if (omitted == 1 && t.rank() != g.rank()) { // of cotangents
    const std::size_t all = std::max(t.rank(), g.rank()), own = std::min(t.rank(), g.rank());
    std::vector<int> axes;
    for (std::size_t axis = all - own; axis < all - rank; ++axis)
      axes.push_back(static_cast<int>(axis));
    return sum(t * g, axes);
  }
  const auto value = [&, &t = t, &d = d, &g = g] {
    if (omitted != 1)
      return (rows.detach() * d.detach()).value();
    detail::AxisFlags front{};
    std::fill_n(front.begin(), t.rank() - rank, true);
    return kernel::sum(t.value(), front, &g.value()).reshaped(t.shape().last(rank));
  };
  const auto again = [rank](std::size_t without, const std::array<Variable<T>, 3>& operands) {
    return scaling_form(without, operands, rank);
  };
  return detail::record_form("scale_rows", value(), omitted, v, again, nothing_known);
}

// sum_kbi g_kbi d_kb w_ki e_bi without the indices of one operand, which is omitted.
template <class T>
Variable<T> sandwich_form(std::size_t omitted, const std::array<Variable<T>, 4>& v) {
  const std::size_t ranks[] = {3, 2, 2, 2};
  bool extra = false; // axes in front, of a block of tangents or cotangents
  for (std::size_t j = 0; j < 4; ++j)
    extra = extra || (j != omitted && v[j].rank() > ranks[j]);
  if (extra) { // by broadcasting, all as (..., K, B, n)
    const auto column = [](const Variable<T>& x, std::size_t from_end) {
      return reshape(x, x.shape().first(x.rank() + 1 - from_end) + Shape{1} +
                            x.shape().last(from_end - 1));
    };
    const Variable<T> one(T(1));
    const Variable<T> product =
        (omitted == 0 ? one : v[0]) * (omitted == 1 ? one : column(v[1], 1)) *
        (omitted == 2 ? one : column(v[2], 2)) * (omitted == 3 ? one : column(v[3], 3));
    return omitted == 0 ? product : sum(product, omitted == 1 ? -1 : omitted == 2 ? -2 : -3);
  }
  return detail::record_form("sandwich", kernel::sandwich(omitted, detail::values(v)), omitted, v,
                             sandwich_form<T>, nothing_known);
}

} // namespace

template <class T> Variable<T> scale_rows(const Variable<T>& rows, const Variable<T>& d) {
  if (rows.rank() < d.rank() || rows.shape().last(d.rank()) != d.shape())
    throw ShapeError("scale_rows: rows ", rows.shape(), ", d ", d.shape(),
                     "; expected rows of d's shape");
  return scaling_form<T>(2, {rows, d, Variable<T>()}, d.rank());
}

template <class T>
Variable<T> sandwich(const Variable<T>& d, const Variable<T>& w, const Variable<T>& e) {
  if (d.rank() != 2 || w.rank() != 2 || e.rank() != 2 || d.shape()[0] != w.shape()[0] ||
      d.shape()[1] != e.shape()[0] || w.shape()[1] != e.shape()[1])
    throw ShapeError("sandwich: d ", d.shape(), ", w ", w.shape(), ", e ", e.shape(),
                     "; expected (K, B), (K, n) and (B, n)");
  return sandwich_form<T>(0, {Variable<T>(), d, w, e});
}

// clang-format off
using namespace instances;
template VF gram(const VF&, GramOf);                   template VD gram(const VD&, GramOf);
template VF row_dot_symmetric(const VF&, const VF&);   template VD row_dot_symmetric(const VD&, const VD&);
template VF weighted_gram(const VF&, const VF&);       template VD weighted_gram(const VD&, const VD&);
template VF scale_rows(const VF&, const VF&);          template VD scale_rows(const VD&, const VD&);
template VF sandwich(const VF&, const VF&, const VF&); template VD sandwich(const VD&, const VD&, const VD&);

} // namespace contractive
