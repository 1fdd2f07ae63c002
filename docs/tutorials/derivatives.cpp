// The program behind derivatives.md.
#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <iostream>

using namespace contractive;
using V = Variable<double>;

// softsign(x) = x / (1 + |x|): a value, and the linear map from changes of x to changes of it.
template <class T> Variable<T> softsign(const Variable<T>& x) {
  const Variable<T> value = x.detach() / (T(1) + abs(x.detach()));
  return record("softsign", value.value(),
                wrt(x, [x] { return Diagonal<T>{T(1) / square(T(1) + abs(x))}; }));
}

int main() {
  {
    Tape<double> tape;
    const V x = tape.variable(0.5);
    const V y = tanh(x) * x;
    const V g = gradient(y, x);
    std::cout << "y = " << y.item() << ", dy/dx = " << g.item() << "\n";
  }
  {
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
  {
    const auto inner = [](const V& x) {
      return gradient([&](const V& y) { return x + y; }, x); // d/dy (x + y) at y = x
    };
    const V g = gradient([&](const V& x) { return x * inner(x); }, V(3.0));
    std::cout << "d/dx [x * d/dy (x + y)] = " << g.item() << "\n";
  }
  {
    Tape<double> tape;
    const V x = tape.variable(Array<double>{0.2, -0.4});
    const V w = tape.variable(Array<double>({2, 2}, {1.0, 2.0, -1.0, 0.5}));
    const V y = sum(sigmoid(matmul(reshape(x, {1, 2}), w)));
    const V g = gradient(y, x); // recorded, as all that is computed: it can be differentiated again
    const V penalty = sum(square(g));
    std::cout << "||dy/dx||^2 = " << penalty.item() << "\nits gradient in w:\n"
              << gradient(penalty, w).value() << "\n";
  }
  {
    const auto rosenbrock = [](const V& x) {
      const V a = slice(x, 0, {0, 1}), b = slice(x, 0, {1, 2});
      return sum(square(1 - a) + 100 * square(b - square(a)));
    };
    const V at(Array<double>{-1.2, 1.0}), v(Array<double>{1, 0});
    std::cout << "Hessian:\n" << hessian(rosenbrock, at).value() << "\n";
    std::cout << "its first column alone: " << hvp(rosenbrock, at, v).value() << "\n";
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
  {
    const auto f = [](const std::vector<V>& in) { return softsign(in[0]); };
    const Array<double> at{-2.0, -0.3, 0.1, 1.5};
    for (int order = 1; order <= 3; ++order)
      std::cout << "order " << order << ": "
                << (check_gradient<double>(f, {at}, order).passed ? "passed" : "FAILED") << "\n";
  }
  {
    Tape<double> tape;
    const V x = tape.variable(Array<double>({3, 2}, {0.1, 0.2, -0.5, 1.0, 2.0, -1.0}));
    const V w(Array<double>({2, 2}, {1.0, -1.0, 0.5, 2.0}));
    const V h = softsign(matmul(x, w));
    std::cout << "||dh/dx||^2 for each of three samples: " << jacobian_squared_norm(h, x).value()
              << "\n";
    try {
      std::cout << jacobian_squared_norm(h - mean(h, 0), x);
    } catch (const CouplingError& error) {
      std::cout << error.what() << "\n";
    }
  }
}
