// Two threads, each with a tape of its own: they share weights and data, which nobody changes, and
// each takes the gradient of the loss of one half.
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>
#include <thread>

using namespace contractive;
using V = Variable<double>;

int main() {
  Random random(1);
  const auto x = random.normal<double>({100, 8}, 1), weights = random.normal<double>({8, 3}, 1);

  // The gradient, in the weights, of the loss of samples first to last: on this thread's tape.
  const auto slope = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
    Tape<double> tape;
    const V w = tape.variable(weights);
    const V batch = tape.variable(slice(V(x), 0, {first, last}).value());
    const V h = sigmoid(matmul(batch, w));
    return gradient(sum(jacobian_squared_norm(h, batch)) + sum_of_squares(h), w).value();
  };
  Array<double> halves[2];
  std::thread one([&] { halves[0] = slope(0, 50); }), other([&] { halves[1] = slope(50, 100); });
  one.join();
  other.join();

  const V whole = slope(0, 100), joined = V(halves[0]) + V(halves[1]);
  const V difference = max(abs(joined - whole));
  std::cout << "of both halves:\n"
            << joined.value() << "\nof all at once:\n"
            << whole.value() << "\ndifference " << difference.item() << "\n";
  return difference < 1e-12 ? 0 : 1;
}
