// Newton's method on Rosenbrock's function: with the exact Hessian, seven steps lead along the
// whole valley to the minimum at (1, 1).
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>

using namespace contractive;
using V = Variable<double>;

int main() {
  const auto rosenbrock = [](const V& x) {
    return square(1 - x[0]) + 100 * square(x[1] - square(x[0]));
  };
  V x{-1.2, 1.0};
  for (int step = 0; step < 7; ++step) {
    const auto [value, slope] = value_and_gradient(rosenbrock, x);
    std::cout << "f" << x.value() << " = " << value.item() << "\n";
    x -= solve(hessian(rosenbrock, x), slope);
  }
  const V distance = norm(x - 1);
  std::cout << "distance from (1, 1): " << distance.item() << "\n";
  return distance < 1e-12 ? 0 : 1;
}
