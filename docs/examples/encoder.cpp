// The program behind docs/how-to/encoder.md.
#include <contractive/cae/cae.hpp>

#include <iostream>

using namespace contractive;
using V = Variable<float>;

void as_text(const Array<float>& images) {
  Random random(1);
  const auto text = "conv(8,5,stride=2):relu,residual(conv(8,3,padding=1):relu),linear(20):tanh";
  const auto layers = cae::Specification::parse(text);
  const cae::Network<float> network = cae::build<float>(layers, {28, 28, 1}, random);
  std::cout << "codes " << network.encode(images).shape() << "\n";
  const cae::ContractiveAutoencoder<float> model(network, 0.1);
  std::cout << model.parameters().size() << " parameters\n";
}

void misspelt() {
  try {
    const auto layers = cae::Specification::parse("conv(8,5):relu,linaer(20):tanh");
  } catch (const Error& error) {
    std::cout << error.what() << "\n";
  }
}

class Encoder : public nn::Module<float> {
public:
  explicit Encoder(Random& random)
      : conv_({1, 8, 5, 2, 0}, random, nn::Init::he), norm_(8), top_(8 * 12 * 12, 20, random) {
    nn::adopt("conv", conv_); // so that files and errors name conv.weight, conv.bias, ...
    nn::adopt("norm", norm_);
    nn::adopt("top", top_);
  }
  V operator()(const V& x) const override {
    const V maps = silu(norm_(conv_(reshape(x, {Shape::infer, 28, 28, 1}))));
    return tanh(top_(reshape(maps, {Shape::infer, 8 * 12 * 12})));
  }
  std::vector<nn::Parameter<float>> parameters() const override {
    std::vector<nn::Parameter<float>> all = conv_.parameters();
    nn::append(all, norm_.parameters());
    nn::append(all, top_.parameters());
    return all;
  }

private:
  nn::Conv2d<float> conv_;
  nn::LayerNorm<float> norm_;
  nn::Linear<float> top_;
};

void train_and_measure(const cae::ContractiveAutoencoder<float>& model) {
  const auto training = cae::Strokes(1).draw<float>(500).x.reshaped({500, 784});
  const auto unseen = cae::Strokes(2).draw<float>(100).x.reshaped({100, 784});
  const double before = cae::measure(model, unseen, cae::Saturation::tanh).reconstruction;

  cae::TrainingOptions options;
  options.epochs = 2;
  cae::Trainer<float>(model, training, unseen, options).run();
  const auto measures = cae::measure(model, unseen, cae::Saturation::tanh); // the code is a tanh's
  const auto spectrum = cae::spectrum(model, nn::take_first(unseen, 10));

  std::cout << "unseen images are reconstructed better: "
            << (measures.reconstruction < before ? "yes" : "no") << "\n"
            << "singular values of dh/dx: " << spectrum.values.size() << "\n";
}

void read_and_count(const std::string& path) {
  std::vector<std::string> notes;
  const auto x = cae::as_rows(cae::read_inputs<float>(path, {}, notes).x); // (N, d)
  std::cout << "read " << x.shape() << "\n";
}

void as_module(const Array<float>& images) {
  Random random(1);
  const Encoder encoder(random);
  const nn::Linear<float> decoder(20, 784, random);
  auto parameters = encoder.parameters();
  nn::append(parameters, decoder.parameters());
  const auto encode = [&](const V& x) { return encoder(x); };
  const auto decode = [&](const V& h) { return decoder(h); };
  const cae::ContractiveAutoencoder<float> model(encode, decode, parameters, 0.1);

  nn::Adam<float> optimiser(0.001);
  double first = 0, last = 0;
  for (int step = 0; step < 20; ++step) {
    const Tape<float> tape;
    const auto objective = model.objective(images);
    optimiser.step(parameters, gradient(objective.total, nn::use(parameters)));
    last = objective.total.item();
    first = step == 0 ? last : first;
  }
  std::cout << "the objective falls: " << (last < first ? "yes" : "no") << "\n";

  const std::vector terms{cae::contractive_term<float>(0.1, 4)}; // 4 projections
  train_and_measure(cae::ContractiveAutoencoder<float>(encode, decode, parameters, terms));
}

void as_function(const Array<float>& images) {
  Random random(1);
  Tape<float> tape;
  const V x = tape.variable(images);
  const V w = tape.variable(random.normal<float>({784, 20}, 0.05));
  const V h = softmax(matmul(x, w)); // any operations of x
  const V penalty = mean(jacobian_squared_norm(h, x));
  const V slope = gradient(penalty, w);
  std::cout << "penalty " << penalty.shape() << ", its gradient " << slope.shape() << "\n";
}

void what_it_costs(const Array<float>& images) {
  Random random(1);
  const Encoder encoder(random);
  Tape<float> tape;
  const V x = tape.variable(images);
  std::cout << explain_jacobian(encoder(x), x) << "\n";
}

template <class F> void refused(const F& f, const V& x) {
  try {
    std::cout << jacobian_squared_norm(f(x), x).value() << "\n";
  } catch (const Error& error) {
    std::cout << error.what() << "\n";
  }
}

V batch_norm(const V& x) { return (x - mean(x, 0)) / sqrt(var(x, 0) + 1e-5f); }

V with_constants(const V& x) {
  const V fixed = x.detach();
  return (x - mean(fixed, 0)) / sqrt(var(fixed, 0) + 1e-5f);
}

int main() {
  const Array<float> images = cae::Strokes(1).draw<float>(20).x.reshaped({20, 784});
  as_text(images);
  misspelt();
  nn::write_npy("images.npy", images);
  read_and_count("images.npy");
  as_module(images);
  as_function(images);
  what_it_costs(images);

  Tape<float> tape;
  const V x = tape.variable({{0.1f, 0.7f, -0.2f}, {0.9f, -0.4f, 0.3f}});
  refused(batch_norm, x);
  refused([](const V& at) { return transposed(tanh(at)); }, x);
  refused([](const V& at) { return sum(tanh(at)); }, x);
  refused([](const V& at) { return tanh(at.detach()); }, x);
  refused([](const V& at) { return tanh(at); }, V(x.value()));
  refused(with_constants, x);
}
