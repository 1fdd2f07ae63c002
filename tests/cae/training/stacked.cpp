#include <contractive/cae/training/stacked.hpp>

#include <contractive/nn/layer/init.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
using namespace cae;

TEST_CASE("stacked: each layer learns from the codes below it, and lands in its place") {
  for (const bool tied : {true, false}) {
    Random random(1);
    Model<double> model({Specification::parse("8-6:sigmoid-4:tanh-3:sigmoid"),
                         {8},
                         tied ? Decoder::tied : Decoder::untied,
                         "contractive(0.1)",
                         "none",
                         Loss::cross_entropy},
                        random);
    const Array<double> x = random_array<double>({60, 8}, 1, 0, 1),
                        held = random_array<double>({10, 8}, 2, 0, 1);
    TrainingOptions options;
    options.epochs = 3;
    options.batch = 10;
    std::vector<double> losses;
    Observer observer;
    observer.epoch = [&](const EpochReport& r) { losses.push_back(r.validation.reconstruction); };
    std::string layers;
    train_stacked<double>(model, x, held, options, observer, [&](std::size_t k, std::size_t of) {
      layers += detail::text(k, "/", of, " ");
    });
    CHECK(layers == "1/3 2/3 3/3 ");
    REQUIRE(losses.size() == 9);
    // The first layer alone, trained as usual, is the stack's first layer, and so is its decoder.
    Random same(options.seed);
    Configuration one = model.configuration;
    one.specification = one.specification.layer(0);
    const Model<double> first(one, same);
    centre_output(first, x);
    const auto autoencoder = first.autoencoder();
    Trainer<double>(autoencoder, x, held, options).run();
    const auto ours = model.network.encoder->parameters(),
               alone = first.network.encoder->parameters();
    for (std::size_t i = 0; i < 2; ++i)
      CHECK(difference(ours[i].value(), alone[i].value()) == 0);
    const auto decoder = model.network.decoder->parameters(),
               mirror = first.network.decoder->parameters();
    for (std::size_t i = 0; i < mirror.size(); ++i)
      CHECK(difference(decoder[decoder.size() - mirror.size() + i].value(), mirror[i].value()) ==
            0);
  }
}

TEST_CASE("stacked: what is no chain of dense layers is refused") {
  Random random(1);
  Model<double> model({Specification::parse("conv(2,3):relu,linear(4):tanh"),
                       {5, 5, 1},
                       Decoder::tied,
                       "",
                       "none",
                       Loss::squared_error},
                      random);
  const Array<double> x = Array<double>::zeros({4, 25});
  CHECK(message<Error>([&] {
          return train_stacked(model, x, x, TrainingOptions());
        }).find("expected dense layers only") != std::string::npos);
}

} // namespace contractive::tests
