// The exercises of xtensor.md. Returns 0 where all of them hold, and else says which does not.
#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>

using namespace contractive;

namespace {

using V = Variable<double>;
using X = xt::xarray<double>;

const X t = xt::linspace<double>(0, 10, 200);
const X measured = 2.0 * xt::exp(-0.3 * t) * xt::cos(1.7 * t) + 0.1 * xt::sin(37.0 * t);

template <class P> auto residuals(const P& p) {
  return p[0] * exp(-p[1] * t) * cos(p[2] * t) - measured;
}
template <class P> auto misfit(const P& p) { return mean(square(residuals(p))); }

// What Gauss-Newton steps lead to from p.
template <class Residuals> X fitted(const Residuals& r, X p) {
  for (int step = 0; step < 10; ++step) {
    const V at = r(V(p)), j = jacobian(r, p);
    p -= X(solve(matmul(j, j, Transpose::a), matmul(j, at, Transpose::a)));
  }
  return p;
}
// What Newton steps lead to from p.
template <class Objective> X minimum_of(const Objective& f, X p) {
  for (int step = 0; step < 10; ++step)
    p -= X(solve(hessian(f, p), gradient(f, p)));
  return p;
}

bool offset() {
  const auto with_offset = [](const V& p) { return residuals(p) + p[3]; };
  const X p = fitted(with_offset, X{1, 0.1, 1.5, 0.5});
  return std::abs(p(3)) < 0.02 && std::abs(p(0) - 2) < 0.02;
}

// From afar the first step makes the misfit larger, and leads to where the Hessian is not positive
// definite, and steps go anywhere. J^T J is so everywhere.
bool newton() {
  const X fit = fitted(residuals<V>, {1, 0.1, 1.5});
  const X near = minimum_of(misfit<V>, {1.9, 0.28, 1.65}),
          far = minimum_of(misfit<V>, {1, 0.1, 1.5});
  const X slope = gradient(misfit<V>, far);
  std::cout << "Newton from afar: " << far << ", slope " << slope << "\n";
  return xt::allclose(near, fit, 1e-8, 1e-8) && !xt::allclose(far, fit, 1e-2, 1e-2);
}

V hypotenuse(const V& x, const V& y) {
  const auto h = xt::hypot(as_xtensor(x.value()), as_xtensor(y.value()));
  return record("hypotenuse", h, wrt(x, [x](const V& z) { return x / z; }),
                wrt(y, [y](const V& z) { return y / z; }));
}
bool two_operands() {
  const Array<double> x{3, -1, 0.5}, y{4, 2, -2};
  return hypotenuse(x, y)[0].item() == 5 && check_gradient(hypotenuse, {x, y}, 3);
}

V sorted(const V& x) {
  const Indices order = xt::argsort(as_xtensor(x.value()));
  const Indices back = xt::argsort(as_xtensor(order));
  const auto there = [order](const V& tangent) { return gather(tangent, order, -1); };
  const auto home = [back](const V& cotangent) { return gather(cotangent, back, -1); };
  return record("sorted", xt::sort(as_xtensor(x.value())), wrt(x, there, home));
}
bool robust() {
  X spoilt = X::from_shape({200});
  spoilt = 0.0 * t;
  xt::view(spoilt, xt::range(20, 180, 16)) = 3; // ten measurements are wrong
  const auto r = [&](const V& p) { return residuals(p) - spoilt; };
  const auto trimmed = [&](const V& p) { return mean(slice(sorted(square(r(p))), 0, {0, 190})); };
  const X truth = {2, 0.3, 1.7}, fit = fitted(r, {1, 0.1, 1.5}), better = minimum_of(trimmed, fit);
  std::cout << "of all: " << fit << ", of the 190 that fit best: " << better << "\n";
  return xt::amax(xt::abs(better - truth))() < 0.03 && xt::amax(xt::abs(fit - truth))() > 0.1;
}

} // namespace

int main() {
  int wrong = 0;
  const auto check = [&](const char* exercise, bool right) {
    if (!right)
      std::cout << "does not hold: " << exercise << "\n";
    wrong += right ? 0 : 1;
  };
  check("1, an offset", offset());
  check("2, Newton's method", newton());
  check("3, a primitive of two operands", two_operands());
  check("4, a robust fit", robust());
  return wrong == 0 ? 0 : 1;
}
