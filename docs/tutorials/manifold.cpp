// The program behind manifold.md. It writes its pictures into the folder it runs in.
#include <contractive/cae/cae.hpp>

#include <algorithm>
#include <cstdio>
#include <string>

using namespace contractive;
using namespace contractive::cae;

namespace {

constexpr std::size_t side = 20, known = 5; // pixels along a side, tangents
const Shape image{side, side, 1};

// Threes (n, 400) that differ by their pose alone, and their true tangents (n, 5, 400).
std::pair<Array<double>, Array<double>> threes(Strokes& strokes, std::size_t n) {
  std::vector<Variable<double>> images, tangents;
  for (std::size_t i = 0; i < n; ++i) {
    const Stroke three = strokes.next(3);
    images.emplace_back(strokes.render<double>(three));
    tangents.emplace_back(strokes.tangents<double>(three));
  }
  return {as_rows(stack(images).value()), stack(tangents).value()};
}

// Trains what the network has learned so far, further.
void train(const Model<double>& model, const std::string& terms, const Array<double>& x,
           std::size_t epochs) {
  TrainingOptions options;
  options.epochs = epochs;
  options.learning_rate = 0.01;
  options.schedule = "cosine(" + std::to_string(epochs) + ")";
  const ContractiveAutoencoder<double> autoencoder(model.network, make_terms<double>(terms));
  Trainer<double>(autoencoder, x, nn::take(x, 0, 1), options).run();
}

Model<double> trained(const std::string& terms, const Array<double>& x) {
  Random random(1);
  const Model<double> model({Specification::parse("400-100:sigmoid"), image, Decoder::tied, terms},
                            random);
  centre_output(model, x);
  train(model, terms, x, 40);
  return model;
}

// Row i of (n, m, d) as (m, d).
Array<double> one(const Array<double>& all, std::size_t i) {
  return nn::take(all, i, i + 1).reshaped(all.shape().last(2));
}

double mean_angle(const Array<double>& found, const Array<double>& truth) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.shape()[0]; ++i)
    sum += mean_principal_angle(one(found, i), one(truth, i));
  return sum / static_cast<double>(truth.shape()[0]);
}

// The same for the true tangent k alone.
double mean_angle(const Array<double>& found, const Array<double>& truth, std::size_t k) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.shape()[0]; ++i)
    sum += mean_principal_angle(one(found, i), nn::take(one(truth, i), k, k + 1));
  return sum / static_cast<double>(truth.shape()[0]);
}

void print_spectrum(const char* name, const Model<double>& model, const Array<double>& x) {
  const Spectrum s = spectrum(model.autoencoder(), x);
  std::printf("%-12s effective dimension %.1f; singular values 1, 3, 5, 10, 20:", name,
              s.effective_dimension);
  for (const std::size_t i : {0u, 2u, 4u, 9u, 19u})
    std::printf(" %.2f", s.values[i]);
  std::printf("\n");
}

Series curve(const char* name, const Model<double>& model, const Array<double>& x) {
  const std::vector<double> radii{0.5, 1, 2, 4, 6, 8, 12, 16, 20, 24, 32, 48, 64};
  Random random(1);
  Series series{name, {}, {}};
  for (const Contraction& point : contraction_curve(model.autoencoder(), x, radii, random)) {
    series.x.push_back(point.radius);
    series.y.push_back(point.mean);
  }
  return series;
}

std::vector<double> values(const Array<double>& x) { return {x.begin(), x.end()}; }

// Goodfellow et al. 2016, figure 14.7: three numbers as data, and r(x) for all numbers around them.
void plateaus() {
  const Array<double> data({3, 1}, {-1.2, 0, 1});
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
  options.batch = 3;
  options.learning_rate = 0.01;
  options.schedule = "cosine(1000)";
  const auto autoencoder = model.autoencoder();
  Trainer<double>(autoencoder, data, data, options).run();

  const auto r = [&](const Variable<double>& x) { return autoencoder.reconstruct(x); };
  const auto slope = [&](const Array<double>& at) {
    return gradient([&](const Variable<double>& x) { return sum(r(x)); }, at).value();
  };
  const Array<double> between({2, 1}, {-0.6, 0.5});
  const Array<double> flat = slope(data), steep = slope(between);
  std::printf("slope of r at the data:     %.1f, %.1f, %.1f\n", flat[0], flat[1], flat[2]);
  std::printf("slope of r half way between: %.1f, %.1f\n", steep[0], steep[1]);

  const Array<double> at = Array<double>::make({81, 1}, [](double* out) {
    for (int i = 0; i <= 80; ++i)
      out[i] = -2 + i * 0.05;
  });
  const Array<double> reconstructed = r(at).value();
  Series arrows{"r(x) − x", {}, {}, Style::arrows};
  for (std::size_t i = 0; i < at.size(); i += 4) {
    arrows.x.push_back(at[i]);
    arrows.y.push_back(-1.8);
    arrows.dx.push_back(reconstructed[i] - at[i]);
    arrows.dy.push_back(0);
  }
  nn::write_file("manifold-plateaus.svg",
                 svg({"A contractive reconstruction of three numbers",
                      "x",
                      "r(x)",
                      false,
                      false,
                      {{"r(x)", values(at), values(reconstructed), Style::line},
                       {"r(x) = x", {-2, 2}, {-2, 2}, Style::line},
                       {"data", values(data), values(data), Style::points},
                       arrows}}));
}

// Threes under noise, and what both auto-encoders make of them: a row of ten each.
void pull_back(const Model<double>& plain, const Model<double>& contractive,
               const Array<double>& x) {
  Random random(1);
  const Variable<double> noisy = x + Variable<double>(random.normal<double>(x.shape(), 0.4));
  const Variable<double> by_plain = plain.autoencoder().reconstruct(noisy);
  const Variable<double> by_contractive = contractive.autoencoder().reconstruct(noisy);
  const auto away = [&](const Variable<double>& y) {
    return mean(sqrt(sum(square(y - x), 1))).item();
  };
  std::printf("away from the clean three: noisy %.1f, by plain %.1f, by contractive %.1f\n",
              away(noisy), away(by_plain), away(by_contractive));
  std::vector<Variable<double>> rows;
  for (const Variable<double>& y : {noisy, by_plain, by_contractive})
    rows.push_back(slice(y, 0, {0, 10}));
  write_samples("manifold-noisy.png", concatenate(rows).value(), image);
}

// Each row: an image, and where a walk from it is after each further three steps.
void write_walks(const Model<double>& model, const Array<double>& start) {
  Random random(1);
  std::vector<Variable<double>> steps{start};
  for (int i = 0; i < 9; ++i)
    steps.emplace_back(walk(model.autoencoder(), steps.back().value(), 3, 0.6, random));
  const Array<double> rows = stack(steps, 1).value(); // (3, 10, 400)
  write_samples("manifold-walks.png", rows.reshaped({30, side * side}), image);
}

// ||J(x) - J(x + e)||^2 for e of deviation 0.3, as a share of ||J||^2: how much J turns.
void print_turning(const char* name, const Model<double>& model, const Array<double>& x) {
  Random random(1);
  const Tape<double> tape;
  const auto terms = make_terms<double>("contractive(1)+curvature(1,0.3,4)");
  const auto found =
      ContractiveAutoencoder<double>(model.network, terms).objective(x, random).terms;
  const Measures m = measure(model.autoencoder(), x, Saturation::sigmoid);
  std::printf("%-12s cross-entropy above floor %.1f, ||J||^2 %.1f, of which %.0f %% turn\n", name,
              m.reconstruction - m.floor, found[0], 100 * found[1] / found[0]);
}

} // namespace

int main() {
  set_threads(1); // bit-identical numbers need one number of threads

  Strokes::Options options;
  options.height = options.width = side;
  options.deformation = options.slant = options.aspect = 0; // all threes have the same shape
  Strokes strokes(1, options);
  const Array<double> x = threes(strokes, 1000).first;
  const auto [unseen, truth] = threes(strokes, 100);
  write_tangents("manifold-known.png", nn::take(unseen, 0, 2), nn::take(truth, 0, 2), image);

  const Model<double> plain = trained("", x);
  const Model<double> contractive = trained("contractive(0.5)", x);

  const Array<double> noisy = leading_tangents(plain.autoencoder(), unseen, known).directions;
  const Array<double> learned =
      leading_tangents(contractive.autoencoder(), unseen, known).directions;
  write_tangents("manifold-plain.png", nn::take(unseen, 0, 2), nn::take(noisy, 0, 2), image);
  write_tangents("manifold-contractive.png", nn::take(unseen, 0, 2), nn::take(learned, 0, 2),
                 image);

  const Array<double> local = local_directions(unseen, x, 30, known);
  std::printf("mean angle to the true tangents: plain %.0f, contractive %.0f,\n"
              "  local principal components %.0f, chance %.0f degrees\n",
              mean_angle(noisy, truth), mean_angle(learned, truth), mean_angle(local, truth),
              chance_angle(known, known, side * side));
  for (std::size_t k = 0; k < known; ++k)
    std::printf("  %-10s plain %.0f, contractive %.0f degrees\n", Strokes::parameter_names[k],
                mean_angle(noisy, truth, k), mean_angle(learned, truth, k));

  print_spectrum("plain", plain, unseen);
  print_spectrum("contractive", contractive, unseen);

  const Model<double> higher = trained("contractive(0.1)+curvature(1,0.3,1)", x);
  nn::write_file("manifold-contraction.svg",
                 svg({"How much of a distance is left between the codes",
                      "distance of two images",
                      "distance of their codes / distance",
                      true,
                      false,
                      {curve("plain", plain, x), curve("contractive", contractive, x),
                       curve("higher order", higher, x)}}));

  plateaus();
  pull_back(plain, contractive, unseen);

  write_walks(contractive, nn::take(unseen, 0, 3));

  print_turning("contractive", contractive, unseen);
  print_turning("higher order", higher, unseen);

  const OperatorNorm before = operator_norm(contractive.autoencoder(), unseen);
  train(contractive, "operator-norm(300,0.7)", x, 10);
  const OperatorNorm after = operator_norm(contractive.autoencoder(), unseen);
  std::printf("largest singular value: before %.2f, after %.2f; contractions: before %.0f %%, "
              "after %.0f %%\n",
              before.mean, after.mean, 100 * before.contractions, 100 * after.contractions);
}
