#include <contractive/autodiff/autodiff.hpp>
#include <contractive/cae/cae.hpp>
#include <contractive/nn/nn.hpp>

int main() {
  using namespace contractive;
  Random random(1);
  const nn::Linear<double> layer(4, 3, random);
  Tape<double> tape;
  const auto x = tape.variable(Array<double>::ones({2, 4}));
  return jacobian_squared_norm(sigmoid(layer(x)), x).size() == 2 ? 0 : 1;
}
