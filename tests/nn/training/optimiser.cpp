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
    optimiser.step({w}, {V(Array<double>{g, g})});
    CHECK(w.value()[0] == w.value()[1]);
    values.push_back(w.value()[0]);
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
  SGD<double> plain(0.1), momentum(0.1, 0.9), nesterov(0.1, 0.9, Momentum::nesterov),
      decay(0.1, 0, Momentum::classical, 0.5);
  check(path(plain), 0.95, 0.97, 0.94);
  // v = 0.5, 0.25, 0.525
  check(path(momentum), 0.95, 0.925, 0.8725);
  // g + 0.9 v = 0.95, 0.025, 0.7725
  check(path(nesterov), 0.905, 0.9025, 0.82525);
  // g + 0.5 w = 1.0, 0.25, 0.7375 - ...
  const double d1 = 1 - 0.1 * (0.5 + 0.5), d2 = d1 - 0.1 * (-0.2 + 0.5 * d1);
  check(path(decay), d1, d2, d2 - 0.1 * (0.3 + 0.5 * d2));
  // With decay 0.5 all at once: the decayed gradient enters v and is looked ahead with it.
  SGD<double> all(0.1, 0.9, Momentum::nesterov, 0.5);
  const double n1 = 1 - 0.1 * (1.0 + 0.9 * 1.0);        // g = 1, v = 1
  const double g2 = -0.2 + 0.5 * n1, v2 = 0.9 + g2;     // n1 = 0.81
  const double n2 = n1 - 0.1 * (g2 + 0.9 * v2);         // g2 = 0.205, v2 = 1.105
  const double g3 = 0.3 + 0.5 * n2, v3 = 0.9 * v2 + g3; // n2 = 0.69005
  check(path(all), 0.81, 0.69005, n2 - 0.1 * (g3 + 0.9 * v3));

  Adam<double> adam(0.01), adamw(0.01, 0.1, WeightDecay::decoupled);
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

  // Decay that is not decoupled enters both moments.
  Adam<double> l2(0.01, 0.1);
  w = 1;
  m = v = t = 0;
  expected.clear();
  for (const double slope : {0.5, -0.2, 0.3}) {
    ++t;
    const double g = slope + 0.1 * w;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    w -= 0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
    expected.push_back(w);
  }
  check(path(l2), expected[0], expected[1], expected[2]);

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
    const Parameter<float> a{"w", Array<float>{1, 2}}, b{"w", a.value()};
    const auto step = [](Optimiser<float>& optimiser, const Parameter<float>& w, unsigned seed) {
      optimiser.step({w}, {Variable<float>(random_array<float>({2}, seed))});
    };
    for (unsigned i = 0; i < 4; ++i)
      step(*whole, a, i);
    for (unsigned i = 0; i < 4; ++i) {
      if (i == 2)
        second->restore(first->state(), {b});
      step(i < 2 ? *first : *second, b, i);
    }
    INFO(name);
    CHECK(a.value()[0] == b.value()[0]);
    CHECK(a.value()[1] == b.value()[1]);
  }
}

TEST_CASE("optimiser: each element has its own moments, each parameter its own") {
  const auto step = [](Optimiser<double>& optimiser, const Parameter<double>& a,
                       const Parameter<double>& b) {
    optimiser.step({a, b}, {V(Array<double>{1.0, -2.0}), V(Array<double>{0.5})});
  };
  const Parameter<double> a{"0.weight", Array<double>{1.0, 1.0}}, b{"0.bias", Array<double>{1.0}};
  SGD<double> momentum(0.1, 0.5);
  step(momentum, a, b);
  step(momentum, a, b);
  CHECK(a.value()[0] == doctest::Approx(1 - 0.1 * (1 + 1.5)));
  CHECK(a.value()[1] == doctest::Approx(1 + 0.1 * (2 + 3)));
  CHECK(b.value()[0] == doctest::Approx(1 - 0.1 * (0.5 + 0.75)));
  const auto state = momentum.state();
  REQUIRE(state.size() == 3);
  CHECK(state.at("step").item() == 2);
  CHECK(state.at("0.weight/0")[1] == -3);
  CHECK(state.at("0.bias/0")[0] == 0.75);

  // Moments know their parameter, whatever it is called; only a file needs names.
  b.rename("0.weight");
  step(momentum, a, b);
  CHECK(b.value()[0] == doctest::Approx(1 - 0.1 * (0.5 + 0.75 + 0.875)));
  const char* same = "optimiser: two parameters are named '0.weight'; expected distinct names, as "
                     "adopt() makes them";
  CHECK(message<Error>([&] { return momentum.state(); }) == same);
  CHECK(message<Error>([&] { return momentum.restore(state, {a, b}); }) == same);
  CHECK(message<Error>([&] { return step(momentum, a, a); }) ==
        "optimiser: parameter '0.weight' (2), gradient (1); expected the same shape");
  CHECK(message<Error>([&] {
          return momentum.step({a, a}, {V(a.value()), V(a.value())});
        }) ==
        "optimiser: parameter '0.weight' is listed twice; expected once, as append() lists it");
  b.rename("0.bias");
  CHECK(momentum.state().at("0.bias/0")[0] == 0.875);

  // Found again by name, in new parameters.
  const Parameter<double> c{"0.bias", Array<double>{1.0}}, d{"0.weight", Array<double>{1.0, 1.0}};
  SGD<double> later(0.1, 0.5);
  later.restore(state, {c, d});
  step(later, d, c);
  CHECK(later.state().at("step").item() == 3);
  CHECK(d.value()[1] == doctest::Approx(1 + 0.1 * (2 + 1.5)));
}

TEST_CASE("optimiser: pieces on many threads, and what was handed out stays as it was") {
  // Long enough for three pieces, against the same elements in parameters of one piece each.
  constexpr std::size_t size = 70001, cut = 30011;
  const Array<double> start = random_array<double>({size}, 1);
  for (const char* name : {"sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"}) {
    INFO(name);
    const auto one = make_optimiser<double>(name, 0.1), three = make_optimiser<double>(name, 0.1);
    const Parameter<double> w{"w", start};
    const std::vector<std::pair<std::size_t, std::size_t>> ends{
        {0, cut}, {cut, 2 * cut}, {2 * cut, size}};
    std::vector<Parameter<double>> parts;
    for (const auto& [first, last] : ends)
      parts.emplace_back(std::to_string(first), take(start, first, last));
    for (const unsigned seed : {2u, 3u, 4u}) {
      const Array<double> g = random_array<double>({size}, seed);
      const auto state = one->state();
      const Array<double> before = w.value();
      const double weight = before[size - 1];
      const double moment = state.count("w/0") == 1 ? state.at("w/0")[size - 1] : 0;
      one->step({w}, {V(g)});
      CHECK(before[size - 1] == weight);
      if (state.count("w/0") == 1)
        CHECK(state.at("w/0")[size - 1] == moment);
      std::vector<V> slopes;
      for (const auto& [first, last] : ends)
        slopes.emplace_back(take(g, first, last));
      three->step(parts, slopes);
    }
    for (std::size_t k = 0; k < 3; ++k)
      CHECK(difference(parts[k].value(), take(w.value(), ends[k].first, ends[k].second)) == 0);
  }
}

TEST_CASE("optimiser: the rate between steps, and float against double") {
  Parameter<double> w{"w", Array<double>{1.0}};
  SGD<double> sgd(0.1);
  sgd.step({w}, {V(Array<double>{1.0})});
  sgd.learning_rate = 0.01;
  sgd.step({w}, {V(Array<double>{1.0})});
  CHECK(w.value()[0] == doctest::Approx(0.89).epsilon(1e-14));
  // From 0, so that rounding of the weight hides nothing; 1 - 0.999f would be off by 2e-5.
  for (const char* name : {"adam", "adamw", "rmsprop"}) {
    INFO(name);
    const auto fast = make_optimiser<float>(name, 1);
    const auto exact = make_optimiser<double>(name, 1);
    Parameter<float> f{"w", Array<float>{0.0f}};
    Parameter<double> d{"w", Array<double>{0.0}};
    for (const double g : {0.5, 0.25, 0.375}) {
      fast->step({f}, {Variable<float>(Array<float>{static_cast<float>(g)})});
      exact->step({d}, {V(Array<double>{g})});
      CHECK(f.value()[0] == doctest::Approx(d.value()[0]).epsilon(2e-6));
    }
  }
}

TEST_CASE("optimiser: the state of another kind, or of other parameters") {
  const std::vector<const char*> names{"sgd", "momentum", "adam"}; // 0, 1 and 2 moments
  const auto stepped = [](const char* name) {
    auto optimiser = make_optimiser<double>(name, 0.1);
    Parameter<double> w{"w", Array<double>{1.0, 2.0}};
    optimiser->step({w}, {V(Array<double>{1.0, 1.0})});
    return optimiser;
  };
  const std::vector<Parameter<double>> w{{"w", Array<double>{3.0, 4.0}}};
  for (const char* from : names)
    for (const char* to : names) {
      const std::string answer = message<Error>(
          [&] { return make_optimiser<double>(to, 1)->restore(stepped(from)->state(), w); });
      INFO(from << " to " << to);
      CHECK((answer == "no error") == (from == to));
      if (from != to)
        CHECK(answer.find(
                  "optimiser: the state of another kind of optimiser or of other parameters;") ==
              0);
      make_optimiser<double>(to, 1)->restore(make_optimiser<double>(from, 1)->state(), w); // fresh
    }
  const auto adam = stepped("adam");
  const auto good = adam->state();
  for (const char* extra : {"stray", "w/x", "w/2", "v/1"}) {
    auto bad = good;
    bad[extra] = Array<double>{1.0, 1.0};
    INFO(extra);
    CHECK(message<Error>([&] { return adam->restore(bad, w); }).find("another kind") !=
          std::string::npos);
  }
  auto headless = good;
  headless.erase("step");
  CHECK(message<Error>([&] { return adam->restore(headless, w); }).find("another kind") !=
        std::string::npos);
  CHECK(message<Error>([&] { return adam->restore(good, {}); }).find("of other parameters") !=
        std::string::npos);
  const Parameter<double> longer{"w", Array<double>{1, 2, 3}};
  CHECK(message<ShapeError>([&] { return adam->restore(good, {longer}); }) ==
        "optimiser: parameter 'w' (3), its state (2); expected the same shape");
  adam->restore(good, w);
  w[0].assign(longer.value());
  CHECK(message<ShapeError>([&] {
          adam->step(w, {V(Array<double>{1, 1, 1})});
        }) == "optimiser: parameter 'w' (3), its moments (2); expected the same shape");
}

TEST_CASE("optimiser: misuse") {
  SGD<double> sgd(0.1);
  Parameter<double> w{"layer.weight", Array<double>{1, 2}};
  CHECK(message<ShapeError>([&] { return sgd.step({w}, {V(1.0)}); }) ==
        "optimiser: parameter 'layer.weight' (2), gradient (); expected the same shape");
  CHECK(message<ShapeError>([&] { return sgd.step({w}, {}); }).find("expected one each") !=
        std::string::npos);
  // A step that cannot be taken wholly is not taken at all.
  Parameter<double> first{"first", Array<double>{5.0}};
  CHECK(message<ShapeError>([&] {
          sgd.step({first, w}, {V(Array<double>{1.0}), V(1.0)});
        }) != "no error");
  CHECK(first.value()[0] == 5);
  CHECK(sgd.state().empty());
  CHECK(message<Error>([] { return make_optimiser<double>("adm", 1); }) ==
        "optimiser: 'adm' is unknown; expected sgd, momentum, nesterov, adam, adamw or rmsprop; "
        "did you mean adam?");
}

} // namespace contractive::tests
