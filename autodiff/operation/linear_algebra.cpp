#include <contractive/autodiff/operation/linear_algebra.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <memory>

namespace contractive {

template <class T> using V = Variable<T>;

namespace {

using kernel::Triangle;

// A matrix with the triangles that it is a product of: what its derivatives solve with again.
template <class T> struct Factored {
  V<T> a;
  std::shared_ptr<const kernel::Factors<T>> factors;
};

// a x = b, or a^T x = b. The map in b is another solve, whose transpose is the flag:
//   dx = a^-1 (db - da x).
template <class T> V<T> solved(const Factored<T>& f, const V<T>& b, bool flip) {
  const Shape batches =
      detail::broadcast_shapes("solve", detail::batch(f.a.shape()), detail::batch(b.shape()));
  const V<T> right = detail::in_order(b, batches);
  const Shape own = batches + f.a.shape().last(2), to = batches + right.shape().last(2);
  const auto work = static_cast<double>(to.elements() * own.back());
  const auto in_b = [=] {
    return Custom<T>{[=](const V<T>& t) { return solved(f, t, flip); },
                     [=](const V<T>& g) { return solved(f, g, !flip); }, batches.rank(), work};
  };
  const auto in_a = [=](const V<T>& x) {
    return Custom<T>{[=](const V<T>& t) {
                       const auto side = flip ? Transpose::a : Transpose::none;
                       return -solved(f, matmul(t, x, side), flip);
                     },
                     [=](const V<T>& g) {
                       const V<T> u = -solved(f, g, !flip);
                       return flip ? matmul(x, u, Transpose::b) : matmul(u, x, Transpose::b);
                     },
                     batches.rank(), 2 * work};
  };
  return record("solve", kernel::solve(*f.factors, to, right.value(), flip), wrt(right, to, in_b),
                wrt(f.a, own, in_a));
}

template <class T>
Factored<T> factored(const char* operation, const V<T>& a, Matrix kind = Matrix::general) {
  using Factors = kernel::Factors<T>;
  Factors factors;
  if (kind == Matrix::general)
    factors = kernel::lu(operation, a.value());
  else if (kind == Matrix::positive_definite)
    factors = {kernel::cholesky(operation, a.value()), {{true}, {true, false, true}}, {}};
  else
    factors = kernel::triangular(operation, a.value(), kind == Matrix::lower);
  return {a, std::make_shared<const Factors>(std::move(factors))};
}

template <class T> void require_square(const char* operation, const V<T>& a) {
  if (a.rank() < 2 || a.shape().back() != a.shape()[a.rank() - 2])
    throw ShapeError(operation, ": a ", a.shape(), "; expected square matrices (..., n, n)");
}

template <class T> V<T> symmetric(const V<T>& a) { return T(0.5) * (a + transposed(a)); }

} // namespace

template <class T> V<T> solve(const V<T>& a, const V<T>& b, Matrix kind, Transpose transpose) {
  require_square("solve", a);
  if (b.rank() == 1)
    return squeeze(solve(a, expand_dims(b, -1), kind, transpose), -1);
  const bool flip_a = transpose == Transpose::a || transpose == Transpose::both;
  const V<T> right = transpose == Transpose::b || transpose == Transpose::both ? transposed(b) : b;
  if (right.rank() < 2 || right.shape()[right.rank() - 2] != a.shape().back())
    throw ShapeError("solve: a ", a.shape(), ", b ", b.shape(), "; expected b (..., ",
                     a.shape().back(), ", m), or a vector");
  const V<T> read = kind == Matrix::general ? a
                    : kind == Matrix::lower ? tril(a)
                    : kind == Matrix::upper ? triu(a)
                                            : symmetric(a);
  const Shape batches =
      detail::broadcast_shapes("solve", detail::batch(a.shape()), detail::batch(right.shape()));
  return solved(factored("solve", detail::in_order(read, batches), kind), right, flip_a);
}

// dL = L P(L^-1 da L^-T), where P halves the diagonal and drops what is above.
template <class T> V<T> cholesky(const V<T>& a) {
  require_square("cholesky", a);
  const V<T> ones(Array<T>::ones(a.shape().last(2))), half = T(0.5) * (tril(ones) + tril(ones, -1));
  const V<T> read = symmetric(a);
  const auto rule = [half](const V<T>& l) {
    const Factored<T> f = factored("cholesky", l, Matrix::lower);
    const auto between = [f](const V<T>& x, bool flip) { // L^-1 x L^-T, or L^-T x L^-1
      return transposed(solved(f, transposed(solved(f, x, flip)), flip));
    };
    return Custom<T>{
        [=](const V<T>& t) { return matmul(l, half * between(t, false)); },
        [=](const V<T>& g) { return between(half * matmul(l, g, Transpose::a), true); },
        l.rank() - 2};
  };
  return record("cholesky", kernel::cholesky("cholesky", read.value()), wrt(read, rule));
}

template <class T> std::pair<Array<T>, V<T>> slogdet(const V<T>& a) {
  require_square("slogdet", a);
  const Factored<T> f = factored("slogdet", a);
  const V<T> pivots = diagonal(V<T>(f.factors->values));
  const auto rule = [f] { // dlog|det a| = <a^-T, da>
    const V<T> w = solved(f, V<T>(Array<T>::eye(f.a.shape().back())), true);
    return Custom<T>{[w](const V<T>& t) {
                       return sum(t * w, {-2, -1});
                     },
                     [w](const V<T>& g) { return expand_dims(expand_dims(g, -1), -1) * w; },
                     w.rank() - 2};
  };
  return {(prod(sign(pivots), -1) * kernel::parity<T>(*f.factors)).value(),
          record("slogdet", sum(log(abs(pivots)), -1).value(), wrt(a, rule))};
}

// clang-format off
using namespace instances;
template VF solve(const VF&, const VF&, Matrix, Transpose); template VD solve(const VD&, const VD&, Matrix, Transpose);
template VF cholesky(const VF&);                            template VD cholesky(const VD&);
template std::pair<AF, VF> slogdet(const VF&);              template std::pair<AD, VD> slogdet(const VD&);

} // namespace contractive
