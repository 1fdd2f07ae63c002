// A primitive of one's own: a matrix with three bands a (3, n) times each row of x (B, n),
// y(b, i) = sum_k a(k, i) x(b, i + k - 1). It is one entry of a tape, and keeps a and x alone.
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>

using namespace contractive;
using V = Variable<double>;

V shift(const V& x, std::ptrdiff_t by) { // x(..., i + by), and 0 beyond the ends
  std::vector<Padding> ends(x.rank());
  ends.back() = {1, 1};
  return slice(pad(x, ends), -1, {1 + by, by == 1 ? Range().stop : by - 1});
}
V around(const V& x) { return stack({shift(x, -1), x, shift(x, 1)}, -3); }
V turned(const V& a) { return stack({shift(a[2], -1), a[1], shift(a[0], 1)}); } // transposed
V product(const V& a, const V& x) { return sum(expand_dims(a, -2) * around(x), -3); }

V banded(const V& a, const V& x) {
  const auto in_x = [a](const V& t) { return product(a, t); };
  const auto to_x = [a](const V& g) { return product(turned(a), g); };
  const auto in_a = [x](const V& t) { return product(t, x); };
  const auto to_a = [x](const V& g) { return sum(expand_dims(g, -3) * around(x), -2); };
  return record("banded", product(a.detach(), x.detach()).value(), wrt(a, in_a, to_a),
                wrt(x, in_x, to_x, 1)); // which keeps one leading axis apart: the samples
}

int main() {
  Tape<double> tape;
  const V a{{0, 0.1, -0.3, 0.7}, {0.5, -0.2, 0.4, 1.1}, {0.3, 0.6, -0.8, 0}};
  const V x = tape.variable({{0.2, -0.5, 1.0, 0.3}, {-1.2, 0.4, 0.1, 0.9}});
  const auto f = [](const V& m, const V& v) { return tanh(banded(m, v)); };
  const auto passes = [&](int order) { return check_gradient(f, {a, x}, order).passed; };
  const V h = f(a, x), penalty = jacobian_squared_norm(h, x); // ||diag(1 - h^2) A||^2
  const V by_hand = sum(square(1 - square(h)) * sum_of_squares(a, 0), 1);
  std::cout << check_gradient(f, {a, x}, 3) << "\npenalty " << penalty.value() << ", by hand "
            << by_hand.value() << "\n";
  return passes(1) && passes(2) && passes(3) && max(abs(penalty - by_hand)) < 1e-14 ? 0 : 1;
}
