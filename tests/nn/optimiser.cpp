#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/nn.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <cmath>
#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;
using namespace contractive::nn;

namespace {

// Three steps from w = 1 with gradients 0.5, -0.2, 0.3.
std::vector<double> path(Optimiser<double>& optimiser) {
  Parameter<double> w{"w", Array<double>{1.0, 1.0}};
  std::vector<double> values;
  for (const double g : {0.5, -0.2, 0.3}) {
    optimiser.step({&w}, {V(Array<double>{g, g})});
    CHECK(w.value[0] == w.value[1]);
    values.push_back(w.value[0]);
  }
  return values;
}

void check(const std::vector<double>& values, double a, double b, double c) {
  CHECK(values[0] == doctest::Approx(a).epsilon(1e-12));
  CHECK(values[1] == doctest::Approx(b).epsilon(1e-12));
  CHECK(values[2] == doctest::Approx(c).epsilon(1e-12));
}

} // namespace

TEST_CASE("optimiser: three steps by hand") {
  SGD<double> plain(0.1), momentum(0.1, 0.9), nesterov(0.1, 0.9, true), decay(0.1, 0, false, 0.5);
  check(path(plain), 0.95, 0.97, 0.94);
  // v = 0.5, 0.25, 0.525
  check(path(momentum), 0.95, 0.925, 0.8725);
  // g + 0.9 v = 0.95, 0.025, 0.7725
  check(path(nesterov), 0.905, 0.9025, 0.82525);
  // g + 0.5 w = 1.0, 0.25, 0.7375 - ...
  const double d1 = 1 - 0.1 * (0.5 + 0.5), d2 = d1 - 0.1 * (-0.2 + 0.5 * d1);
  check(path(decay), d1, d2, d2 - 0.1 * (0.3 + 0.5 * d2));

  Adam<double> adam(0.01), adamw(0.01, 0.1, true);
  double w = 1, ww = 1, m = 0, v = 0;
  std::vector<double> expected, with_decay;
  int t = 0;
  for (const double g : {0.5, -0.2, 0.3}) {
    ++t;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const double step =
        0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
    w -= step;
    ww = ww - 0.01 * 0.1 * ww - step;
    expected.push_back(w);
    with_decay.push_back(ww);
  }
  check(path(adam), expected[0], expected[1], expected[2]);
  check(path(adamw), with_decay[0], with_decay[1], with_decay[2]);

  RMSprop<double> rms(0.01);
  w = 1;
  v = 0;
  expected.clear();
  for (const double g : {0.5, -0.2, 0.3}) {
    v = 0.99 * v + 0.01 * g * g;
    w -= 0.01 * g / (std::sqrt(v) + 1e-8);
    expected.push_back(w);
  }
  check(path(rms), expected[0], expected[1], expected[2]);
}

TEST_CASE("optimiser: restored, it goes on as if never interrupted") {
  for (const char* name : {"sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"}) {
    const auto whole = make_optimiser<float>(name, 0.1), first = make_optimiser<float>(name, 0.1);
    const auto second = make_optimiser<float>(name, 0.1);
    Parameter<float> a{"w", Array<float>{1, 2}}, b = a;
    const auto step = [](Optimiser<float>& optimiser, Parameter<float>& w, unsigned seed) {
      optimiser.step({&w}, {Variable<float>(random_array<float>({2}, seed))});
    };
    for (unsigned i = 0; i < 4; ++i)
      step(*whole, a, i);
    for (unsigned i = 0; i < 4; ++i) {
      if (i == 2)
        second->restore(first->state());
      step(i < 2 ? *first : *second, b, i);
    }
    INFO(name);
    CHECK(a.value[0] == b.value[0]);
    CHECK(a.value[1] == b.value[1]);
  }
  Adam<double> adam(0.1);
  Parameter<double> w{"w", Array<double>{1.0}};
  adam.step({&w}, {V(Array<double>{1.0})});
  SGD<double> sgd(0.1);
  CHECK(message<Error>([&] { sgd.restore(adam.state()); }).find("expected at most 0 moments") !=
        std::string::npos);
}

TEST_CASE("optimiser: misuse, and clipping") {
  SGD<double> sgd(0.1);
  Parameter<double> w{"layer.weight", Array<double>{1, 2}};
  CHECK(message<ShapeError>([&] { sgd.step({&w}, {V(1.0)}); }) ==
        "optimiser: parameter 'layer.weight' (2), gradient (); expected the same shape");
  CHECK(message<ShapeError>([&] { sgd.step({&w}, {}); }).find("expected one each") !=
        std::string::npos);
  CHECK(message<Error>([] {
          make_optimiser<double>("adm", 1);
        }).find("'adm' is unknown; expected one of sgd") != std::string::npos);
  const std::vector<V> g{V(Array<double>{3, 0}), V(Array<double>{4})};
  const auto clipped = clip_norm(g, 1.0);
  CHECK(clipped[0].value()[0] == doctest::Approx(0.6));
  CHECK(clipped[1].value()[0] == doctest::Approx(0.8));
  CHECK(clip_norm(g, 10.0)[1].value()[0] == 4);
  CHECK(clip_value(g, 3.5)[1].value()[0] == 3.5);
}

TEST_CASE("schedule: at named steps") {
  CHECK(constant()(7) == 1);
  CHECK(step_decay(10, 0.5)(9) == 1);
  CHECK(step_decay(10, 0.5)(20) == 0.25);
  CHECK(exponential(0.9)(2) == doctest::Approx(0.81));
  CHECK(cosine(10)(0) == 1);
  CHECK(cosine(10)(5) == doctest::Approx(0.5));
  CHECK(cosine(10, 0.1)(25) == doctest::Approx(0.1));
  CHECK(make_schedule("warmup(4, cosine(10))")(1) == doctest::Approx(0.5));
  CHECK(make_schedule("warmup(4, cosine(10))")(9) == doctest::Approx(0.5));
  CHECK(make_schedule("step(10, 0.5)")(10) == 0.5);
  for (const char* bad : {"cosin(3)", "step(x, 1)", "step(0, 1)", "cosine(3", "exponential()"})
    CHECK(message<Error>([&] { make_schedule(bad); }).find("schedule: ") == 0);
}

TEST_CASE("init: ranges, variances, and the same numbers for the same seed") {
  Random random(5);
  const Array<double> w = initial<double>(Init::sigmoid, {300, 200}, 300, 200, random);
  const double limit = 4 * std::sqrt(6.0 / 500);
  CHECK(max(abs(V(w))).item() <= limit);
  CHECK(mean(square(V(w))).item() == doctest::Approx(limit * limit / 3).epsilon(0.02));
  const Array<double> he = initial<double>(Init::he, {300, 200}, 300, 200, random);
  CHECK(mean(square(V(he))).item() == doctest::Approx(2.0 / 300).epsilon(0.03));
  CHECK(std::abs(mean(V(he)).item()) < 0.002); // deviation 0.0003
  Random one(9), two(9);
  CHECK(one.normal() == two.normal());
  CHECK(one.below(10) == two.below(10));
  std::vector<int> seen(6, 0);
  for (int i = 0; i < 6000; ++i)
    ++seen[one.below(6)];
  for (const int count : seen)
    CHECK(count == doctest::Approx(1000).epsilon(0.15)); // deviation 29
  CHECK(message<Error>([&] { one.restore("x"); }).find("random: not the state") == 0);
}

} // namespace contractive::tests
