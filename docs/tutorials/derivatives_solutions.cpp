// Solutions of the exercises of derivatives.md; returns 1, and says what failed, unless all hold.
#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <functional>
#include <iostream>

using namespace contractive;
using V = Variable<double>;

bool held(const char* what, bool condition) {
  std::cout << (condition ? "right: " : "WRONG: ") << what << "\n";
  return condition;
}

bool close(const V& a, const V& b) { return max(abs(a - b)).item() < 1e-9; }

// 1. x, sigmoid and the product are 3. The sweep adds: the cotangents of both factors (2),
// sigmoid's slope (1), its product with a cotangent (1), and the sum of what arrives at x by two
// arrows (1).
bool counting() {
  Tape<double> tape;
  const V x = tape.variable(0.5);
  const V y = sigmoid(x) * x;
  const Position before = tape.size();
  const V g = gradient(y, x);
  return held("3 entries before, 8 after", before == 3 && tape.size() == 8) &&
         held("g = s + x s (1 - s)", close(g, sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x))));
}

// 2. A function that calls itself.
V derivative(const std::function<V(const V&)>& f, int n, const V& x) {
  if (n == 0)
    return f(x);
  return gradient([&](const V& at) { return derivative(f, n - 1, at); }, x);
}
bool by_recursion() {
  const double x = 0.5, root = std::sqrt(1 + x * x);
  const double fourth = (12 * x * x - 3) / std::pow(root, 7);
  return held("the fourth derivative of sqrt(1 + x^2)",
              close(derivative([](const V& at) { return sqrt(1 + square(at)); }, 4, x), fourth));
}

// 3. Without a recording g is a constant: nothing says how it came from w.
bool unrecorded() {
  Tape<double> tape;
  const V x = tape.variable({{0.2, -0.4}}), w = tape.variable({{1.0, 0.5}, {2.0, -1.0}});
  const V g = gradient(sum(tanh(matmul(x, w))), x, CreateGraph::no);
  try {
    return held("an error", gradient(sum(square(g)), w).size() == 0);
  } catch (const TapeError& error) {
    std::cout << error.what() << "\n";
    return held("g is no variable", !g.tracked());
  }
}

// 4. With t = tanh(x w) and s = 1 - t^2 the picture's lower row is g = s w^T. Its two arrows from w
// are two terms: 2 g^T s by the last product, x^T (-2 t s * 2 g w) by the slopes.
bool two_paths() {
  Tape<double> tape;
  const V x = tape.variable({{0.2, -0.4, 0.7}});
  const V w = tape.variable({{1.0, 2.0}, {-1.0, 0.5}, {0.3, 0.8}});
  const V t = tanh(matmul(x, w)), s = 1 - square(t);
  const V g = gradient(sum(t), x);
  const V whole = gradient(sum(square(g)), w);
  const V last_product = gradient(sum(square(matmul(s.detach(), w, Transpose::b))), w);
  const V slopes = gradient(sum(square(matmul(s, w.detach(), Transpose::b))), w);
  return held("both paths together", close(whole, last_product + slopes)) &&
         held("the last product", close(last_product, matmul(2 * g, s, Transpose::a))) &&
         held("the slopes", close(slopes, matmul(x, -2 * t * s * matmul(2 * g, w), Transpose::a)));
}

int main() {
  const bool all[] = {counting(), by_recursion(), unrecorded(), two_paths()};
  for (const bool one : all)
    if (!one)
      return 1;
}
