#include <contractive/autodiff/elementwise.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/tape.hpp>

#include <cmath>

namespace contractive {

template <class T> Variable<T> add(const Variable<T>& a, const Variable<T>& b) {
  const Shape shape = broadcast_shapes("add", a.shape(), b.shape());
  return record("add", kernel::add(shape, a.value(), b.value()),
                wrt(a, shape, [] { return Identity<T>{}; }),
                wrt(b, shape, [] { return Identity<T>{}; }));
}

template <class T> Variable<T> subtract(const Variable<T>& a, const Variable<T>& b) {
  const Shape shape = broadcast_shapes("subtract", a.shape(), b.shape());
  return record("subtract", kernel::subtract(shape, a.value(), b.value()),
                wrt(a, shape, [] { return Identity<T>{}; }),
                wrt(b, shape, [] { return Diagonal<T>{T(-1)}; }));
}

template <class T> Variable<T> multiply(const Variable<T>& a, const Variable<T>& b) {
  const Shape shape = broadcast_shapes("multiply", a.shape(), b.shape());
  return record("multiply", kernel::multiply(shape, a.value(), b.value()),
                wrt(a, shape, [b] { return Diagonal<T>{b}; }),
                wrt(b, shape, [a] { return Diagonal<T>{a}; }));
}

// y = a / b,  dy = da / b - y/b db.
template <class T> Variable<T> divide(const Variable<T>& a, const Variable<T>& b) {
  const Shape shape = broadcast_shapes("divide", a.shape(), b.shape());
  return record("divide", kernel::divide(shape, a.value(), b.value()),
                wrt(a, shape, [b] { return Diagonal<T>{T(1) / b}; }),
                wrt(b, shape, [b](const Variable<T>& y) { return Diagonal<T>{-(y / b)}; }));
}

// y = a^b,  dy = b a^(b-1) da + y log(a) db. Where b (or a) is 0 the factor is 0, but written as it
// stands it would be 0 * inf: the exponent (or the logarithm's argument) is 1 there instead.
template <class T> Variable<T> power(const Variable<T>& a, const Variable<T>& b) {
  const Shape shape = broadcast_shapes("power", a.shape(), b.shape());
  const auto safe = [](const Variable<T>& v) {
    return where(equal<T>(v.value(), T(0)), Variable<T>(T(1)), v);
  };
  return record("power", kernel::power(shape, a.value(), b.value()),
                wrt(a, shape, [=] { return Diagonal<T>{b * power(a, safe(b) - T(1))}; }),
                wrt(b, shape, [=](const Variable<T>& y) { return Diagonal<T>{y * log(safe(a))}; }));
}

namespace {
template <class T>
Variable<T> selected(const char* operation, const Mask& mask, const Variable<T>& a,
                     const Variable<T>& b, const Shape& shape) {
  return record(operation, kernel::where(shape, mask, a.value(), b.value()),
                wrt(a, shape, [mask] { return Select<T>{mask}; }),
                wrt(b, shape, [mask] { return Select<T>{logical_not(mask)}; }));
}
} // namespace

template <class T> Variable<T> maximum(const Variable<T>& a, const Variable<T>& b) {
  const Shape shape = broadcast_shapes("maximum", a.shape(), b.shape());
  return selected("maximum", kernel::not_below(shape, a.value(), b.value()), a, b, shape);
}

template <class T> Variable<T> minimum(const Variable<T>& a, const Variable<T>& b) {
  const Shape shape = broadcast_shapes("minimum", a.shape(), b.shape());
  return selected("minimum", kernel::not_above(shape, a.value(), b.value()), a, b, shape);
}

template <class T> Variable<T> where(const Mask& mask, const Variable<T>& a, const Variable<T>& b) {
  const Shape shape =
      broadcast_shapes("where", mask.shape(), broadcast_shapes("where", a.shape(), b.shape()));
  return selected("where", mask, a, b, shape);
}

template <class T> Variable<T> negate(const Variable<T>& x) {
  return record("negate", kernel::negate(x.value()), wrt(x, [] { return Diagonal<T>{T(-1)}; }));
}

template <class T> Variable<T> exp(const Variable<T>& x) {
  return record("exp", kernel::exp(x.value()),
                wrt(x, [](const Variable<T>& y) { return Diagonal<T>{y}; }));
}

template <class T> Variable<T> log(const Variable<T>& x) {
  return record("log", kernel::log(x.value()), wrt(x, [x] { return Diagonal<T>{T(1) / x}; }));
}

template <class T> Variable<T> log1p(const Variable<T>& x) {
  return record("log1p", kernel::log1p(x.value()),
                wrt(x, [x] { return Diagonal<T>{T(1) / (T(1) + x)}; }));
}

template <class T> Variable<T> expm1(const Variable<T>& x) { // y + 1 would cancel for x << 0
  return record("expm1", kernel::expm1(x.value()), wrt(x, [x] { return Diagonal<T>{exp(x)}; }));
}

template <class T> Variable<T> sqrt(const Variable<T>& x) {
  return record("sqrt", kernel::sqrt(x.value()),
                wrt(x, [](const Variable<T>& y) { return Diagonal<T>{T(0.5) / y}; }));
}

template <class T> Variable<T> square(const Variable<T>& x) {
  return record("square", kernel::square(x.value()), wrt(x, [x] { return Diagonal<T>{T(2) * x}; }));
}

template <class T> Variable<T> abs(const Variable<T>& x) {
  return record("abs", kernel::abs(x.value()), wrt(x, [v = x.detach()] {
                  const Variable<T> zero(T(0)), one(T(1));
                  return Diagonal<T>{where(v > zero, one, where(v < zero, -one, zero))};
                }));
}

template <class T> Variable<T> sin(const Variable<T>& x) {
  return record("sin", kernel::sin(x.value()), wrt(x, [x] { return Diagonal<T>{cos(x)}; }));
}

template <class T> Variable<T> cos(const Variable<T>& x) {
  return record("cos", kernel::cos(x.value()), wrt(x, [x] { return Diagonal<T>{-sin(x)}; }));
}

template <class T> Variable<T> tanh(const Variable<T>& x) {
  return record("tanh", kernel::tanh(x.value()),
                wrt(x, [](const Variable<T>& y) { return Diagonal<T>{T(1) - y * y}; }));
}

template <class T> Variable<T> sigmoid(const Variable<T>& x) {
  return record("sigmoid", kernel::sigmoid(x.value()),
                wrt(x, [](const Variable<T>& y) { return Diagonal<T>{y * (T(1) - y)}; }));
}

template <class T> Variable<T> softplus(const Variable<T>& x) {
  return record("softplus", kernel::softplus(x.value()),
                wrt(x, [x] { return Diagonal<T>{sigmoid(x)}; }));
}

template <class T> Variable<T> erf(const Variable<T>& x) { // dy = 2 / sqrt(pi) exp(-x^2) dx
  return record("erf", kernel::erf(x.value()), wrt(x, [x] {
                  return Diagonal<T>{T(2 / std::sqrt(std::acos(-1.0))) * exp(-square(x))};
                }));
}

template <class T> Variable<T> relu(const Variable<T>& x) {
  const Variable<T> zero(T(0));
  return where(x > zero, x, zero);
}

template <class T> Variable<T> leaky_relu(const Variable<T>& x, T slope) {
  return where(x > Variable<T>(T(0)), x, slope * x);
}

// The minimum keeps the exponential of a large x, which is not selected, from overflowing.
template <class T> Variable<T> elu(const Variable<T>& x, T alpha) {
  const Variable<T> zero(T(0));
  return where(x > zero, x, alpha * expm1(minimum(x, zero)));
}

template <class T> Variable<T> gelu(const Variable<T>& x) {
  return x * (T(0.5) * (T(1) + erf(x * T(std::sqrt(0.5)))));
}

template <class T> Variable<T> silu(const Variable<T>& x) { return x * sigmoid(x); }

template <class T> Variable<T> clip(const Variable<T>& x, T low, T high) {
  if (!(low <= high))
    throw Error(text("clip: limits ", low, " and ", high, "; expected low <= high"));
  return minimum(maximum(x, Variable<T>(low)), Variable<T>(high));
}

template <class T> Mask less(const Array<T>& a, const Array<T>& b) {
  return kernel::less(broadcast_shapes("less", a.shape(), b.shape()), a, b);
}
template <class T> Mask less_equal(const Array<T>& a, const Array<T>& b) {
  return kernel::less_equal(broadcast_shapes("less_equal", a.shape(), b.shape()), a, b);
}
template <class T> Mask equal(const Array<T>& a, const Array<T>& b) {
  return kernel::equal(broadcast_shapes("equal", a.shape(), b.shape()), a, b);
}
Mask logical_not(const Mask& mask) { return kernel::logical_not(mask); }

template Variable<float> add(const Variable<float>&, const Variable<float>&);
template Variable<float> subtract(const Variable<float>&, const Variable<float>&);
template Variable<float> multiply(const Variable<float>&, const Variable<float>&);
template Variable<float> divide(const Variable<float>&, const Variable<float>&);
template Variable<float> power(const Variable<float>&, const Variable<float>&);
template Variable<float> maximum(const Variable<float>&, const Variable<float>&);
template Variable<float> minimum(const Variable<float>&, const Variable<float>&);
template Variable<float> where(const Mask&, const Variable<float>&, const Variable<float>&);
template Variable<float> negate(const Variable<float>&);
template Variable<float> exp(const Variable<float>&);
template Variable<float> log(const Variable<float>&);
template Variable<float> log1p(const Variable<float>&);
template Variable<float> expm1(const Variable<float>&);
template Variable<float> sqrt(const Variable<float>&);
template Variable<float> square(const Variable<float>&);
template Variable<float> abs(const Variable<float>&);
template Variable<float> sin(const Variable<float>&);
template Variable<float> cos(const Variable<float>&);
template Variable<float> tanh(const Variable<float>&);
template Variable<float> sigmoid(const Variable<float>&);
template Variable<float> softplus(const Variable<float>&);
template Variable<float> erf(const Variable<float>&);
template Variable<float> relu(const Variable<float>&);
template Variable<float> gelu(const Variable<float>&);
template Variable<float> silu(const Variable<float>&);
template Variable<float> leaky_relu(const Variable<float>&, float);
template Variable<float> elu(const Variable<float>&, float);
template Variable<float> clip(const Variable<float>&, float, float);
template Mask less(const Array<float>&, const Array<float>&);
template Mask less_equal(const Array<float>&, const Array<float>&);
template Mask equal(const Array<float>&, const Array<float>&);
template Variable<double> add(const Variable<double>&, const Variable<double>&);
template Variable<double> subtract(const Variable<double>&, const Variable<double>&);
template Variable<double> multiply(const Variable<double>&, const Variable<double>&);
template Variable<double> divide(const Variable<double>&, const Variable<double>&);
template Variable<double> power(const Variable<double>&, const Variable<double>&);
template Variable<double> maximum(const Variable<double>&, const Variable<double>&);
template Variable<double> minimum(const Variable<double>&, const Variable<double>&);
template Variable<double> where(const Mask&, const Variable<double>&, const Variable<double>&);
template Variable<double> negate(const Variable<double>&);
template Variable<double> exp(const Variable<double>&);
template Variable<double> log(const Variable<double>&);
template Variable<double> log1p(const Variable<double>&);
template Variable<double> expm1(const Variable<double>&);
template Variable<double> sqrt(const Variable<double>&);
template Variable<double> square(const Variable<double>&);
template Variable<double> abs(const Variable<double>&);
template Variable<double> sin(const Variable<double>&);
template Variable<double> cos(const Variable<double>&);
template Variable<double> tanh(const Variable<double>&);
template Variable<double> sigmoid(const Variable<double>&);
template Variable<double> softplus(const Variable<double>&);
template Variable<double> erf(const Variable<double>&);
template Variable<double> relu(const Variable<double>&);
template Variable<double> gelu(const Variable<double>&);
template Variable<double> silu(const Variable<double>&);
template Variable<double> leaky_relu(const Variable<double>&, double);
template Variable<double> elu(const Variable<double>&, double);
template Variable<double> clip(const Variable<double>&, double, double);
template Mask less(const Array<double>&, const Array<double>&);
template Mask less_equal(const Array<double>&, const Array<double>&);
template Mask equal(const Array<double>&, const Array<double>&);

} // namespace contractive
