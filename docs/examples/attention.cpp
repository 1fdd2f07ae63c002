// An encoder with attention over the tokens of each sample, its contractive penalty, and how the
// penalty is computed.
#include <contractive/autodiff/autodiff.hpp>

#include <cmath>
#include <iostream>

using namespace contractive;
using V = Variable<double>;

int main() {
  constexpr std::size_t samples = 4, tokens = 6, width = 5, code = 3;
  Random random(1);
  Tape<double> tape;
  const auto weight = [&](std::size_t out) {
    return tape.variable(random.normal<double>({width, out}, 1 / std::sqrt(width)));
  };
  const V query = weight(width), key = weight(width), value = weight(width), top = weight(code);
  const V x = tape.variable(random.normal<double>({samples, tokens, width}, 1));

  const V scores = matmul(matmul(x, query), matmul(x, key), Transpose::b) / std::sqrt(width);
  const V attended = matmul(softmax(scores), matmul(x, value)); // each token looks at all
  const V h = tanh(matmul(mean(attended, 1), top));

  const V penalty = jacobian_squared_norm(h, x);
  std::cout << explain_jacobian(h, x) << "\n||dh/dx||^2 by sample: " << penalty.value() << "\n";
  const V whole = sum_of_squares(batch_jacobian(h, x), {1, 2});
  std::cout << "from whole Jacobians:  " << whole.value() << "\n";
  std::cout << "the penalty's gradient in the query's weights:\n"
            << gradient(mean(penalty), query).value() << "\n";

  const V difference = max(abs(penalty / whole - 1));
  return difference < 1e-12 ? 0 : 1;
}
