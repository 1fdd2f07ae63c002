// The program behind autoencoder.md. It writes its pictures and a model into the folder it runs in.
#include <contractive/cae/cae.hpp>

#include <cstdio>
#include <iostream>
#include <numeric>

using namespace contractive;
using namespace contractive::cae;

namespace {

constexpr std::size_t side = 20, units = 100;

// sum_j (h_j (1 - h_j))^2 ||W_j||^2, and the same by the engine.
void formula(const Array<double>& training) {
  Random random(7);
  const nn::Linear<double> layer(side * side, units, random, nn::Init::sigmoid);

  Tape<double> tape;
  const auto x = tape.variable(nn::take(training, 0, 4));
  const auto h = sigmoid(layer(x));
  const auto slope = h * (1 - h);                             // s'(a) of the sigmoid
  const auto lengths = sum(square(nn::use(layer.weight)), 0); // ||W_j||^2, one for each unit
  const auto by_formula = sum(square(slope) * lengths, 1);    // one for each sample
  const auto by_engine = jacobian_squared_norm(h, x);
  std::cout << "by the formula: " << by_formula.value() << "\n"
            << "by the engine:  " << by_engine.value() << "\n";
}

// Training in ten lines: batches, a tape for each step, one gradient.
void by_hand(const Array<double>& training) {
  Random random(7);
  const nn::Linear<double> layer(side * side, units, random, nn::Init::sigmoid);
  const nn::TiedLinear<double> decoder(layer);
  auto parameters = layer.parameters();
  nn::append(parameters, decoder.parameters());

  nn::Adam<double> optimiser(0.005);
  nn::Batches batches(training.shape()[0], 50, 1);
  for (int epoch = 1; epoch <= 3; ++epoch) {
    double objective = 0;
    for (auto batch = batches.next(); !batch.empty(); batch = batches.next()) {
      Tape<double> tape;
      const auto x = tape.variable(nn::take(training, batch));
      const auto h = sigmoid(layer(x));
      const auto reconstruction = mean(nn::binary_cross_entropy(decoder(h), x));
      const auto penalty = mean(jacobian_squared_norm(h, x));
      const auto total = reconstruction + 0.3 * penalty;
      optimiser.step(parameters, gradient(total, nn::use(parameters)));
      objective += total.item() / static_cast<double>(batches.per_epoch());
    }
    std::printf("by hand, epoch %d: objective %.0f\n", epoch, objective);
  }
}

// The same by the library: a model from a text, and a trainer that knows batches and measures.
Model<double> trained(const std::string& terms, const Array<double>& training,
                      const Array<double>& unseen) {
  Random random(1);
  const Model<double> model(
      {Specification::parse("400-100:sigmoid"), {side, side, 1}, Decoder::tied, terms}, random);
  centre_output(model, training);

  TrainingOptions options;
  options.epochs = 20;
  options.optimiser = "adam";
  options.learning_rate = 0.005;
  options.schedule = "cosine(20)";

  Observer observer;
  observer.epoch = [](const EpochReport& report) {
    if (report.epoch % 10 == 0)
      std::printf("  epoch %2zu: cross-entropy %.1f, ||J||^2 %.0f\n", report.epoch,
                  report.validation.reconstruction, report.validation.squared_norm);
  };
  std::cout << "training with \"" << terms << "\"" << std::endl;
  Trainer<double>(model.autoencoder(), training, unseen, options).run(observer);
  return model;
}

void print_measures(const char* name, const Model<double>& model, const Array<double>& unseen) {
  const Measures m = measure(model.autoencoder(), unseen, Saturation::sigmoid);
  std::printf("%-12s %11.1f %9.0f %8.0f %% %6.0f %%\n", name, m.reconstruction - m.floor,
              m.squared_norm, 100 * m.low, 100 * m.high);
}

Series codes_of(const char* name, const Model<double>& model, const Array<double>& x) {
  const Histogram histogram = code_histogram(model.autoencoder(), x, Saturation::sigmoid, 20);
  Series series{name, {}, histogram.shares, Style::line};
  for (std::size_t i = 0; i < histogram.shares.size(); ++i)
    series.x.push_back((static_cast<double>(i) + 0.5) / 20);
  return series;
}

Series spectrum_of(const char* name, const Model<double>& model, const Array<double>& x) {
  const Spectrum s = spectrum(model.autoencoder(), x);
  std::printf("%-12s largest %.1f, %.0f above 1, 90 %% of ||J||^2 in %.0f directions\n", name,
              s.values[0], s.expanding, s.ninety);
  std::vector<double> numbers(s.values.size());
  std::iota(numbers.begin(), numbers.end(), 1.0);
  return {name, numbers, s.values, Style::line};
}

} // namespace

int main() {
  std::cout.precision(4);
  set_threads(1); // bit-identical numbers need one number of threads

  Strokes::Options options;
  options.height = options.width = side;
  Strokes strokes(1, options);
  const Array<double> training = as_rows(strokes.draw<double>(2000).x);
  const Array<double> unseen = as_rows(strokes.draw<double>(200).x);
  write_samples("autoencoder-strokes.png", nn::take(training, 0, 30), {side, side, 1});

  formula(training);
  by_hand(training);

  const Model<double> plain = trained("", training, unseen);
  const Model<double> contractive = trained("contractive(0.3)", training, unseen);

  std::cout << "             above floor   ||J||^2  below 0.05  above 0.95\n";
  print_measures("plain", plain, unseen);
  print_measures("contractive", contractive, unseen);

  write_filters("autoencoder-filters-plain.png", plain.network, unseen, 49);
  write_filters("autoencoder-filters-contractive.png", contractive.network, unseen, 49);
  write_reconstructions("autoencoder-reconstructions.png", contractive.autoencoder(),
                        nn::take(unseen, 0, 24), {side, side, 1});

  const Chart codes{
      "Values of the units of a code",
      "h_j",
      "share of all values",
      false,
      true,
      {codes_of("plain", plain, unseen), codes_of("contractive", contractive, unseen)}};
  nn::write_file("autoencoder-codes.svg", svg(codes));

  const Array<double> some = nn::take(unseen, 0, 50);
  const Chart spectra{
      "Singular values of dh/dx",
      "number",
      "mean over images",
      false,
      true,
      {spectrum_of("plain", plain, some), spectrum_of("contractive", contractive, some)}};
  nn::write_file("autoencoder-spectra.svg", svg(spectra));

  save_model("contractive.safetensors", contractive);
  const Model<double> loaded = load_model<double>("contractive.safetensors");
  const Array<double> before = contractive.network.encode(unseen);
  const Array<double> after = loaded.network.encode(unseen);
  std::cout << "loaded: " << loaded.configuration.specification.text() << ", terms "
            << loaded.configuration.terms << ", the same codes: "
            << (std::equal(before.begin(), before.end(), after.begin()) ? "yes" : "no") << "\n";
}
