// The program behind rules.md.
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>

using namespace contractive;
using V = Variable<double>;

void a_map_and_its_transpose() {
  const V w{{1.0, 2.0}, {-1.0, 0.5}, {0.3, 0.8}};
  const LinearMap<double> times_w = Product<double>{w, Product<double>::Side::right};
  const LinearMap<double> slopes = Diagonal<double>{V{{0.5, 0.25}}};

  const V t{{1.0, 0.0, 2.0}}; // a change of x
  const V g{{1.0, -1.0}};     // a loss's slope in h
  const V forward = slopes.apply(times_w.apply(t));
  const V reverse = times_w.transpose().apply(slopes.transpose().apply(g));
  std::cout << "J t   = " << forward.value() << "\n"
            << "J^T g = " << reverse.value() << "\n"
            << "<J t, g> = " << sum(forward * g).item()
            << ", <t, J^T g> = " << sum(t * reverse).item() << "\n";
}

void one_rule_three_uses() {
  Tape<double> tape;
  const V x = tape.variable({{0.2, -0.4, 0.7}});
  const V w = tape.variable({{1.0, 2.0}, {-1.0, 0.5}, {0.3, 0.8}});
  const V h = tanh(matmul(x, w));
  std::cout << "jvp: " << jvp(h, x, {{1.0, 0.0, 2.0}}).value() << "\n"
            << "vjp: " << vjp(h, x, {{1.0, -1.0}}).value() << "\n";
  const V slopes = 1 - square(h);
  const V by_hand = sum(square(slopes) * sum(square(w), 0));
  std::cout << "||dh/dx||^2: " << jacobian_squared_norm(h, x).item() << ", by hand "
            << by_hand.item() << "\n";
}

// x / (1 + |x|): a value, and the slope of it.
V softsign(const V& x) {
  const V value = x.detach() / (1 + abs(x.detach()));
  return record("softsign", value.value(), wrt(x, [x] { return 1 / square(1 + abs(x)); }));
}

V careless_softsign(const V& x) {
  const V value = x.detach() / (1 + abs(x.detach()));
  return record("softsign", value.value(), wrt(x, [x] { return 1 / (1 + abs(x)); }));
}

void checked() {
  for (int order = 1; order <= 3; ++order) {
    const GradientReport report = check_gradient(softsign, {V{-2.0, -0.3, 0.1, 1.5}}, order);
    std::cout << "order " << order << ": " << (report ? "passed" : report.summary()) << "\n";
  }
}

// What a report says, but for the digits that differ between processors.
void print(const GradientReport& report) {
  const std::string all = report.summary();
  std::cout << all.substr(0, all.find(" +-")) << " ...\n";
}

void wrong_rule() { print(check_gradient(careless_softsign, {V{-2.0, 0.5}})); }

// y_i = a y_(i-1) + (1 - a) x_i along the last axis, where y_(-1) = 0.
Array<double> smoothed(const Array<double>& x, double a) {
  const std::size_t length = x.shape()[x.rank() - 1];
  return Array<double>::make(x.shape(), [&](double* y) {
    for (std::size_t i = 0; i < x.size(); ++i)
      y[i] = (1 - a) * x[i] + (i % length == 0 ? 0 : a * y[i - 1]);
  });
}

V smooth(const V& x, double a) {
  const auto map = [a](const V& t) { return smooth(t, a); };
  const auto transpose = [a](const V& g) { return flip(smooth(flip(g, -1), a), -1); };
  return record("smooth", smoothed(x.value(), a), wrt(x, map, transpose, x.rank() - 1));
}

void a_map_of_your_own() {
  std::cout << "smoothed: " << smooth(V{0, 1, 0, 0}, 0.5).value() << "\n";
  const auto f = [](const V& x) { return square(smooth(x, 0.5)); };
  for (int order = 1; order <= 3; ++order)
    std::cout << "order " << order << ": "
              << (check_gradient(f, {V{0.3, -1.0, 0.5}}, order) ? "passed" : "FAILED") << "\n";
}

void wrong_map() {
  const auto confused = [](const V& x) {
    const auto transpose = [](const V& g) { return flip(smooth(flip(g, -1), 0.5), -1); };
    return record("smooth", smoothed(x.value(), 0.5), wrt(x, transpose, transpose));
  };
  const GradientReport report = check_gradient(confused, {V{0.3, -1.0, 0.5}});
  std::cout << report.failed << " elements wrong\n" << report.inconsistency << "\n";
}

void unstated_axes() {
  const auto unstated = [](const V& x) {
    const auto map = [](const V& t) { return smooth(t, 0.5); };
    const auto transpose = [](const V& g) { return flip(smooth(flip(g, -1), 0.5), -1); };
    return record("smooth", smoothed(x.value(), 0.5), wrt(x, map, transpose));
  };
  Tape<double> tape;
  const V x = tape.variable({{0.3, -1.0, 0.5}, {2.0, 0.1, -0.2}});
  try {
    std::cout << jacobian_squared_norm(tanh(unstated(x)), x).value() << "\n";
  } catch (const CouplingError& error) {
    std::cout << error.what() << "\n";
  }
}

// The largest |dh_b/dx_c| of two different samples b and c.
template <class F> double coupling(const F& f, const V& x) {
  const V whole = jacobian(f, x); // (B, s, B, d)
  const std::size_t samples = x.shape()[0];
  const Array<double> same = Array<double>::eye(samples).reshaped({samples, 1, samples, 1});
  return max(abs(whole * (1 - V(same)))).item();
}

void free_axes() {
  Tape<double> tape;
  const V x = tape.variable({{0.3, -1.0, 0.5}, {2.0, 0.1, -0.2}}); // two samples
  const V penalty = jacobian_squared_norm(tanh(smooth(x, 0.5)), x);
  std::cout << "||dh/dx||^2: " << penalty.value() << "\n";
  const auto f = [](const V& at) { return tanh(smooth(at, 0.5)); };
  std::cout << "coupling: " << coupling(f, x) << "\n";
}

int main() {
  a_map_and_its_transpose();
  one_rule_three_uses();
  checked();
  wrong_rule();
  a_map_of_your_own();
  wrong_map();
  unstated_axes();
  free_axes();
}
