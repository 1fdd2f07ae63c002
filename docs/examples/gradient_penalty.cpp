// A critic with a gradient penalty: Gulrajani et al. 2017, eq. 3. Real points are fake ones moved
// by a distance of 1, so the best critic rises by 1 + 1 / (2 lambda) along each of the ways.
#include <contractive/nn/nn.hpp>

#include <cmath>
#include <iostream>

using namespace contractive;
using V = Variable<double>;

int main() {
  constexpr std::size_t batch = 64;
  constexpr double lambda = 10;
  Random random(1);
  nn::Linear<double> hidden(2, 32, random), top(32, 1, random);
  const auto critic = [&](const V& x) { return top(tanh(hidden(x))); };
  auto parameters = hidden.parameters();
  nn::append(parameters, top.parameters());
  nn::Adam<double> optimiser(0.01);

  V found;
  for (int step = 1; step <= 400; ++step) {
    Tape<double> tape;
    const V fake(random.normal<double>({batch, 2}, 0.5)), real = fake + V{0.6, 0.8};
    const V share(random.uniform<double>({batch, 1}, 0.5)); // +-0.5: somewhere on the way
    const V x = tape.variable((fake + (share + 0.5) * (real - fake)).value());
    const V slopes = norm(gradient(sum(critic(x)), x), 1);
    const V distance = mean(critic(real)) - mean(critic(fake));
    const V penalty = mean(square(slopes - 1));
    const V loss = lambda * penalty - distance;
    optimiser.step(parameters, gradient(loss, nn::use(parameters)));
    found = slopes.detach();
    if (step % 100 == 0)
      std::cout << "distance " << distance.item() << ", slopes " << mean(slopes).item() << " +- "
                << stddev(slopes).item() << "\n";
  }
  const V off = norm(found - (1 + 0.5 / lambda)) / std::sqrt(double(batch));
  std::cout << "off the best slope by " << off.item() << "\n";
  return off < 0.04 ? 0 : 1;
}
