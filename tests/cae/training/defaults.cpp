#include <contractive/cae/data/scale.hpp>
#include <contractive/cae/data/strokes.hpp>
#include <contractive/cae/model/model.hpp>
#include <contractive/cae/training/trainer.hpp>
#include <contractive/nn/data/batches.hpp>

#include "support/sanitized.hpp"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

using cae::Decoder;
using cae::Loss;

struct Data {
  Array<float> training, unseen; // rows
  Shape sample;
  Loss loss;
};

Data strokes() {
  cae::Strokes source(3);
  const Array<float> x = cae::as_rows(source.draw<float>(3000).x);
  return {nn::take(x, 0, 2500), nn::take(x, 2500, 3000), {28, 28, 1}, Loss::cross_entropy};
}

// 12 columns of very different sizes that depend on four numbers, standardised.
Data table() {
  Random random(5);
  const std::size_t n = 6000, columns = 12;
  const auto mix = random.normal<float>({4, columns}, 1);
  const Array<float> x = Array<float>::make({n, columns}, [&](float* out) {
    for (std::size_t i = 0; i < n; ++i) {
      const auto z = random.normal<float>({4}, 1);
      for (std::size_t j = 0; j < columns; ++j) {
        float sum = 0;
        for (std::size_t k = 0; k < 4; ++k)
          sum += std::tanh(z[k]) * mix[k * columns + j];
        *out++ = sum * std::pow(10.F, static_cast<float>(j % 7)) + 5;
      }
    }
  });
  std::vector<std::string> notes;
  const Array<float> rows = cae::Scale::named("standard").fit(x).apply(x, false, notes);
  return {nn::take(rows, 0, 5000), nn::take(rows, 5000, n), {columns}, Loss::squared_error};
}

void check_learns(const Data& data, const std::string& encoder, Decoder decoder) {
  Random random(1);
  const cae::Model<float> model({cae::Specification::parse(encoder), data.sample, decoder,
                                 "contractive(0.1)", "none", data.loss},
                                random);
  cae::centre_output(model, data.training);
  cae::TrainingOptions options;
  options.epochs = 3;
  cae::Trainer<float>(model.autoencoder(), data.training, data.unseen, options).run();
  const cae::Measures m = cae::measure(model.autoencoder(), data.unseen, cae::Saturation::none);
  const double constant = cae::constant_loss(data.training, data.unseen, data.loss);
  CAPTURE(encoder);
  CHECK(m.reconstruction < constant);
  CHECK(m.squared_norm > 0);
  for (const std::string& warning : cae::warnings(m, constant))
    CHECK(warning.find("dead") != std::string::npos); // a relu may well lose a unit
}

} // namespace

TEST_CASE("defaults: images are learned by any kind of encoder in three epochs") {
  const Data data = strokes();
  for (const char* encoder :
       {"784-200:sigmoid", "784-100:tanh", "784-100:relu", "784-100:linear",
        "784-100:relu-30:softplus", "784-100-50-20:tanh", "784-100-50-30-20:relu",
        "784-100-50-20:sigmoid", "conv(4,3,stride=2):relu,conv(8,3,stride=2):relu,linear(16):tanh",
        "conv(4,5,stride=2):softplus,pool(2),linear(30):sigmoid",
        "linear(60):relu,layernorm,linear(20):tanh",
        "linear(40):tanh,residual(linear(40):relu,linear(40)):tanh,linear(20):tanh"})
    if (!sanitized || std::string(encoder) == "784-100:tanh")
      check_learns(data, encoder, Decoder::tied);
  check_learns(data, "784-100-50-20:tanh", Decoder::untied);
}

TEST_CASE("defaults: a standardised table is learned by any kind of encoder in three epochs") {
  const Data data = table();
  for (const char* encoder :
       {"12-6:sigmoid", "12-20:tanh", "12-8:relu", "12-6:linear", "12-20:relu-6:softplus",
        "12-20-10-5:tanh", "12-20-15-10-5:relu", "12-20-10-5:sigmoid",
        "linear(16):softplus,linear(4)", "linear(30):relu,layernorm,linear(5):tanh",
        "linear(16):tanh,residual(linear(16):relu,linear(16)):tanh,linear(5):tanh",
        "residual(linear(12):tanh),linear(6):tanh"})
    if (!sanitized || std::string(encoder) == "12-20:tanh")
      check_learns(data, encoder, Decoder::tied);
}

TEST_CASE("defaults: a run that learns nothing says so") {
  const cae::Measures collapsed{10, 0, 0, 0, 0, 0, 0, 3, 3};
  const auto said = cae::warnings(collapsed, 5);
  REQUIRE(said.size() == 2);
  CHECK(said[0].find("nothing was learned: the loss is 10, and giving every sample the mean of "
                     "all has 5") == 0);
  CHECK(said[1].find("|J| is 0") != std::string::npos);
  const cae::Measures half{4, 0, 1, 1, 1, 0, 0, 2, 3};
  CHECK(cae::warnings(half, 5) ==
        std::vector<std::string>{"2 of 3 units are dead: they give all samples the same"});
  CHECK(cae::warnings(cae::Measures{4, 0, 1, 1, 1, 0, 0, 0, 3}, 5).empty());
  CHECK(!cae::warnings(cae::Measures{std::nan(""), 0, 1, 1, 1, 0, 0, 0, 3}, 5).empty());

  // Dead units are counted whatever the batches: two of three do not depend on x.
  Random random(1);
  const cae::Model<float> model({cae::Specification::parse("2-3:linear"),
                                 {2},
                                 Decoder::tied,
                                 "",
                                 "none",
                                 Loss::squared_error},
                                random);
  const auto& weight = *model.network.weight;
  weight.assign(Array<float>({2, 3}, {0, 1, 0, 0, 0, 0}));
  const Array<float> x({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  for (const std::size_t batch : {1U, 3U, 4U}) {
    const cae::Measures m = cae::measure(model.autoencoder(), x, cae::Saturation::none, batch);
    CHECK(m.dead == 2);
    CHECK(m.units == 3);
  }
  // Means 4 and 5: squares of deviations 9 + 1 + 1 + 9, twice, over four samples.
  CHECK(cae::constant_loss(x, x, Loss::squared_error) == doctest::Approx(10));
  // A coin of which every sample is 0.5 has an entropy of log 2.
  const Array<float> half_x({2, 1}, {0.5F, 0.5F});
  CHECK(cae::constant_loss(half_x, half_x, Loss::cross_entropy) ==
        doctest::Approx(std::log(2)).epsilon(1e-6));
}

TEST_CASE("defaults: NaN among the weights is noticed, though relu hides it from the loss") {
  Random random(1);
  const cae::Model<float> model({cae::Specification::parse("2-3:relu"),
                                 {2},
                                 Decoder::untied,
                                 "",
                                 "none",
                                 Loss::squared_error},
                                random);
  model.network.weight->assign(Array<float>({2, 3}, {1, 1, std::nanf(""), 1, 1, 1}));
  cae::TrainingOptions options;
  options.epochs = 1;
  std::string what;
  try {
    cae::Trainer<float>(model.autoencoder(), Array<float>({2, 2}, {1, 2, 3, 4}), {}, options).run();
  } catch (const Error& error) {
    what = error.what();
  }
  CHECK(what.find("nan at epoch 1") != std::string::npos);
}

TEST_CASE("defaults: the decoder begins at the samples' mean") {
  const Data data = strokes();
  for (const char* encoder : {"784-100:sigmoid", "conv(4,3,stride=2):relu,linear(8):tanh"}) {
    Random random(1);
    const cae::Model<float> model({cae::Specification::parse(encoder), data.sample, Decoder::tied,
                                   "", "none", Loss::squared_error},
                                  random);
    cae::centre_output(model, data.training);
    const Array<float> some = nn::take_first(data.training, 1000);
    const Array<float> y = model.autoencoder().reconstruct(Variable<float>(some)).value();
    double given = 0, wanted = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      given += static_cast<double>(y[i]);
      wanted += static_cast<double>(some[i]);
    }
    const double size = static_cast<double>(y.size());
    // All training samples' mean, of which these are the first 1,000.
    CHECK(given / size == doctest::Approx(wanted / size).epsilon(0.02));
  }
}

} // namespace contractive::tests
