// Nothing but contractive::autodiff is linked: xtensor comes with it.
#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/autodiff.hpp>

int main() {
  const xt::xarray<double> x = {{1.0, 2.0}, {3.0, 4.0}};
  const xt::xarray<double> g = contractive::gradient(
      [](const contractive::Variable<double>& v) { return sum(v * v); }, 2.0 * x);
  return xt::allclose(g, 4.0 * x) ? 0 : 1;
}
