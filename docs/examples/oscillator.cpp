// A network u(t) is made to solve u'' + u = 0, u(0) = 0, u'(0) = 1, by Levenberg and Marquardt.
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>

using namespace contractive;
using V = Variable<double>;

int main() {
  constexpr std::size_t units = 12, points = 41;
  const V ones(Array<double>::ones({points}));
  const V t = (cumsum(ones, 0) - 1) * (6.0 / (points - 1)); // 0 to 6
  const auto network = [](const V& theta) {
    return [w = reshape(theta, {3, units})](const V& at) {
      return dot(tanh(expand_dims(at, 1) * w[0] + w[1]), w[2]);
    };
  };
  const auto derivative = [&](const auto& f) {
    return [&, f](const V& at) { return jvp(f, at, ones); }; // f_i depends on t_i alone
  };
  const auto residuals = [&](const V& theta) {
    const auto u = network(theta);
    const auto du = derivative(u);
    const auto ddu = derivative(du);
    return concatenate({ddu(t) + u(t), slice(u(t), 0, {0, 1}), slice(du(t), 0, {0, 1}) - 1});
  };
  V theta(Random(1).normal<double>({3 * units}, 1.5));
  double damping = 1;
  for (int step = 0; step < 100; ++step) {
    const V r = residuals(theta), j = jacobian(residuals, theta);
    const V normal = matmul(j, j, Transpose::a) + damping * V(Array<double>::eye(3 * units));
    const V next = theta - solve(normal, vjp(residuals, theta, r), Matrix::positive_definite);
    const bool better(norm(residuals(next)) < norm(r));
    theta = better ? next : theta;
    damping *= better ? 0.3 : 3;
  }
  const V error = max(abs(network(theta)(t) - sin(t)));
  std::cout << "largest error against sin: " << error.item() << "\n";
  return error < 2e-3 ? 0 : 1;
}
