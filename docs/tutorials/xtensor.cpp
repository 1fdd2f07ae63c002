// Derivatives for a program in xtensor: one function for numbers and for derivatives, a fit, what
// copies and what refers, and operations whose values xtensor computes.
// For the picture alone.
#include <contractive/cae/report/chart.hpp>
#include <contractive/nn/file/file.hpp>

#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>

using namespace contractive;
using V = Variable<double>;

namespace {

// What was measured: a damped oscillation, and something that disturbed it.
const xt::xarray<double> t = xt::linspace<double>(0, 10, 200);
const xt::xarray<double> measured =
    2.0 * xt::exp(-0.3 * t) * xt::cos(1.7 * t) + 0.1 * xt::sin(37.0 * t);

namespace before {
double misfit(const xt::xarray<double>& p) {
  const xt::xarray<double> model = p(0) * xt::exp(-p(1) * t) * xt::cos(p(2) * t);
  return xt::mean(xt::square(model - measured))();
}
} // namespace before

// P is xt::xarray<double>, or V.
template <class P> auto oscillation(const P& p) { return p[0] * exp(-p[1] * t) * cos(p[2] * t); }
template <class P> auto residuals(const P& p) { return oscillation(p) - measured; }
template <class P> auto misfit(const P& p) { return mean(square(residuals(p))); }

void one_function_for_both(const xt::xarray<double>& p) {
  std::cout << "as it was:     " << before::misfit(p) << "\n";
  std::cout << "of an xarray:  " << misfit(p)() << "\n";
  std::cout << "of a Variable: " << misfit(V(p)).item() << "\n";
}

void derivatives(const xt::xarray<double>& p) {
  const xt::xarray<double> slope = gradient(misfit<V>, p);
  const xt::xtensor<double, 2> curvature = hessian(misfit<V>, p);

  xt::xarray<double> differences = xt::zeros_like(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    xt::xarray<double> up = p, down = p;
    up(i) += 1e-6;
    down(i) -= 1e-6;
    differences(i) = (before::misfit(up) - before::misfit(down)) / 2e-6;
  }
  std::cout << "gradient:       " << slope << "\nby differences: " << differences << "\nHessian:\n"
            << curvature << "\n";
}

// Gauss-Newton steps from p.
xt::xarray<double> fitted(xt::xarray<double> p) {
  for (int step = 0; step < 7; ++step) {
    std::cout << "misfit " << before::misfit(p) << "\n";
    const V r = residuals(V(p));           // (200)
    const V j = jacobian(residuals<V>, p); // (200, 3)
    const auto jt_j = matmul(j, j, Transpose::a), jt_r = matmul(j, r, Transpose::a);
    p -= xt::xarray<double>(solve(jt_j, jt_r));
  }
  return p;
}

// The standard deviation of each parameter.
xt::xarray<double> uncertainty(const xt::xarray<double>& p) {
  const V j = jacobian(residuals<V>, p);
  const double n = 200, variance = before::misfit(p) * n / (n - 3);
  const xt::xarray<double> covariance = variance * inverse(matmul(j, j, Transpose::a));
  return xt::sqrt(xt::diagonal(covariance));
}

void draw(const xt::xarray<double>& guess, const xt::xarray<double>& fit) {
  const auto numbers = [](const xt::xarray<double>& x) {
    return std::vector<double>(x.begin(), x.end());
  };
  nn::write_file("xtensor-fit.svg",
                 cae::svg({"A damped oscillation",
                           "t",
                           "",
                           false,
                           false,
                           {{"fit", numbers(t), numbers(oscillation(fit)), cae::Style::line},
                            {"guess", numbers(t), numbers(oscillation(guess)), cae::Style::line},
                            {"measured", numbers(t), numbers(measured), cae::Style::points}}}));
}

void copies_and_references() {
  xt::xarray<double> x = {{1, 2, 3}, {4, 5, 6}};
  const auto lazy = 10 * x;                      // refers to x
  const auto column = xt::view(x, xt::all(), 1); // refers to x
  const Array<double> values = x, computed = lazy;
  const V seen = column;
  x(0, 1) = 0;
  std::cout << "expressions: " << lazy(0, 1) << " and " << column(0) << "\n";
  std::cout << "Arrays:      " << computed(0, 1) << " and " << seen[0].item() << "\n";

  const auto shown = as_xtensor(values); // refers to values
  std::cout << "the same memory: " << (shown.data() == values.data() ? "yes" : "no") << "\n";
  std::cout << "sums of rows: " << xt::sum(shown, {1}) << "\n";
  xt::xarray<double> mine = values; // a copy
  mine *= 100;
  std::cout << "still " << values(0, 0) << "\n";
}

void layouts() {
  const xt::xarray<double, xt::layout_type::column_major> x = {{1, 2, 3}, {4, 5, 6}};
  const V same = x, turned = xt::transpose(x), ends = xt::view(x, xt::all(), xt::range(0, 3, 2));
  std::cout << same.value() << "\n" << turned.value() << "\n" << ends.value() << "\n";
  try {
    const xt::xtensor<double, 1> flat = same;
  } catch (const ShapeError& error) {
    std::cout << error.what() << "\n";
  }
}

V cube_root(const V& x) {
  return record("cube_root", xt::cbrt(as_xtensor(x.value())),
                wrt(x, [](const V& y) { return 1 / (3 * square(y)); }));
}

// x (n) in ascending order.
V sorted(const V& x) {
  const Indices order = xt::argsort(as_xtensor(x.value()));
  const Indices back = xt::argsort(as_xtensor(order));
  const auto there = [order](const V& tangent) { return gather(tangent, order, -1); };
  const auto home = [back](const V& cotangent) { return gather(cotangent, back, -1); };
  return record("sorted", xt::sort(as_xtensor(x.value())), wrt(x, there, home));
}

void primitives() {
  const xt::xarray<double> x = {3, -2, 8, 0.5};
  const auto largest = [](const V& v) { return sorted(v)[-1]; };
  std::cout << "sorted: " << sorted(x).value() << "\n";
  std::cout << "slope of the largest: " << gradient(largest, x).value() << "\n";

  const auto both = [](const V& v) { return sorted(square(v)) * cube_root(v); };
  const Array<double> at = x;
  for (int order = 1; order <= 3; ++order)
    std::cout << "order " << order << ": "
              << (check_gradient(both, {at}, order) ? "right" : "wrong") << "\n";
}

} // namespace

int main() {
  std::cout.precision(4);
  xt::print_options::set_precision(4);
  const xt::xarray<double> guess = {1, 0.1, 1.5};
  one_function_for_both(guess);
  derivatives(guess);
  const xt::xarray<double> p = fitted(guess);
  std::cout << "p   " << p << "\n+-  " << uncertainty(p) << "\n";
  draw(guess, p);
  copies_and_references();
  layouts();
  primitives();
}
