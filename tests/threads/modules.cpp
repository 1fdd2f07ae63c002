// Modules that threads share: for inference, and as the start of a training in each.
#include <contractive/nn/nn.hpp>

#include "support/random.hpp"

#include <doctest/doctest.h>
#include <thread>

namespace contractive::tests {
using V = Variable<float>;
using namespace contractive::nn;

TEST_CASE("modules: one module serves two threads, each with a tape of its own or none") {
  set_threads(1);
  Random random(1);
  Sequential<float> net;
  net.add<Linear<float>>(6, 8, random);
  net.add<LayerNorm<float>>(8);
  net.add<Linear<float>>(8, 2, random);
  const Array<float> x = random_array<float>({5, 6}, 2);
  const auto codes = [&] { return net(V(x)).value(); };
  const auto slopes = [&] {
    Tape<float> tape;
    const V h = net(V(x));
    return gradient<float>({sum(square(h))}, use(net.parameters()))[0].value();
  };
  const Array<float> code = codes(), slope = slopes();
  bool same[2] = {};
  const auto work = [&](bool& all) {
    all = true;
    for (int round = 0; round < 50; ++round) {
      const Array<float> h = codes(), g = slopes();
      all = all && std::equal(h.begin(), h.end(), code.begin()) &&
            std::equal(g.begin(), g.end(), slope.begin());
    }
  };
  std::thread one([&] { work(same[0]); }), other([&] { work(same[1]); });
  one.join();
  other.join();
  CHECK(same[0]);
  CHECK(same[1]);
}

} // namespace contractive::tests
