// The program in the README.
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>

int main() {
  using namespace contractive;
  // The second derivative of tanh at 0.5: a gradient of a gradient.
  const auto slope = [](const Variable<double>& x) { return gradient(tanh<double>, x); };
  std::cout << "tanh''(0.5) = " << gradient(slope, 0.5).item() << "\n";

  // An encoder of one's own, its contractive penalty, and the penalty's gradient in the weights.
  Tape<double> tape;
  const auto x = tape.variable({{0.1, 0.7, -0.2}, {0.9, -0.4, 0.3}});
  const auto w = tape.variable({{0.5, -1.0}, {1.5, 0.2}, {-0.7, 0.8}});
  const auto h = softmax(tanh(matmul(x, w)));
  const auto penalty = jacobian_squared_norm(h, x); // ||dh/dx||^2, sample by sample
  std::cout << penalty.value() << "\n" << gradient(mean(penalty), w).value() << "\n";
}
