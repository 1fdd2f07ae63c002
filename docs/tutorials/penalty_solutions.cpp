// Solutions of the exercises in penalty.md.
#include <contractive/nn/nn.hpp>

#include <cmath>
#include <iostream>

using namespace contractive;
using V = Variable<double>;

namespace {

Random generator(1);
const auto data = generator.uniform<double>({20, 12}, 1);

double largest(const V& difference) { return max(abs(difference)).item(); }

// The penalty is the sum of squares over whole Jacobians.
double off(const V& h, const V& x) {
  const V penalty = jacobian_squared_norm(h, x);
  return largest(penalty / sum(square(batch_jacobian(h, x)), {1, 2}) - 1);
}

bool another_activation() {
  const nn::Linear<double> bottom(12, 8, generator), top(8, 4, generator);
  Tape<double> tape;
  const V x = tape.variable(data);
  return off(softplus(top(softplus(bottom(x)))), x) < 1e-10;
}

// Over a sample's own features, axis 1, instead of over the batch.
bool normalised() {
  const nn::Linear<double> bottom(12, 8, generator);
  Tape<double> tape;
  const V x = tape.variable(data);
  const V a = bottom(x);
  const V h = tanh((a - mean(a, 1, KeepDims::yes)) / stddev(a, 1, KeepDims::yes));
  return off(h, x) < 1e-10;
}

// ||dh/da||^2 of h = tanh(a W + b) is sum_j (1 - h_j^2)^2 ||W_j||^2.
bool upper_half() {
  const nn::Linear<double> bottom(12, 8, generator), top(8, 4, generator);
  Tape<double> tape;
  const V x = tape.variable(data);
  const V a = tanh(bottom(x));
  const V h = tanh(top(a));
  const V penalty = jacobian_squared_norm(h, a);
  const V formula = matmul(square(1 - square(h)), sum(square(nn::use(top.weight)), 0));
  return largest(penalty - formula) < 1e-10;
}

// One estimate is off by half; the mean of 400 by a twentieth of that, and of 20 samples by less.
bool unbiased() {
  const nn::Linear<double> bottom(12, 8, generator), top(8, 4, generator);
  Tape<double> tape;
  const V x = tape.variable(data);
  const V h = tanh(top(tanh(bottom(x))));
  V total(0.0);
  for (int draw = 0; draw < 400; ++draw)
    total = total + mean(jacobian_squared_norm_estimate(h, x, generator));
  return std::abs(total.item() / 400 / mean(jacobian_squared_norm(h, x)).item() - 1) < 0.05;
}

} // namespace

int main() {
  bool all = true;
  const auto check = [&](const char* exercise, bool holds) {
    std::cout << exercise << (holds ? ": holds\n" : ": does not hold\n");
    all = all && holds;
  };
  check("another activation", another_activation());
  check("a normalisation that keeps samples apart", normalised());
  check("the upper half", upper_half());
  check("estimates are right on average", unbiased());
  return all ? 0 : 1;
}
