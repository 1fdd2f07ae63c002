#include <contractive/cae/training/trainer.hpp>

#include <contractive/cae/model/model.hpp>
#include <contractive/cae/training/classifier.hpp>
#include <contractive/nn/file/file.hpp>

#include "support/folder.hpp"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>

using namespace contractive;
using namespace contractive::cae;
using contractive::tests::Folder;

namespace {

// A curve in 8 dimensions: something to learn.
Array<float> curve(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  return Array<float>::make({n, 8}, [&](float* out) {
    for (std::size_t i = 0; i < n; ++i) {
      const double t = random.uniform();
      for (std::size_t j = 0; j < 8; ++j)
        *out++ = static_cast<float>(0.5 + 0.45 * std::sin(6 * t + static_cast<double>(j)));
    }
  });
}

struct Run {
  Random random{1};
  Model<float> model;
  ContractiveAutoencoder<float> autoencoder = model.autoencoder();
  Trainer<float> trainer;

  // With draws in each step, so that resuming has a generator to restore.
  explicit Run(const TrainingOptions& options, const Array<float>& validation = curve(20, 2),
               const std::string& terms = "contractive(0.1,1)+decay(0.001)",
               const std::string& corruption = "gaussian(0.1)")
      : model({Specification::parse("8-12:sigmoid"),
               {8},
               Decoder::tied,
               terms,
               corruption,
               Loss::cross_entropy},
              random),
        trainer(autoencoder, curve(103, 1), validation, options) {}
  std::vector<float> weights() const {
    std::vector<float> all;
    for (const auto& parameter : model.network.parameters())
      all.insert(all.end(), parameter.value().begin(), parameter.value().end());
    return all;
  }
};

TrainingOptions options_for(const std::string& optimiser) {
  TrainingOptions options;
  options.epochs = 4;
  options.batch = 10; // 11 steps an epoch, the last with 3 samples
  options.optimiser = optimiser;
  options.schedule = "exponential(0.9)";
  options.learning_rate = optimiser == "sgd" ? 0.1 : 0.01;
  return options;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("trainer: the objective falls, and an observer hears of each step and epoch") {
  TrainingOptions options = options_for("sgd");
  options.epochs = 30;
  Run run(options);
  std::size_t steps = 0;
  std::vector<EpochReport> reports;
  Observer observer;
  observer.step = [&](std::size_t, std::size_t all, double) {
    ++steps;
    CHECK(all == 11);
  };
  observer.epoch = [&](const EpochReport& report) { reports.push_back(report); };
  run.trainer.run(observer);
  CHECK(steps == 30 * 11);
  REQUIRE(reports.size() == 30);
  CHECK(reports.back().epoch == 30);
  const Measures &first = reports[0].validation, &last = reports[29].validation;
  CHECK(last.reconstruction + 0.1 * last.squared_norm <
        first.reconstruction + 0.1 * first.squared_norm - 0.1);
  CHECK(lines(run.trainer.log()) == 31);
}

TEST_CASE("trainer: the same seed gives the same weights, another one others") {
  TrainingOptions options = options_for("adam");
  Run a(options), b(options);
  a.trainer.run();
  b.trainer.run();
  CHECK(a.weights() == b.weights());
  options.seed = 2; // of the shuffling only: the weights begin alike
  Run c(options);
  c.trainer.run();
  CHECK(a.weights() != c.weights());
}

TEST_CASE("trainer: a run that is cut off anywhere ends with the same weights when resumed") {
  for (const std::string optimiser : {"sgd", "nesterov", "adam"}) {
    TrainingOptions options = options_for(optimiser);
    options.patience = 9; // so that best weights are in the checkpoint
    Run whole(options);
    whole.trainer.run();
    const Folder folder;
    options.folder = folder.file("made/by the trainer");
    options.checkpoint_steps = 3;
    for (const std::size_t stop : {3u, 10u, 11u, 12u, 30u, 44u}) {
      CAPTURE(optimiser);
      CAPTURE(stop);
      Run cut(options);
      std::size_t steps = 0;
      Observer observer;
      observer.step = [&](std::size_t, std::size_t, double) {
        if (++steps == stop)
          throw 0;
      };
      CHECK_THROWS_AS(cut.trainer.run(observer), int);
      Run resumed(options);
      resumed.trainer.restore(
          nn::read_safetensors<float>(Trainer<float>::checkpoint_in(options.folder)));
      resumed.trainer.run();
      CHECK(resumed.weights() == whole.weights());
      CHECK(lines(nn::read_file(options.folder + "/metrics.csv")) == 5);
    }
  }
}

TEST_CASE("trainer: patience stops, and keeps the best weights") {
  TrainingOptions options = options_for("sgd");
  options.epochs = 200;
  options.patience = 3;
  options.learning_rate = 3; // jumps about, so that it soon does not improve
  options.schedule = "constant";
  Run run(options, curve(20, 2), "contractive(0.1)", "none");
  std::vector<double> objectives;
  Observer observer;
  observer.epoch = [&](const EpochReport& r) {
    objectives.push_back(r.validation.reconstruction + 0.1 * r.validation.squared_norm);
    const double least = *std::min_element(objectives.begin(), objectives.end());
    CHECK(r.best == (objectives.back() == least));
  };
  run.trainer.run(observer);
  REQUIRE(objectives.size() < 200);
  const auto best = std::min_element(objectives.begin(), objectives.end());
  CHECK(objectives.end() - best == 4); // and three more
  const Measures kept = measure(run.autoencoder, curve(20, 2), Saturation::none);
  CHECK(kept.reconstruction + 0.1 * kept.squared_norm == *best);
}

TEST_CASE("trainer: a loss that is no number stops with epoch, step and advice") {
  TrainingOptions options = options_for("sgd");
  options.learning_rate = 1e30;
  Run run(options);
  CHECK_THROWS_WITH_AS(run.trainer.run(), doctest::Contains("at epoch 1, step "), Error);
  CHECK_THROWS_WITH(run.trainer.run(), doctest::Contains("try a learning rate below 1e+30"));
}

TEST_CASE("trainer: options and checkpoints that do not fit are refused") {
  TrainingOptions options = options_for("sgd");
  options.optimiser = "sdg";
  CHECK_THROWS_WITH_AS(Run{options}, doctest::Contains("'sdg' is unknown"), Error);
  options = options_for("sgd");
  options.epochs = 0;
  CHECK_THROWS_AS(Run{options}, Error);
  options = options_for("sgd");
  options.learning_rate = -1;
  CHECK_THROWS_AS(Run{options}, Error);

  Run adam(options_for("adam"));
  adam.trainer.run();
  Run sgd(options_for("sgd"));
  CHECK_THROWS_AS(sgd.trainer.restore(adam.trainer.state()), Error);
  nn::Tensors<float> weights;
  put_weights(sgd.model.network.parameters(), weights);
  CHECK_THROWS_WITH_AS(sgd.trainer.restore(weights), doctest::Contains("without its training"),
                       FileError);
  weights.arrays.clear();
  CHECK_THROWS_WITH_AS(sgd.trainer.restore(weights),
                       doctest::Contains("no array 'encoder.0.weight'"), FileError);
}

TEST_CASE("trainer: without validation samples, the training samples are measured") {
  Run run(options_for("sgd"), Array<float>());
  Observer observer;
  observer.epoch = [&](const EpochReport& report) { CHECK(report.validation.reconstruction > 0); };
  run.trainer.run(observer);
}

TEST_CASE("trainer: models, networks and trainers may be temporaries") {
  const auto model = [] {
    Random random(1);
    return Model<float>({Specification::parse("8-12:sigmoid"),
                         {8},
                         Decoder::tied,
                         "contractive(0.1)",
                         "none",
                         Loss::cross_entropy},
                        random);
  };
  const Array<float> x = curve(103, 1);
  Run kept(options_for("adam"), {}, "contractive(0.1)", "none");
  kept.trainer.run();
  Trainer<float> trainer(model().autoencoder(), x, {}, options_for("adam"));
  trainer.run();
  const auto trained = trainer.state();
  CHECK(trained.arrays.at("encoder.0.weight")[5] == kept.weights()[5]);

  const ContractiveAutoencoder<float> of_network(model().network, 0.1f);
  CHECK(of_network.reconstruct(Variable<float>(x)).shape() == x.shape());
  Random random(1);
  const Classifier<float> classifier(model().network.encoder, 12, 3, random);
  CHECK(classifier.predict(x).size() == 103);
}

TEST_CASE("trainer: weights of one name are refused, or one of them would be lost") {
  nn::Parameter<float> first{"bias", Array<float>{1, 2}}, second{"bias", Array<float>{3}};
  nn::Tensors<float> tensors;
  std::string told;
  try {
    put_weights<float>({first, second}, tensors);
  } catch (const Error& error) {
    told = error.what();
  }
  CHECK(told == "model: two arrays are named 'bias'; expected distinct names, as nn::adopt() makes "
                "them");
}
