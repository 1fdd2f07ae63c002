// The exercises of manifold.md, solved. Returns 0 where all of them hold.
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

constexpr std::size_t side = 14, pixels = side * side;

std::pair<Array<double>, Array<double>> threes(std::size_t n, std::uint64_t seed) {
  Strokes::Options options;
  options.height = options.width = side;
  options.deformation = options.slant = options.aspect = 0;
  Strokes strokes(seed, options);
  std::vector<Variable<double>> images, tangents;
  for (std::size_t i = 0; i < n; ++i) {
    const Stroke three = strokes.next(3);
    images.emplace_back(strokes.render<double>(three));
    tangents.emplace_back(strokes.tangents<double>(three));
  }
  return {as_rows(stack(images).value()), stack(tangents).value()};
}

Model<double> trained(const Array<double>& x) {
  Random random(1);
  const Model<double> model(
      {Specification::parse("196-50:sigmoid"), {side, side, 1}, Decoder::tied, "contractive(0.5)"},
      random);
  centre_output(model, x);
  TrainingOptions options;
  options.epochs = 30;
  options.learning_rate = 0.01;
  Trainer<double>(model.autoencoder(), x, nn::take(x, 0, 1), options).run();
  return model;
}

void one_small_steps(const Model<double>& model, const Array<double>& x) {
  Random random(1);
  const Contraction near = contraction_curve(model.autoencoder(), x, {1e-4}, random)[0];
  const Measures m = measure(model.autoencoder(), x, Saturation::sigmoid);
  const double expected = std::sqrt(m.squared_norm / pixels);
  check(std::abs(near.root / expected - 1) < 0.1, "the curve begins at the Jacobian's norm");
}

// ||J t|| / ||t||, the mean over samples: x and t (N, d).
double stretch(const Model<double>& model, const Array<double>& x, const Array<double>& t) {
  const auto encode = [&](const Variable<double>& in) { return model.autoencoder().encode(in); };
  const auto lengths = [](const Variable<double>& rows) { return sqrt(sum(square(rows), 1)); };
  return mean(lengths(jvp(encode, x, t)) / lengths(t)).item();
}

void two_stretch(const Model<double>& model, const Array<double>& x, const Array<double>& truth) {
  const auto rotation = slice(Variable<double>(truth), 1, {2, 3});
  Random random(1);
  const double along = stretch(model, x, reshape(rotation, x.shape()).value());
  const double anywhere = stretch(model, x, random.normal<double>(x.shape(), 1.0));
  check(along > 2 * anywhere, "the code sees a rotation more than twice as well as noise");
}

// The slope of r at x = 0, half way between two data points that are this far apart.
double slope_between(double distance) {
  const Array<double> data({2, 1}, {-distance / 2, distance / 2});
  Random random(1);
  const Model<double> model({Specification::parse("1-20:tanh-20:tanh"),
                             {1},
                             Decoder::untied,
                             "reconstruction(0.03)",
                             "none",
                             Loss::squared_error},
                            random);
  TrainingOptions options;
  options.epochs = 1000;
  options.batch = 2;
  options.learning_rate = 0.01;
  options.schedule = "cosine(1000)";
  const auto autoencoder = model.autoencoder();
  Trainer<double>(autoencoder, data, data, options).run();
  const auto r = [&](const Variable<double>& x) { return sum(autoencoder.reconstruct(x)); };
  return gradient(r, Array<double>({1, 1}, {0.0})).value()[0];
}

void three_plateaus() {
  check(slope_between(0.2) > 1, "two numbers 0.2 apart have a plateau each, with a step between");
  check(slope_between(0.1) < 1, "two numbers 0.1 apart share one");
}

void four_walk(const Model<double>& model, const Array<double>& x) {
  const auto autoencoder = model.autoencoder();
  Random random(1), same(1);
  Tape<double> tape;
  const auto in = tape.variable(x);
  const auto h = autoencoder.encode(in);
  const auto e = Variable<double>(random.normal<double>(h.shape(), 0.3));
  const auto j = jacobian_map(h, in);
  const Array<double> by_hand = autoencoder.decode(h + j.apply(j.transpose().apply(e))).value();
  const Array<double> by_library = walk(autoencoder, x, 1, 0.3, same);
  check(std::equal(by_hand.begin(), by_hand.end(), by_library.begin(),
                   [](double a, double b) { return std::abs(a - b) < 1e-9; }),
        "a step of a walk is g(f(x) + J J^T e)");
}

} // namespace

int main() {
  set_threads(1);
  const Array<double> x = threes(500, 1).first;
  const auto [unseen, truth] = threes(100, 2);
  const Model<double> model = trained(x);
  one_small_steps(model, unseen);
  two_stretch(model, unseen, truth);
  three_plateaus();
  four_walk(model, unseen);
  return all_hold ? 0 : 1;
}
