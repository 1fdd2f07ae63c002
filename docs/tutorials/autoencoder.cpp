// The program behind autoencoder.md.
#include <contractive/autodiff/autodiff.hpp>
#include <contractive/cae/cae.hpp>
#include <contractive/cae/data/strokes.hpp>
#include <contractive/nn/nn.hpp>

#include <array>
#include <iostream>

using namespace contractive;

int main() {
  std::cout.precision(3);
  set_threads(1); // bit-identical numbers need one number of threads
  const Array<float> images = cae::Strokes(1).draw<float>(1000).x.reshaped({1000, 784});

  Random random(7);
  const nn::Linear<float> encoder(784, 100, random, nn::Init::sigmoid);
  const nn::TiedLinear<float> decoder(encoder);
  const auto encode = [&](const Variable<float>& x) { return sigmoid(encoder(x)); };

  {
    Tape<float> tape;
    const auto x = tape.variable(nn::take(images, 0, 5));
    const auto h = encode(x);
    const auto penalty = jacobian_squared_norm(h, x);
    // Rifai's formula for one sigmoid layer: sum_j (h_j (1 - h_j))^2 ||W_j||^2
    const auto slope = square(h * (1 - h));
    const auto weights = reshape(sum(square(nn::use(encoder.weight)), 0), {100, 1});
    std::cout << "by the engine:  " << penalty.value() << "\n"
              << "by the formula: " << reshape(matmul(slope, weights), {5}).value() << "\n";
  }

  const auto train = [&](float lambda) {
    Random start(7);
    nn::Linear<float> layer(784, 100, start, nn::Init::sigmoid);
    nn::TiedLinear<float> tied(layer);
    auto parameters = layer.parameters();
    nn::append(parameters, tied.parameters());
    nn::SGD<float> optimiser(0.1);
    nn::Batches batches(1000, 50, 1);
    double loss = 0, norm = 0, saturated = 0;
    for (int epoch = 0; epoch < 15; ++epoch) {
      loss = norm = saturated = 0;
      for (auto batch = batches.next(); !batch.empty(); batch = batches.next()) {
        Tape<float> tape;
        const auto x = tape.variable(nn::take(images, batch));
        const auto h = sigmoid(layer(x));
        const auto reconstruction = mean(nn::binary_cross_entropy(tied(h), x));
        const auto penalty = mean(jacobian_squared_norm(h, x));
        const auto objective = reconstruction + lambda * penalty;
        optimiser.step(parameters, gradient<float>({objective}, nn::use(parameters)));
        loss += reconstruction.item() / 20;
        norm += penalty.item() / 20;
        for (const float unit : h.value())
          saturated += (unit < 0.05f || unit > 0.95f) / 100000.0;
      }
    }
    return std::array{loss, norm, saturated};
  };
  const auto plain = train(0.0f), contractive = train(0.5f);
  const auto yes = [](bool answer) { return answer ? "yes\n" : "no\n"; };
  std::cout << "less than half of ||J||^2: " << yes(contractive[1] < 0.5 * plain[1])
            << "more units saturated: " << yes(contractive[2] > plain[2])
            << "at a cross-entropy of at most 15 % more: " << yes(contractive[0] < 1.15 * plain[0]);

  {
    Tape<float> tape;
    const auto x = tape.variable(nn::take(images, 0, 5).reshaped({5, 28, 28, 1}));
    const nn::Conv2d<float> conv({1, 8, 5, 2, 0}, random, nn::Init::he);
    const nn::LayerNorm<float> norm(8);
    const nn::Linear<float> top(8 * 12 * 12, 20, random);
    const auto c = relu(norm(conv(x)));
    const auto h = tanh(top(reshape(c, {5, Shape::infer})));
    const auto penalty = mean(jacobian_squared_norm(h, x));
    const auto g = gradient(penalty, nn::use(conv.weight));
    std::cout << "an encoder of one's own: code " << h.shape() << ", gradient of the penalty "
              << g.shape() << "\n";
  }
}
