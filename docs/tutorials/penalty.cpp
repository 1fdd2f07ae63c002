// The program behind penalty.md, but for its first program, penalty_first.cpp.
#include <contractive/nn/nn.hpp>

#include <cmath>
#include <iomanip>
#include <iostream>

using namespace contractive;
using V = Variable<float>;

namespace {

Random generator(1);
const auto images = generator.uniform<float>({100, 16, 16, 1}, 1);

void any_function() {
  const nn::Linear<float> a(256, 64, generator), b(64, 64, generator), c(64, 16, generator);
  const nn::LayerNorm<float> normed(64);
  const auto encoder = [&](const V& x) {
    const V first = tanh(a(x));
    const V second = first + tanh(b(normed(first))); // a residual connection
    return c(second);
  };

  Tape<float> tape;
  const V x = tape.variable(images.reshaped({100, 256}));
  const V h = encoder(x);
  const V penalty = jacobian_squared_norm(h, x);
  const V whole = sum(square(batch_jacobian(h, x)), {1, 2});
  std::cout << "penalty of each sample: " << penalty.shape() << "\n"
            << "all within 1e-5 of the sum over whole Jacobians: "
            << (max(abs(penalty / whole - 1)).item() < 1e-5 ? "yes" : "no") << "\n\n";
}

void convolution() {
  const nn::Conv2d<float> conv({1, 8, 5, 2, 0}, generator); // 1 channel in, 8 out, 5 x 5, stride 2
  const nn::Linear<float> top(6 * 6 * 8, 16, generator);
  const auto encoder = [&](const V& x) {
    const V features = relu(conv(x));
    return tanh(top(reshape(features, {x.shape()[0], Shape::infer})));
  };

  Tape<float> tape;
  const V x = tape.variable(images);
  const V h = encoder(x);
  std::cout << explain_jacobian(h, x) << "\n";
}

void attention() {
  const nn::Linear<float> embed(16, 32, generator), top(32, 8, generator);
  const nn::SelfAttention<float> attend(32, 4, generator); // 4 heads
  const auto encoder = [&](const V& x) {
    const V tokens = embed(x);
    return tanh(top(mean(attend(tokens), 1))); // the mean over a sample's own tokens
  };

  Tape<float> tape;
  const V x = tape.variable(images.reshaped({100, 16, 16})); // each row of an image is a token
  const V h = encoder(x);
  const V penalty = mean(jacobian_squared_norm(h, x));
  const V slope = gradient(penalty, nn::use(embed.weight));
  std::cout << "attention: code " << h.shape() << ", gradient " << slope.shape() << "\n"
            << explain_jacobian(h, x) << "\n";
}

// The penalty after training.
float train(float lambda) {
  Random random(2);
  const nn::Linear<float> bottom(256, 64, random), top(64, 16, random), decoder(16, 256, random);
  auto parameters = bottom.parameters();
  nn::append(parameters, top.parameters());
  nn::append(parameters, decoder.parameters());
  nn::Adam<float> optimiser(0.01);

  float norm = 0;
  for (int step = 0; step < 50; ++step) {
    Tape<float> tape;
    const V x = tape.variable(images.reshaped({100, 256}));
    const V h = tanh(top(tanh(bottom(x))));
    const V error = mean(nn::squared_error(decoder(h), x));
    const V penalty = mean(jacobian_squared_norm(h, x));
    const V objective = error + lambda * penalty;
    optimiser.step(parameters, gradient(objective, nn::use(parameters)));
    norm = penalty.item();
  }
  return norm;
}

void cost() {
  std::cout << "million multiply-adds for 100 samples\n"
            << "                 encode   penalty   with gradient   row by row\n";
  const auto show = [](const char* name, double encode, const V& h, const V& x) {
    const JacobianCost cost = jacobian_cost(h, x);
    std::cout << name;
    for (const double count : {encode, cost.value, cost.step, cost.naive})
      std::cout << std::setw(10) << std::round(count / 1e6);
    std::cout << "\n";
  };
  const nn::Linear<float> one(784, 1000, generator), two(784, 512, generator),
      top(512, 256, generator);
  Tape<float> tape;
  const V x = tape.variable(Array<float>::zeros({100, 784}));
  show("784-1000     ", 100 * 784e3, sigmoid(one(x)), x);
  show("784-512-256  ", 100 * (784.0 * 512 + 512 * 256), sigmoid(top(sigmoid(two(x)))), x);
  std::cout << "\n";
}

void estimate() {
  const nn::Linear<float> bottom(256, 64, generator), top(64, 16, generator);
  Tape<float> tape;
  const V x = tape.variable(images.reshaped({100, 256}));
  const V h = tanh(top(tanh(bottom(x))));
  const V exact = jacobian_squared_norm(h, x);

  for (const auto kind : {Projection::gaussian, Projection::orthogonal})
    for (const std::size_t projections : {1, 4, 16}) {
      EstimateOptions options;
      options.projections = projections;
      options.kind = kind;
      const V estimated = jacobian_squared_norm_estimate(h, x, generator, options);
      const float error = std::sqrt(mean(square(estimated / exact - 1)).item());
      std::cout << (kind == Projection::gaussian ? "gaussian " : "orthogonal ") << projections
                << ": " << std::round(100 * error) << " % off\n";
    }
  std::cout << "\n";
}

void coupled() {
  const nn::Linear<float> bottom(256, 64, generator);
  Tape<float> tape;
  const V x = tape.variable(images.reshaped({100, 256}));
  const V a = bottom(x);
  const V h = tanh((a - mean(a, 0)) / stddev(a, 0)); // batch normalisation
  try {
    std::cout << jacobian_squared_norm(h, x).value() << "\n";
  } catch (const CouplingError& error) {
    std::cout << error.what() << "\n";
  }
}

} // namespace

int main() {
  set_threads(1); // the same digits everywhere
  std::cout.precision(3);
  any_function();
  convolution();
  attention();
  std::cout << "with lambda = 10 less than a tenth of ||dh/dx||^2 is left: "
            << (train(10) < 0.1f * train(0) ? "yes" : "no") << "\n\n";
  cost();
  estimate();
  coupled();
}
