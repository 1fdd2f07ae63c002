// The program behind derivatives.md.
#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <fstream>
#include <iostream>

using namespace contractive;
using V = Variable<double>;

void record_then_differentiate() {
  Tape<double> tape;
  const V x = tape.variable(0.5);
  const V y = tanh(x) * x;
  const V g = gradient(y, x);
  std::cout << "y = " << y.item() << ", dy/dx = " << g.item() << "\n";
}

void double_backpropagation() {
  Tape<double> tape;
  const V x = tape.variable({{0.2, -0.4, 0.7}}, "x");
  const V w = tape.variable({{1.0, 2.0}, {-1.0, 0.5}, {0.3, 0.8}}, "w");
  const V y = sum(tanh(matmul(x, w)));
  std::ofstream("tape-before.dot") << to_dot(tape);

  const Position before = tape.size();
  const V g = gradient(y, x);
  std::ofstream("tape-after.dot") << to_dot(tape, before); // from there on, in blue
  std::cout << "entries: " << before << " before, " << tape.size() << " after\n";
  std::cout << "dy/dx = " << g.value() << "\n";

  const V penalty = sum(square(g));
  const V slope = gradient(penalty, w);
  std::cout << "||dy/dx||^2 = " << penalty.item() << "\nits gradient in w:\n"
            << slope.value() << "\n";

  const auto penalty_at = [&](const V& weights) {
    return sum(square(gradient([&](const V& at) { return sum(tanh(matmul(at, weights))); }, x)));
  };
  const double step = 1e-5;
  const V up = penalty_at({{1.0 + step, 2.0}, {-1.0, 0.5}, {0.3, 0.8}});
  const V down = penalty_at({{1.0 - step, 2.0}, {-1.0, 0.5}, {0.3, 0.8}});
  std::cout << "its first element by differences: " << (up.item() - down.item()) / (2 * step)
            << "\n";
}

void without_recording() {
  Tape<double> tape;
  const V x = tape.variable(0.5);
  const V y = tanh(x) * x;
  const Position before = tape.size();
  const V g = gradient(y, x, CreateGraph::no);
  std::cout << "entries: " << before << " before, " << tape.size() << " after\n";
}

void again_and_again() {
  const auto f = [](const V& x) { return tanh(x); };
  const auto d1 = [&](const V& x) { return gradient(f, x); };
  const auto d2 = [&](const V& x) { return gradient(d1, x); };
  const auto d3 = [&](const V& x) { return gradient(d2, x); };
  const auto d4 = [&](const V& x) { return gradient(d3, x); };
  std::cout << "derivatives of tanh at 0.5: " << d1(0.5).item() << " " << d2(0.5).item() << " "
            << d3(0.5).item() << " " << d4(0.5).item() << "\n";
  const double t = std::tanh(0.5), s = 1 - t * t;
  std::cout << "the fourth by hand:         " << 16 * t * s * s - 8 * t * t * t * s << "\n";
}

void nested() {
  const auto inner = [](const V& x) {
    return gradient([&](const V& y) { return x + y; }, x); // d/dy (x + y) at y = x
  };
  const V g = gradient([&](const V& x) { return x * inner(x); }, V(3.0));
  std::cout << "d/dx [x * d/dy (x + y)] = " << g.item() << "\n";
}

void hessians() {
  const auto rosenbrock = [](const V& x) {
    return square(1 - x[0]) + 100 * square(x[1] - square(x[0]));
  };
  const V at{-1.2, 1.0};
  std::cout << "Hessian:\n" << hessian(rosenbrock, at).value() << "\n";
  std::cout << "its first column alone: " << hvp(rosenbrock, at, {1, 0}).value() << "\n";
}

void several_variables() {
  const auto valley = [](const V& a, const V& b) {
    return square(1 - a) + 100 * square(b - square(a));
  };
  const auto [value, slopes] = value_and_gradient(valley, {-1.2, 1.0});
  const V along = jvp(valley, {-1.2, 1.0}, {1, 2}); // 1 * d/da + 2 * d/db
  const auto blocks = hessian(valley, {-1.2, 1.0});
  std::cout << "value " << value.item() << ", slopes " << slopes[0].item() << " and "
            << slopes[1].item() << ", along (1, 2) " << along.item() << ", mixed "
            << blocks[0][1].item() << "\n";
}

void sample_by_sample() {
  Tape<double> tape;
  const V x = tape.variable({{0.1, 0.2}, {-0.5, 1.0}, {2.0, -1.0}}); // three samples
  const V w = tape.variable({{1.0, -1.0}, {0.5, 2.0}});
  const V h = tanh(matmul(x, w));
  const V penalty = jacobian_squared_norm(h, x);
  std::cout << "||dh/dx||^2 for each of three samples: " << penalty.value() << "\n";
  std::cout << "the gradient of their mean in w:\n" << gradient(mean(penalty), w).value() << "\n";
  try {
    std::cout << jacobian_squared_norm(h - mean(h, 0), x);
  } catch (const CouplingError& error) {
    std::cout << error.what() << "\n";
  }
}

int main() {
  record_then_differentiate();
  double_backpropagation();
  without_recording();
  again_and_again();
  nested();
  hessians();
  several_variables();
  sample_by_sample();
}
