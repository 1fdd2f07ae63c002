// Logistic regression in 200 dimensions by Newton's method, with the exact Hessian of the loss.
#include <contractive/autodiff/autodiff.hpp>

#include <iostream>

using namespace contractive;
using V = Variable<double>;

int main() {
  constexpr std::size_t samples = 1000, dimensions = 200;
  Random random(1);
  const V x(random.normal<double>({samples, dimensions}, 1));
  const V truth(random.normal<double>({dimensions, 1}, 0.2));
  const V noise(random.normal<double>({samples, 1}, 1));
  const V label = where(matmul(x, truth) + noise > 0, V(1.0), V(0.0));

  // -log p(label | x, w) and a normal prior on w, which keeps the minimum finite.
  const auto loss = [&](const V& w) {
    const V score = matmul(x, expand_dims(w, 1));
    return sum(softplus(score) - label * score) + 0.5 * sum_of_squares(w);
  };
  V w(Array<double>::zeros({dimensions}));
  for (int step = 0; step < 10; ++step) {
    const auto [value, slope] = value_and_gradient(loss, w);
    std::cout << value.item() << "  |gradient| " << norm(slope).item() << "\n";
    w -= solve(hessian(loss, w), slope, Matrix::positive_definite);
  }
  // At the minimum the prior's pull balances the data's, which is the gradient by hand.
  const V residual = sigmoid(matmul(x, expand_dims(w, 1))) - label;
  const V imbalance = norm(matmul(x, residual, Transpose::a) + expand_dims(w, 1));
  std::cout << "imbalance at the minimum: " << imbalance.item() << "\n";
  return imbalance < 1e-10 ? 0 : 1;
}
