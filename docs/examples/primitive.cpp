// The program behind docs/how-to/primitive.md.
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>

using namespace contractive;

/// sqrt(x^2 + y^2), with broadcasting. Not differentiable where both are 0.
template <class T> Variable<T> radius(const Variable<T>& x, const Variable<T>& y) {
  const Array<T> value = sqrt(square(x.detach()) + square(y.detach())).value();
  const Shape shape = value.shape();
  return record("radius", value, wrt(x, shape, [x](const Variable<T>& r) { return x / r; }),
                wrt(y, shape, [y](const Variable<T>& r) { return y / r; }));
}

bool checked() {
  const Array<double> x{{0.3, -1.0, 0.5}, {2.0, 0.1, -0.2}}, y{1.0, 0.5, -2.0};
  for (int order = 1; order <= 3; ++order)
    if (const auto report = check_gradient(radius<double>, {x, y}, order); !report) {
      std::cerr << report << "\n";
      return false;
    }
  return true;
}

template <class T> Variable<T> careless(const Variable<T>& x, const Variable<T>& y) {
  const Array<T> value = sqrt(square(x.detach()) + square(y.detach())).value();
  return record("careless", value, wrt(x, [x](const Variable<T>& r) { return x / r; }),
                wrt(y, [y](const Variable<T>& r) { return y / r; }));
}

int main() {
  Tape<double> tape;
  const auto x = tape.variable({{0.3, -1.0, 0.5}, {2.0, 0.1, -0.2}});
  const auto y = tape.variable({1.0, 0.5, -2.0});
  const auto slope = gradient(sum(radius(x, y)), y);
  std::cout << "slope in y: " << slope.value() << "\n";
  std::cout << "||dr/dx||^2: " << jacobian_squared_norm(radius(x, y), x).value() << "\n";
  try {
    std::cout << gradient(sum(careless(x, y)), y).value() << "\n";
  } catch (const ShapeError& error) {
    std::cout << error.what() << "\n";
  }
  return checked() ? 0 : 1;
}
