#include <contractive/nn/nn.hpp>

#include "support/message.hpp"
#include "support/parameters.hpp"

#include <cmath>
#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;
using namespace contractive::nn;

TEST_CASE("init: the same numbers for the same seed, here and elsewhere") {
  Random again(9);
  const Array<double> w = initial<double>(Init::glorot, {2}, 3, 3, again); // limit 1
  CHECK(w[0] == 0.0370382037752901);
  CHECK(w[1] == -0.0007858726886396106);
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
  const auto top = [](const Parameter<double>& w) { return max(abs(V(w.value()))).item(); };
  const double windows = std::sqrt(6.0 / (25 * 32)), dense = std::sqrt(6.0 / 200);
  for (const auto& [largest, limit] : {std::pair{top(conv.weight), windows},
                                       {top(back.weight), windows},
                                       {top(linear.weight), dense}}) {
    CHECK(largest <= limit);
    CHECK(largest > 0.995 * limit);
  }
  CHECK(top(conv.bias) == 0);
  CHECK(conv.weight.value().shape() == Shape{5, 5, 8, 24});
  CHECK(back.weight.value().shape() == Shape{5, 5, 8, 24});
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
            return Dropout<double>(rate, 1);
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
