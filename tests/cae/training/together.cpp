#include "nn/mpi/processes.hpp"

#include <contractive/cae/model/model.hpp>
#include <contractive/cae/training/trainer.hpp>
#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/layer/conv.hpp>
#include <contractive/nn/layer/dropout.hpp>
#include <contractive/nn/layer/linear.hpp>
#include <contractive/nn/layer/sequential.hpp>

#include "support/random.hpp"

#include <algorithm>
#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

using namespace cae;

// 47 images, 6 x 6: batches of 10 end with one of 7.
Array<float> images() {
  Random random(5);
  return Array<float>::make({47, 36}, [&](float* out) {
    std::generate_n(out, 47 * 36, [&] { return static_cast<float>(random.uniform()); });
  });
}

ContractiveAutoencoder<float> one_layer(const std::string& terms) {
  Random random(3);
  return Model<float>({Specification::parse("36-20:sigmoid"),
                       {36},
                       Decoder::tied,
                       terms,
                       "none",
                       Loss::cross_entropy},
                      random)
      .autoencoder();
}

// Whose two dropouts and whose corruption draw at each step.
ContractiveAutoencoder<float> convolutional(const std::string& terms) {
  Random random(3);
  const nn::ConvOptions options{1, 4, 3};
  auto encoder = std::make_shared<nn::Sequential<float>>();
  encoder->append(nn::reshape_to<float>({6, 6, 1}));
  encoder->append(std::make_shared<nn::Conv2d<float>>(options, random));
  encoder->append(std::make_shared<nn::Activation<float>>("tanh"));
  encoder->append(std::make_shared<nn::Dropout<float>>(0.2, 7));
  encoder->append(nn::reshape_to<float>({64}));
  encoder->append(std::make_shared<nn::Linear<float>>(64, 10, random));
  encoder->append(std::make_shared<nn::Dropout<float>>(0.3, 7));
  auto decoder = std::make_shared<nn::Linear<float>>(10, 36, random);
  auto parameters = encoder->parameters();
  nn::adopt("decoder", *decoder);
  nn::append(parameters, decoder->parameters());
  return {[encoder](const Variable<float>& x) { return (*encoder)(x); },
          [decoder](const Variable<float>& h) { return (*decoder)(h); },
          parameters,
          make_terms<float>(terms),
          Loss::squared_error,
          make_corruption("masking(0.2)")};
}

struct Case {
  const char* name;
  ContractiveAutoencoder<float> (*model)(const std::string&);
  const char *terms, *optimiser;
  std::size_t batch, parts;
};

const Case cases[] = {
    {"one layer", one_layer, "contractive(0.1)", "sgd", 10, 4},
    {"convolution, dropout, corruption", convolutional, "contractive(0.1)", "adam", 10, 3},
    {"estimated penalty", one_layer, "contractive(0.1, 2)", "adam", 10, 4},
    {"operator norm", convolutional, "operator-norm(1, 0.5)", "adam", 10, 3},
    {"curvature and decay", one_layer, "curvature(0.1, 0.1, 2)+decay(0.01)", "momentum", 10, 2},
    {"batches smaller than the parts", one_layer, "contractive(0.1)", "nesterov", 3, 5},
    {"more parts than samples in the last batch", one_layer, "", "adamw", 23, 8},
    {"one part", one_layer, "contractive(0.1)", "rmsprop", 10, 1},
};

TrainingOptions options_of(const Case& c, std::shared_ptr<nn::Workers> workers) {
  TrainingOptions options;
  options.epochs = 2;
  options.batch = c.batch;
  options.optimiser = c.optimiser;
  options.learning_rate = 0.01;
  options.parts = c.parts;
  options.workers = std::move(workers);
  options.saturation = Saturation::sigmoid;
  return options;
}

// What training ends with, but for its seconds.
struct End {
  std::vector<Array<float>> weights;
  std::vector<EpochReport> epochs;
};

End train(const Case& c, const std::shared_ptr<nn::Workers>& workers) {
  const auto model = c.model(c.terms);
  const Array<float> x = images();
  Trainer<float> trainer(model, nn::take(x, 0, 37), nn::take(x, 37, 47), options_of(c, workers));
  End end;
  Observer observer;
  observer.epoch = [&](const EpochReport& report) { end.epochs.push_back(report); };
  trainer.run(observer);
  for (const auto& parameter : model.parameters())
    end.weights.push_back(parameter.value());
  return end;
}

void check_same(const std::vector<Array<float>>& a, const std::vector<Array<float>>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    CHECK(std::equal(a[i].begin(), a[i].end(), b[i].begin(), b[i].end()));
}

} // namespace

TEST_CASE("together: training has the same bits on any number of processes") {
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const End together = train(c, processes()), alone = train(c, std::make_shared<nn::Workers>());
    check_same(together.weights, alone.weights);
    if (!processes()->first()) // who observes nothing
      continue;
    REQUIRE(together.epochs.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      const EpochReport &a = together.epochs[i], &b = alone.epochs[i];
      CHECK(a.reconstruction == b.reconstruction);
      CHECK(a.terms == b.terms);
      CHECK(a.validation.reconstruction == b.validation.reconstruction);
      CHECK(a.validation.norm == b.validation.norm);
      CHECK(a.validation.dead == b.validation.dead);
      CHECK(a.best == b.best);
    }
  }
}

TEST_CASE("together: a run goes on, with the same bits, on another number of processes") {
  const Case& c = cases[1];
  const std::vector<Array<float>> whole = train(c, std::make_shared<nn::Workers>()).weights;
  const Array<float> x = images(), training = nn::take(x, 0, 37), held = nn::take(x, 37, 47);
  for (const bool first_together : {true, false}) {
    const auto alone = std::make_shared<nn::Workers>();
    const std::shared_ptr<nn::Workers> all = processes();
    std::size_t steps = 0;
    Observer observer;
    observer.stop = [&] { return ++steps == (first_together ? 0 : 5 * c.parts); };
    if (first_together) // one process says so, all stop
      observer.stop = [&] { return ++steps >= 5 && processes()->first(); };
    const auto one = c.model(c.terms), other = c.model(c.terms);
    Trainer<float> before(one, training, held, options_of(c, first_together ? all : alone));
    CHECK(!before.run(observer));
    Trainer<float> after(other, training, held, options_of(c, first_together ? alone : all));
    after.restore(before.state());
    CHECK(after.run());
    std::vector<Array<float>> weights;
    for (const auto& parameter : other.parameters())
      weights.push_back(parameter.value());
    check_same(weights, whole);
  }
}

} // namespace contractive::tests
