// A program in plain xtensor, and the same program with derivatives.
#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xmath.hpp>

namespace {

using V = contractive::Variable<double>;

// What was measured: a damped oscillation, and something that disturbed it.
const xt::xarray<double> t = xt::linspace<double>(0, 10, 200);
const xt::xarray<double> measured =
    2.0 * xt::exp(-0.3 * t) * xt::cos(1.7 * t) + 0.05 * xt::sin(37.0 * t);

namespace before {
double misfit(const xt::xarray<double>& p) {
  const xt::xarray<double> model = p(0) * xt::exp(-p(1) * t) * xt::cos(p(2) * t);
  return xt::mean(xt::square(model - measured))();
}
} // namespace before

namespace after {
V misfit(const V& p) {
  const V model = p[0] * exp(-p[1] * t) * cos(p[2] * t);
  return mean(square(model - measured));
}
} // namespace after

} // namespace

int main() {
  xt::xarray<double> p = {1.0, 0.1, 1.5};
  std::cout << "misfit in xtensor: " << before::misfit(p) << "\n";
  std::cout << "as a Variable:     " << after::misfit(p).item() << "\n";

  const xt::xarray<double> slope = gradient(after::misfit, p);
  std::cout << "gradient: " << slope << "\n";

  xt::xarray<double> differences = xt::zeros_like(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    xt::xarray<double> up = p, down = p;
    up(i) += 1e-6;
    down(i) -= 1e-6;
    differences(i) = (before::misfit(up) - before::misfit(down)) / 2e-6;
  }
  std::cout << "by differences: " << differences << "\n";

  for (int step = 0; step < 1000; ++step)
    p -= 0.2 * xt::xarray<double>(gradient(after::misfit, p));
  std::cout << "fitted: " << p << "\n";
  const xt::xtensor<double, 2> curvature = hessian(after::misfit, p);
  std::cout << "curvature:\n" << curvature << "\n";
}
