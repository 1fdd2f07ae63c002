// The exercises of autoencoder.md, solved. Returns 0 where all of them hold.
#include <contractive/cae/cae.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>

using namespace contractive;
using namespace contractive::cae;

namespace {

bool all_hold = true;
void check(bool holds, const char* what) {
  std::cout << (holds ? "holds: " : "DOES NOT HOLD: ") << what << "\n";
  all_hold = all_hold && holds;
}

// Whether two arrays of one shape agree to nine digits.
bool close(const Array<double>& a, const Array<double>& b) {
  return a.shape() == b.shape() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](double x, double y) { return std::abs(x - y) <= 1e-9 * (1 + std::abs(y)); });
}

Model<double> trained(const char* terms, const Array<double>& training) {
  Random random(1);
  Model<double> model({Specification::parse("196-40:sigmoid"), {14, 14, 1}, Decoder::tied, terms},
                      random);
  centre_output(model, training);
  TrainingOptions options;
  options.epochs = 20;
  options.learning_rate = 0.01;
  Trainer<double>(model.autoencoder(), training, nn::take(training, 0, 1), options).run();
  return model;
}

void one_the_dial(const Array<double>& training, const Array<double>& unseen) {
  std::vector<Measures> found;
  for (const char* terms : {"contractive(0.03)", "contractive(0.3)", "contractive(3)"})
    found.push_back(measure(trained(terms, training).autoencoder(), unseen, Saturation::sigmoid));
  check(found[0].squared_norm > found[1].squared_norm &&
            found[1].squared_norm > found[2].squared_norm,
        "the larger lambda, the smaller ||J||^2");
  check(found[0].reconstruction < found[1].reconstruction &&
            found[1].reconstruction < found[2].reconstruction,
        "and the worse the reconstruction");
}

void two_saturation(const Array<double>& training, const Array<double>& unseen) {
  const Model<double> model = trained("contractive(0.3)", training);
  const Array<double> codes = model.network.encode(unseen);
  const auto low = std::count_if(codes.begin(), codes.end(), [](double h) { return h < 0.05; });
  const double share = static_cast<double>(low) / static_cast<double>(codes.size());
  const Measures measures = measure(model.autoencoder(), unseen, Saturation::sigmoid);
  check(share > 0 && std::abs(share - measures.low) < 1e-9, "saturation is a count of units");
}

void three_tanh(const Array<double>& images) {
  Random random(1);
  const nn::Linear<double> layer(196, 40, random);
  Tape<double> tape;
  const auto x = tape.variable(nn::take(images, 0, 5));
  const auto h = tanh(layer(x));
  const auto slope = 1 - square(h); // of tanh
  const auto lengths = sum(square(nn::use(layer.weight)), 0);
  check(close(sum(square(slope) * lengths, 1).value(), jacobian_squared_norm(h, x).value()),
        "for tanh the penalty is sum_j (1 - h_j^2)^2 ||W_j||^2");
}

void four_untied(const Array<double>& images) {
  Random random(1);
  const Variable<double> w = random.normal<double>({196, 40}, 0.1);
  const Variable<double> v = random.normal<double>({40, 196}, 0.1);
  Tape<double> tape;
  const auto x = tape.variable(nn::take(images, 0, 5));
  const auto h = matmul(x, w), shrunk = matmul(x, w / 100);
  check(close(matmul(h, v).value(), matmul(shrunk, v * 100).value()),
        "a decoder of its own undoes a shrunk code");
  check(close(jacobian_squared_norm(h, x).value(),
              (10000 * jacobian_squared_norm(shrunk, x)).value()),
        "and ||J||^2 is a ten-thousandth");
}

} // namespace

int main() {
  set_threads(1);
  Strokes::Options options;
  options.height = options.width = 14;
  Strokes strokes(1, options);
  const Array<double> training = as_rows(strokes.draw<double>(500).x);
  const Array<double> unseen = as_rows(strokes.draw<double>(200).x);
  one_the_dial(training, unseen);
  two_saturation(training, unseen);
  three_tanh(training);
  four_untied(training);
  return all_hold ? 0 : 1;
}
