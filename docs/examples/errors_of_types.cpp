// What does not compile, on purpose: each line with `error` at its end is refused. See
// how-to/errors.md.
#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <xtensor/xarray.hpp>

using contractive::Array, contractive::Tape, contractive::Variable;
using V = Variable<double>;

V reductions(const V& x) {
  const V largest = max(x, 0.0);   // error
  const V average = mean(x, true); // error
  return largest + average;
}

double numbers(const V& x, const Variable<float>& y) {
  const double total = sum(x); // error
  const V product = x * y;     // error
  return total + product.item();
}

V elements(V x) {
  x[0] = 1.0;  // error
  return x(1); // error
}

V functions(const V& x, const Array<double>& a) {
  const V e = std::exp(x); // error
  const V s = sum(a);      // error
  return e + s;
}

void tapes() {
  Tape<double> tape;
  Tape<double> other = tape; // error
}

V bridge(const xt::xarray<double>& a) {
  return a; // error
}

void checks(const V& x) {
  check_gradient([](const V& v) { return v * v; }, {x}); // error
}
