#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/nn.hpp>

#include "support/message.hpp"
#include "support/parameters.hpp"

#include <cmath>
#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;
using namespace contractive::nn;

TEST_CASE("random: pinned by the C++ standard") {
  // [rand.predef]: from the seed 5489, draw 10000 is 9981545732273789042.
  Random uniform(5489), below(5489);
  for (int i = 1; i < 10000; ++i) {
    uniform.uniform();
    below.below(2); // divides 2^64, so one draw each
  }
  CHECK(uniform.uniform() == 9981545732273789042u / 2048 * 0x1p-53);
  CHECK(below.below(1u << 16) == 9981545732273789042u % (1u << 16));
}

TEST_CASE("random: the same numbers for the same seed, here and elsewhere") {
  // From an independent program in another language; its logarithm and cosine may round otherwise.
  Random random(9);
  CHECK(random.normal() == doctest::Approx(-1.2090361988679326).epsilon(1e-14));
  CHECK(random.normal() == doctest::Approx(0.9575675115079054).epsilon(1e-14));
  CHECK(random.below(1000) == 233);
  CHECK(random.below(1000) == 100);
  CHECK(random.below(1000) == 943);
  Random again(9);
  const Array<double> w = initial<double>(Init::glorot, {2}, 3, 3, again); // limit 1
  CHECK(w[0] == 0.0370382037752901);
  CHECK(w[1] == -0.0007858726886396106);
}

TEST_CASE("random: a state goes on where it was, a damaged one changes nothing") {
  Random one(3), two(4);
  one.normal();
  two.restore(one.state());
  for (int i = 0; i < 700; ++i) // beyond one refill of the generator's 312 words
    CHECK(one.uniform() == two.uniform());
  const std::string state = one.state();
  for (const std::string& bad :
       {std::string(), state.substr(0, state.size() / 2), state + " 1", "x" + state}) {
    CHECK(message<Error>([&] { one.restore(bad); }) ==
          "random: not the state of a generator; expected what state() returned");
    CHECK(one.state() == state);
  }
}

TEST_CASE("random: moments and tails of the normal distribution, one by one and many at once") {
  Random random(1);
  const std::size_t n = 100001;
  std::vector<double> single(n);
  for (double& x : single)
    x = random.normal();
  const Array<double> scaled = normals<double>({n}, 2, random.engine());
  std::vector<double> many;
  for (const double x : scaled)
    many.push_back(x / 2);
  for (const std::vector<double>& draws : {single, many}) {
    double sum = 0, squares = 0, fourth = 0, neighbours = 0;
    int far = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = draws[i];
      sum += x;
      squares += x * x;
      fourth += x * x * x * x;
      neighbours += i > 0 ? x * draws[i - 1] : 0;
      far += std::abs(x) > 1.959964;
    }
    // Five standard deviations each: 1, sqrt(2), sqrt(96), 1 and sqrt(0.05 * 0.95) over sqrt(n).
    CHECK(std::abs(sum / n) < 5 * 0.00317);
    CHECK(std::abs(squares / n - 1) < 5 * 0.00448);
    CHECK(std::abs(fourth / n - 3) < 5 * 0.0310);
    CHECK(std::abs(neighbours / n) < 5 * 0.00317);
    CHECK(std::abs(far / double(n) - 0.05) < 5 * 0.00069);
  }
}

TEST_CASE("random: integers without bias, also where n is no power of 2") {
  Random random(5);
  std::vector<int> seen(6, 0);
  for (int i = 0; i < 60000; ++i)
    ++seen[random.below(6)];
  for (const int count : seen)
    CHECK(std::abs(count - 10000) < 5 * 91.3); // sqrt(60000 * 5 / 36)
  CHECK(random.below(1) == 0);
  // 3 * 2^62: a quarter of all draws must be drawn again, or the lowest third comes half the time.
  const std::uint64_t third = std::uint64_t{1} << 62;
  int low = 0;
  for (int i = 0; i < 18000; ++i)
    low += random.below(3 * third) < third;
  CHECK(std::abs(low - 6000) < 5 * 63.2); // sqrt(18000 * 2 / 9)
}

TEST_CASE("init: each kind's limit or deviation, by inputs and outputs") {
  const Shape shape{400, 100};
  const auto made = [&](Init init) {
    Random random(2);
    return V(initial<double>(init, shape, 400, 100, random));
  };
  const struct {
    Init init;
    double variance;
    double limit; // 0: normal
  } rows[] = {{Init::glorot, 2.0 / 500, std::sqrt(6.0 / 500)},
              {Init::sigmoid, 16 * 2.0 / 500, 4 * std::sqrt(6.0 / 500)},
              {Init::he, 2.0 / 400, 0},
              {Init::lecun, 1.0 / 400, 0}};
  for (const auto& row : rows) {
    const V w = made(row.init);
    // n = 40000: the mean deviates by 0.5 %, the variance by at most 0.71 % of what it should be.
    CHECK(std::abs(mean(w).item()) < 5 * 0.005 * std::sqrt(row.variance));
    CHECK(std::abs(mean(square(w)).item() / row.variance - 1) < 5 * 0.0071);
    const double top = max(abs(w)).item();
    if (row.limit > 0) {
      CHECK(top <= row.limit);
      CHECK(top > 0.999 * row.limit);
    } else {
      CHECK(top > 3.5 * std::sqrt(row.variance)); // 40000 normal draws: surely
    }
    CHECK(difference(made(row.init).value(), w.value()) == 0);
  }
}

TEST_CASE("init: the number of inputs and outputs that layers state") {
  Random random(1);
  // Uniform with limit sqrt(6 / (in + out)), where a window of 5 x 5 counts 25 times.
  const Conv2d<double> conv({8, 24, 5, 1, 0}, random);
  const ConvTranspose2d<double> back({24, 8, 5, 1, 0}, random);
  const Linear<double> linear(150, 50, random);
  const auto top = [](const Parameter<double>& w) { return max(abs(V(w.value))).item(); };
  const double windows = std::sqrt(6.0 / (25 * 32)), dense = std::sqrt(6.0 / 200);
  for (const auto& [largest, limit] : {std::pair{top(conv.weight), windows},
                                       {top(back.weight), windows},
                                       {top(linear.weight), dense}}) {
    CHECK(largest <= limit);
    CHECK(largest > 0.995 * limit);
  }
  CHECK(top(conv.bias) == 0);
  CHECK(conv.weight.value.shape() == Shape{5, 5, 8, 24});
  CHECK(back.weight.value.shape() == Shape{5, 5, 8, 24});
}

TEST_CASE("dropout: how many, how much, and the same mask in the derivative") {
  Dropout<double> dropout(0.3, 5);
  const std::size_t n = 40000;
  Tape<double> tape;
  const V x = tape.variable(random_array<double>({n}, 1, 1, 2));
  const V y = dropout(x);
  const Array<double> slope = gradient(sum(y), x).value();
  std::size_t dropped = 0;
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double scale = y.value()[i] == 0 ? 0 : 1 / 0.7;
    dropped += scale == 0;
    worst = std::max(
        {worst, std::abs(y.value()[i] - scale * x.value()[i]), std::abs(slope[i] - scale)});
  }
  CHECK(worst < 1e-14);
  CHECK(std::abs(static_cast<double>(dropped) / n - 0.3) < 5 * 0.0023); // sqrt(0.21 / n)
  CHECK(difference(dropout(x).value(), y.value()) > 0.5); // another draw, another mask
  CHECK(difference(Dropout<double>(0, 1)(x).value(), x.value()) == 0);
  for (const double rate : {-0.1, 1.0, std::nan("")})
    CHECK(message<Error>([&] {
            Dropout<double>(rate, 1);
          }).find("expected at least 0 and less than 1") != std::string::npos);
}

TEST_CASE("dropout: the mode reaches every depth") {
  Sequential<double> outer;
  auto inner = std::make_unique<Sequential<double>>();
  inner->add<Dropout<double>>(0.5, 1);
  outer.append(std::make_unique<Residual<double>>(std::move(inner)));
  const Array<double> x = Array<double>::ones({100});
  CHECK(max(outer(V(x))).item() == 3);
  CHECK(-max(-outer(V(x))).item() == 1);
  outer.train(false);
  CHECK(difference(outer(V(x)).value(), Array<double>::full({100}, 2)) == 0);
  outer.train(true);
  CHECK(max(outer(V(x))).item() == 3);
}

} // namespace contractive::tests
