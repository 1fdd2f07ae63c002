#include <contractive/nn/nn.hpp>

int main() {
  using namespace contractive;
  Random random(1);
  const nn::Linear<float> layer(4, 1, random);
  nn::Adam<float> adam(0.1);
  const Array<float> x = random.normal<float>({16, 4}, 1);
  float first = 0, last = 0;
  for (int step = 0; step < 50; ++step) {
    Tape<float> tape;
    const auto loss = mean(square(layer(x) - 1));
    adam.step(layer.parameters(), gradient({loss}, nn::use(layer.parameters()), CreateGraph::no));
    last = loss.item();
    first = step == 0 ? last : first;
  }
  return last < first ? 0 : 1;
}
