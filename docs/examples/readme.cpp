// The program in the README.
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>

int main() {
  using namespace contractive;
  // The second derivative of tanh at 0.5: a gradient of a gradient.
  const auto slope = [](const Variable<double>& x) { return gradient(tanh<double>, x); };
  std::cout << "tanh''(0.5) = " << gradient(slope, 0.5).item() << "\n";

  // An encoder of one's own, its contractive penalty, and the penalty's gradient in its weights.
  Random random(1);
  Tape<double> tape;
  const auto x = tape.variable(random.uniform<double>({100, 784}, 1)); // 100 samples
  const auto w = tape.variable(random.normal<double>({784, 256}, 0.05));
  const auto v = tape.variable(random.normal<double>({256, 64}, 0.05));
  const auto h = sigmoid(matmul(sigmoid(matmul(x, w)), v));
  const auto penalty = mean(jacobian_squared_norm(h, x)); // ||dh/dx||^2, sample by sample
  std::cout << "penalty " << penalty.item() << ", its gradient " << gradient(penalty, w).shape()
            << "\n"
            << explain_jacobian(h, x);
}
