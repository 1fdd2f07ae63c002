// Solutions of the exercises of rules.md; returns 1, and says what failed, unless all hold.
#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <iostream>

using namespace contractive;
using V = Variable<double>;

bool held(const char* what, bool condition) {
  std::cout << (condition ? "right: " : "WRONG: ") << what << "\n";
  return condition;
}

bool close(const V& a, const V& b) { return max(abs(a - b)).item() < 1e-9; }

template <class F> bool passes(const F& f, const V& x) {
  for (int order = 1; order <= 3; ++order)
    if (const GradientReport report = check_gradient(f, {x}, order); !report) {
      std::cout << report << "\n";
      return false;
    }
  return true;
}

// 1. The slope is 1 / (1 + |x|)^2 = (1 - |y|)^2. Such a rule keeps y, which the next operation
// mostly keeps as well, and lets go of x.
V softsign(const V& x) {
  const V value = x.detach() / (1 + abs(x.detach()));
  return record("softsign", value.value(), wrt(x, [](const V& y) { return square(1 - abs(y)); }));
}

// 2. dy = y * (dx - <y, dx>): a symmetric map, so that both functions are one. y is the recorded
// result, no constant: so derivatives of higher order see that the map depends on x.
V softmax_of_one(const V& x) {
  return record("softmax", softmax(x.detach()).value(), wrt(x, [n = x.rank() - 1](const V& y) {
                  const auto map = [y](const V& t) {
                    return y * (t - sum(y * t, -1, KeepDims::yes));
                  };
                  return Custom<double>{map, map, n};
                }));
}
bool one_primitive() {
  Tape<double> tape;
  const V x = tape.variable({{0.1, 0.7, -0.2}, {0.9, -0.4, 0.3}});
  return held("softmax to order 3", passes(softmax_of_one, V{0.1, 0.7, -0.2})) &&
         held("its penalty", close(jacobian_squared_norm(softmax_of_one(x), x),
                                   jacobian_squared_norm(softmax(x), x)));
}

// 3. Differentiating y^3 + y = x gives (3 y^2 + 1) dy = dx. The steps that found y do not matter.
V root(const V& x) { // y^3 + y = x, by Newton's method, element by element
  const Array<double> value = Array<double>::make(x.shape(), [&](double* y) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = 0;
      for (int step = 0; step < 60; ++step)
        y[i] -= (y[i] * y[i] * y[i] + y[i] - x.value()[i]) / (3 * y[i] * y[i] + 1);
    }
  });
  return record("root", value, wrt(x, [](const V& y) { return 1 / (3 * square(y) + 1); }));
}

// 4. The promise is false: each row of the result holds a share of every row.
V mixed(const V& x) { // the mean over the samples of each column, in every row
  const auto map = [](const V& t) { return broadcast_to(mean(t, -2, KeepDims::yes), t.shape()); };
  return record("mixed", map(x.detach()).value(), wrt(x, map, map, 1));
}
bool false_promise() {
  Tape<double> tape;
  const V x = tape.variable({{0.1, 0.7, -0.2}, {0.9, -0.4, 0.3}});
  const V whole = jacobian(mixed, x); // (2, 3, 2, 3)
  const V others = V(1) - V(Array<double>::eye(2).reshaped({2, 1, 2, 1}));
  return held("no error", jacobian_squared_norm(mixed(x), x).size() == 2) &&
         held("samples 0.5 apart", close(max(abs(whole * others)), 0.5)) &&
         held("check_gradient cannot know", passes(mixed, x.detach()));
}

int main() {
  const bool all[] = {held("softsign by its result", passes(softsign, V{-2.0, -0.3, 0.1, 1.5})),
                      one_primitive(), held("a root, to order 3", passes(root, V{-2.0, 0.3, 5.0})),
                      false_promise()};
  for (const bool one : all)
    if (!one)
      return 1;
}
