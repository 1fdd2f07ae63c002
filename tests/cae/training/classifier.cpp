#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/cae/data/strokes.hpp>
#include <contractive/cae/measure/tangents.hpp>
#include <contractive/cae/model/model.hpp>
#include <contractive/cae/training/classifier.hpp>
#include <contractive/nn/data/batches.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"
#include "support/random.hpp"

#include <doctest/doctest.h>
#include <tuple>

namespace contractive::tests {
namespace {

using namespace cae;
using V = Variable<double>;

Labelled<double> strokes(std::size_t n, std::uint64_t seed) {
  Strokes::Options options;
  options.height = options.width = 12;
  const auto drawn = Strokes(seed, options).draw<double>(n);
  return {as_rows(drawn.x), drawn.labels};
}

struct Fresh {
  Random random{3};
  Model<double> model{{Specification::parse("144-40:tanh"),
                       {12, 12, 1},
                       Decoder::tied,
                       "",
                       "none",
                       Loss::cross_entropy},
                      random};
  Classifier<double> classifier(FineTune encoder_too) {
    return {model.network.encoder, 40, 10, random, encoder_too};
  }
};

ClassifierOptions quick() {
  ClassifierOptions options;
  options.epochs = 12;
  options.batch = 20;
  options.optimiser = "sgd";
  options.learning_rate = 0.5;
  return options;
}

} // namespace

TEST_CASE("classifier: it learns strokes; frozen, the encoder stays as it is") {
  const auto training = strokes(400, 1), unseen = strokes(200, 2);
  for (const FineTune fine_tune : {FineTune::yes, FineTune::no}) {
    const bool frozen = fine_tune == FineTune::no;
    CAPTURE(frozen);
    Fresh fresh;
    const auto before = fresh.model.network.encoder->parameters()[0].value();
    auto classifier = fresh.classifier(fine_tune);
    std::vector<ClassifierReport> epochs;
    const ClassifierReport best =
        train_classifier(classifier, training, unseen, quick(), {},
                         [&](const ClassifierReport& epoch) { epochs.push_back(epoch); });
    CHECK(best.validation_error < 0.5); // by chance 0.9
    CHECK(epochs.size() == 12);
    CHECK(epochs.back().loss < epochs.front().loss / 2);
    const auto after = fresh.model.network.encoder->parameters()[0].value();
    CHECK((difference(after, before) == 0) == frozen);
    // It ends with the weights of the best epoch, the first of equals.
    for (const ClassifierReport& epoch : epochs)
      CHECK(epoch.validation_error >=
            best.validation_error + (epoch.epoch < best.epoch ? 1e-12 : 0));
    const auto wrong = classifier.mistakes(unseen);
    CHECK(static_cast<double>(wrong.size()) / 200 == doctest::Approx(best.validation_error));
    const Indices classes = classifier.predict(unseen.x);
    for (const std::size_t i : wrong)
      CHECK(classes[i] != unseen.labels[i]);
  }
}

TEST_CASE("classifier: stopped between epochs, it goes on as if never stopped") {
  const auto training = strokes(100, 1), unseen = strokes(50, 2);
  const Folder folder;
  ClassifierOptions options = quick();
  options.optimiser = "adam";
  options.learning_rate = 0.01;
  const auto trained = [&](std::size_t stop_after) {
    Fresh fresh;
    auto classifier = fresh.classifier(FineTune::yes);
    std::size_t epochs = 0;
    ClassifierReport best;
    try {
      best = train_classifier(classifier, training, unseen, options, {},
                              [&](const ClassifierReport& epoch) {
                                ++epochs;
                                if (epoch.epoch == stop_after)
                                  throw Error("stopped");
                              });
    } catch (const Error&) {
      CHECK(epochs == stop_after);
    }
    std::vector<Array<double>> weights;
    for (const auto& parameter : classifier.parameters())
      weights.push_back(parameter.value());
    return std::tuple(weights, best, epochs);
  };
  const auto [expected, best, epochs] = trained(0);
  options.checkpoint = folder.file("c.safetensors");
  trained(5);
  const auto [weights, resumed, rest] = trained(0);
  CHECK(epochs == 12);
  CHECK(rest == 7);
  CHECK(resumed.epoch == best.epoch);
  CHECK(resumed.validation_error == best.validation_error);
  REQUIRE(weights.size() == expected.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    CHECK(difference(weights[i], expected[i]) == 0);
}

TEST_CASE("classifier: the tangent penalty is that of the full Jacobian, and can be trained on") {
  Tape<double> tape;
  const auto x = tape.variable(random_array<double>({5, 6}, 1));
  const auto w = tape.variable(random_array<double>({6, 4}, 2));
  const auto tangents = random_array<double>({5, 3, 6}, 3);
  const V o = softmax(matmul(x, w));
  const V penalty = tangent_penalty(o, x, tangents);
  const V moved = matmul(batch_jacobian(o, x), V(tangents), Transpose::b); // (5, 4, 3)
  const V reference = sum(sum_of_squares(moved, 2), 1);
  CHECK(difference(penalty.value(), reference.value()) < 1e-12);
  CHECK(difference(gradient(sum(penalty), w).value(), gradient(sum(reference), w).value()) < 1e-12);
  CHECK(message<ShapeError>([&] {
          return tangent_penalty(o, x, random_array<double>({4, 3, 6}, 3));
        }) == "tangent_penalty: x (5, 6), tangents (4, 3, 6); expected (N, d) and (N, m, d)");
}

TEST_CASE("classifier: tangents make it flat along them") {
  const auto training = strokes(200, 1);
  const auto tangents = [&] {
    Strokes::Options options;
    options.height = options.width = 12;
    return Strokes(1, options).draw_with_tangents<double>(200).second; // (200, 5, 144)
  }();
  double slope[2];
  for (const int with : {0, 1}) {
    Fresh fresh;
    auto classifier = fresh.classifier(FineTune::yes);
    ClassifierOptions options = quick();
    options.tangent_weight = with * 0.1;
    train_classifier(classifier, training, training, options, tangents);
    Tape<double> tape;
    const auto x = tape.variable(training.x);
    slope[with] = mean(tangent_penalty(softmax(classifier.logits(x)), x, tangents)).item();
  }
  CHECK(slope[1] < slope[0] / 2);
}

TEST_CASE("classifier: data that do not fit are refused") {
  Fresh fresh;
  auto classifier = fresh.classifier(FineTune::yes);
  const auto good = strokes(10, 1);
  const Labelled<double> bad{good.x, Indices({3}, {0, 1, 2})};
  CHECK(message<ShapeError>([&] { return train_classifier(classifier, bad, good, quick()); }) ==
        "classifier: training samples (10, 144) with labels (3); expected (N, d) and (N), N at "
        "least 1");
}

TEST_CASE("tangents: products with J find what its decomposition finds") {

  Fresh fresh;
  const auto model = fresh.model.autoencoder();
  const auto x = strokes(7, 5).x;
  Random random(1);
  const auto exact = leading_tangents(model, x, 4);
  const auto found = principal_tangents(model, x, 4, random, 60);
  // 60 iterations leave (s_10 / s_4)^120 of an error: below 1e-6 for the values.
  CHECK(difference(found.stretch, exact.stretch) < 1e-6);
  for (std::size_t i = 0; i < 7; ++i)
    CHECK(mean_principal_angle(nn::take(found.directions, i, i + 1).reshaped({4, 144}),
                               nn::take(exact.directions, i, i + 1).reshaped({4, 144})) < 0.1);
  CHECK(message<Error>([&] { return principal_tangents(model, x, 41, random); }) ==
        "tangents: 41 directions of Jacobians (40, 144); expected 1 to 40");
}

} // namespace contractive::tests
