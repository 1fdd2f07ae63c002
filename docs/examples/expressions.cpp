// xtensor in and out: containers, views and lazy expressions are arguments, gradients are
// containers, and a function template that was written for xtensor is differentiated as it is.
#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <iostream>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

template <class E> auto energy(const E& x) { return sum(square(sin(x)) + 0.5 * x); }

int main() {
  using namespace contractive;
  using V = Variable<double>;
  const xt::xarray<double> x = xt::reshape_view(xt::linspace<double>(-1, 1, 12), {3, 4});
  const auto column = xt::view(x, xt::all(), 1);
  const auto lazy = 2.0 * xt::exp(x) - 1.0;
  std::cout << "energy: " << energy(x)() << " " << energy(V(x)).item() << "\n";

  // Its slope is sin(2 x) + 0.5.
  const xt::xarray<double> at_x = gradient(energy<V>, x), at_lazy = gradient(energy<V>, lazy);
  const xt::xtensor<double, 1> at_column = gradient(energy<V>, column);
  std::cout << "gradient at a view: " << at_column << "\n";
  const auto right = [](const auto& slope, const auto& at) {
    return xt::allclose(slope, xt::sin(2.0 * at) + 0.5, 1e-14, 1e-14);
  };

  // Expressions join Variables on a tape, too.
  Tape<double> tape;
  const V scale = tape.variable(3.0);
  const V g = gradient(sum(scale * lazy + xt::square(x)), scale); // the sum of lazy
  std::cout << "d/dscale: " << g.item() << "\n";
  return right(at_x, x) && right(at_lazy, lazy) && right(at_column, column) &&
                 std::abs(g.item() - xt::sum(lazy)()) < 1e-12
             ? 0
             : 1;
}
