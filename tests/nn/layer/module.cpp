#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/nn.hpp>

#include "support/random.hpp"

#include <doctest/doctest.h>
#include <type_traits>

namespace contractive::tests {
using V = Variable<double>;
using namespace contractive::nn;

TEST_CASE("module: layers in a vector, moved and returned, are trained all the same") {
  const auto make = [] {
    Random random(1);
    std::vector<Linear<double>> layers;
    for (const std::size_t width : {3u, 4u, 2u}) // grows, so that all layers are moved
      layers.emplace_back(layers.empty() ? 5 : layers.back().bias.value().size(), width, random);
    return layers;
  };
  const auto train = [](const std::vector<Linear<double>>& layers) {
    std::vector<Parameter<double>> parameters;
    for (const auto& layer : layers)
      append(parameters, layer.parameters());
    CHECK(parameters.size() == 6);
    Adam<double> adam(0.05);
    std::vector<double> losses;
    for (int i = 0; i < 30; ++i) {
      Tape<double> tape;
      V h(random_array<double>({8, 5}, 1));
      for (const auto& layer : layers)
        h = tanh(layer(h));
      const V loss = mean(square(h - 0.5));
      adam.step(parameters, gradient<double>({loss}, use(parameters)));
      losses.push_back(loss.item());
    }
    return losses;
  };
  std::vector<Linear<double>> layers = make();
  const auto losses = train(layers);
  CHECK(losses.back() < 0.1 * losses.front());

  // Tied: one handle in two layers, listed once, and its gradient has both parts.
  std::vector<Linear<double>> tied = make();
  tied.emplace_back(std::move(layers[1]));
  tied[3].weight = tied[1].weight;
  std::vector<Parameter<double>> parameters;
  for (const auto& layer : tied)
    append(parameters, layer.parameters());
  CHECK(parameters.size() == 7);
  Tape<double> tape;
  CHECK(gradient(sum(use(tied[3].weight) + use(tied[1].weight)), use(tied[1].weight)).value()[0] ==
        2);
}

TEST_CASE("module: modules move and are not copied, for a copy would share its weights") {
  const auto moves = [](auto* module) {
    using M = std::remove_pointer_t<decltype(module)>;
    return std::is_move_constructible_v<M> && std::is_move_assignable_v<M> &&
           !std::is_copy_constructible_v<M> && !std::is_copy_assignable_v<M>;
  };
  using T = double;
  CHECK(moves(static_cast<Linear<T>*>(nullptr)));
  CHECK(moves(static_cast<TiedLinear<T>*>(nullptr)));
  CHECK(moves(static_cast<Conv2d<T>*>(nullptr)));
  CHECK(moves(static_cast<ConvTranspose2d<T>*>(nullptr)));
  CHECK(moves(static_cast<Pool2d<T>*>(nullptr)));
  CHECK(moves(static_cast<LayerNorm<T>*>(nullptr)));
  CHECK(moves(static_cast<Dropout<T>*>(nullptr)));
  CHECK(moves(static_cast<SelfAttention<T>*>(nullptr)));
  CHECK(moves(static_cast<Activation<T>*>(nullptr)));
  CHECK(moves(static_cast<Sequential<T>*>(nullptr)));
  CHECK(moves(static_cast<Residual<T>*>(nullptr)));
  CHECK(moves(static_cast<Function<T>*>(nullptr)));
}

} // namespace contractive::tests
