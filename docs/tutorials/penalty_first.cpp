// The first program of penalty.md.
#include <contractive/nn/nn.hpp>

#include <iostream>

int main() {
  using namespace contractive;
  Random random(1);
  const nn::Linear<float> bottom(784, 256, random), top(256, 64, random);
  const auto encoder = [&](const auto& x) { return sigmoid(top(sigmoid(bottom(x)))); };

  Tape<float> tape;
  const auto x = tape.variable(random.uniform<float>({100, 784}, 1)); // 100 samples
  const auto h = encoder(x);
  const auto penalty = mean(jacobian_squared_norm(h, x));
  const auto slope = gradient(penalty, nn::use(bottom.weight));
  std::cout << "||dh/dx||^2 on average: " << penalty.item() << "\n"
            << "its gradient in the bottom layer's weights: " << slope.shape() << "\n"
            << explain_jacobian(h, x);
}
