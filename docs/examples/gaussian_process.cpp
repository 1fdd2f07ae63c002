// The marginal likelihood of a Gaussian process, its gradient and its Hessian in three
// hyper-parameters, and Newton's method with them.
#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <iomanip>
#include <iostream>

using namespace contractive;
using V = Variable<double>;

int main() {
  constexpr std::size_t n = 25;
  Random random(1);
  const V x = cumsum(V(Array<double>::full({n}, 0.25)), 0) - 0.25;
  const V y = sin(x) + V(random.normal<double>({n}, 0.1));
  const V squares = square(expand_dims(x, 1) - x);

  // -log p(y | x), Rasmussen and Williams (2006), eq. 2.30, at the logarithms of the length scale,
  // of the signal's and of the noise's deviation.
  const auto loss = [&](const V& theta) {
    const V scale = exp(theta);
    const V k = square(scale[1]) * exp(-0.5 * squares / square(scale[0])) +
                square(scale[2]) * V(Array<double>::eye(n));
    const V l = cholesky(k);
    return 0.5 * sum_of_squares(solve(l, y, Matrix::lower)) + sum(log(diagonal(l))) +
           0.5 * n * std::log(2 * std::acos(-1.0));
  };

  std::cout << std::fixed << std::setprecision(3);
  V theta{0.0, -0.5, -2.6};
  for (int step = 0; step < 5; ++step) {
    const auto [value, slope] = value_and_gradient(loss, theta);
    std::cout << value.item() << "  |gradient| " << norm(slope).item() << "\n";
    theta -= solve(hessian(loss, theta), slope, Matrix::positive_definite);
  }
  std::cout << "Hessian\n" << hessian(loss, theta).value() << "\n";
  std::cout << "length scale, signal and noise " << exp(theta).value() << "\n";
}
