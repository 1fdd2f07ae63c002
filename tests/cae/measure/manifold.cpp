#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/cae/data/strokes.hpp>
#include <contractive/cae/measure/measures.hpp>
#include <contractive/cae/measure/spectrum.hpp>
#include <contractive/cae/measure/tangents.hpp>
#include <contractive/cae/measure/walk.hpp>
#include <contractive/cae/model/model.hpp>
#include <contractive/cae/training/trainer.hpp>
#include <contractive/nn/layer/init.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

using namespace cae;
using V = Variable<double>;

// h = x A^T with singular values 3, 2 and 1 in four dimensions; g(h) = h.
ContractiveAutoencoder<double> linear() {
  const Array<double> a({4, 3}, {3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0});
  return {[a](const V& x) { return matmul(x, V(a)); },
          [](const V& h) { return h; },
          {},
          0.0,
          Loss::squared_error};
}

Array<float> strokes(std::size_t n, std::uint64_t seed) {
  Strokes::Options options;
  options.height = options.width = 14;
  return Strokes(seed, options).draw<float>(n).x.reshaped({n, 196});
}

// A small auto-encoder of strokes, trained for a few seconds.
struct Trained {
  Random random{1};
  Model<float> model;
  ContractiveAutoencoder<float> autoencoder = model.autoencoder();
  explicit Trained(const std::string& terms)
      : model({Specification::parse("196-60:sigmoid"),
               {14, 14, 1},
               Decoder::tied,
               terms,
               "none",
               Loss::cross_entropy},
              random) {
    TrainingOptions options;
    options.epochs = 30;
    options.batch = 20;
    options.optimiser = "adam";
    options.learning_rate = 0.005;
    Trainer<float>(autoencoder, strokes(1000, 1), {}, options).run();
  }
};

} // namespace

TEST_CASE("spectrum: of a known Jacobian") {
  const Spectrum s = spectrum(linear(), random_array<double>({25, 4}, 1));
  REQUIRE(s.values.size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(std::abs(s.values[i] - static_cast<double>(3 - i)) < 1e-12);
  CHECK(std::abs(s.effective_dimension - 14.0 * 14 / 98) < 1e-12);
  CHECK(s.ninety == 2); // 13 of 14
  CHECK(std::abs(s.expanding - 2) < 1e-12);
  CHECK(s.contractions == 0);
}

TEST_CASE("operator norm: its mean and the share of contractions, where they are known") {
  const auto same = [](const V& h) { return h; };
  const ContractiveAutoencoder<double> squares([](const V& x) { return square(x); }, same, {}, 0.0,
                                               Loss::squared_error);
  // 90 samples with the singular values 3 and 1/2, 30 with 3/4 and 1/2: more than go together.
  const Array<double> x = Array<double>::make({120, 2}, [](double* out) {
    for (std::size_t i = 0; i < 120; ++i) {
      *out++ = i < 90 ? 1.5 : 0.375;
      *out++ = 0.25;
    }
  });
  const OperatorNorm norm = operator_norm(squares, x);
  // A residual of a thousandth; its square over the gap of 1/4 is what a value errs by.
  CHECK(std::abs(norm.mean - (0.75 * 3 + 0.25 * 0.75)) < 1e-5);
  CHECK(std::abs(norm.contractions - 0.25) < 1e-12);
  // What keeps all distances is still one: 2 x is 1 here.
  CHECK(operator_norm(squares, Array<double>::full({2, 1}, 0.5)).contractions == 1);
}

TEST_CASE("operator norm: as a term, it makes f a contraction; its measure is the spectrum's") {
  const Trained plain(""), bounded("operator-norm(1000,0.9)");
  const Array<float> x = strokes(300, 9);
  const OperatorNorm before = operator_norm(plain.autoencoder, x),
                     after = operator_norm(bounded.autoencoder, x);
  CHECK(before.mean > 2);
  CHECK(before.contractions == 0);
  CHECK(after.mean < 1);
  CHECK(after.contractions > 0.9);
  const Spectrum s = spectrum(bounded.autoencoder, nn::take(x, 0, 40));
  const OperatorNorm some = operator_norm(bounded.autoencoder, nn::take(x, 0, 40));
  CHECK(std::abs(some.mean / s.values[0] - 1) < 1e-3); // to which it iterates
  CHECK(some.contractions == s.contractions);
}

TEST_CASE("contraction curve: of a linear map, the same at every distance") {
  Random random(2);
  const auto curve =
      contraction_curve(linear(), Array<double>::zeros({4000, 4}), {0.1, 10}, random);
  for (const Contraction& c : curve) {
    CHECK(std::abs(c.root / std::sqrt(14.0 / 4) - 1) < 0.03); // five standard errors of 4,000
    CHECK(c.mean < c.root);
  }
  CHECK(message<Error>([&] {
          return contraction_curve(linear(), Array<double>::zeros({1, 4}), {0}, random);
        }) == "contraction_curve: radius 0; expected above 0");
}

TEST_CASE("contraction and spectrum: a contractive auto-encoder against a plain one") {
  const Trained plain(""), contractive("contractive(1)");
  const Array<float> x = strokes(300, 9);
  const std::vector<double> radii{0.01, 0.5, 1, 2, 4, 6, 8, 12, 16, 32};
  std::vector<std::vector<double>> ratios;
  for (const Trained* each : {&plain, &contractive}) {
    Random random(3);
    const auto curve = contraction_curve(each->autoencoder, x, radii, random);
    const Measures m = measure(each->autoencoder, x, Saturation::sigmoid);
    // Directions of 300 samples: one's square varies by less than itself, so 5 / (2 sqrt(300)).
    CHECK(std::abs(curve[0].root / std::sqrt(m.squared_norm / 196) - 1) < 0.15);
    ratios.emplace_back();
    for (const Contraction& c : curve)
      ratios.back().push_back(c.mean);
  }
  // The plain one's ratio only falls; 2 % for the draws of directions.
  for (std::size_t i = 1; i < radii.size(); ++i)
    CHECK(ratios[0][i] < 1.02 * ratios[0][i - 1]);
  // The contractive one's rises to a bump, and falls behind it.
  const auto bump = std::max_element(ratios[1].begin(), ratios[1].end());
  CHECK(*bump > 1.1 * ratios[1].front());
  CHECK(ratios[1].back() < 0.8 * *bump);
  CHECK(ratios[1].front() < 0.5 * ratios[0].front());
  const auto some = nn::take(x, 0, 40);
  const Spectrum a = spectrum(plain.autoencoder, some), c = spectrum(contractive.autoencoder, some);
  CHECK(c.values[20] / c.values[0] < 0.7 * a.values[20] / a.values[0]); // faster decay
  CHECK(c.effective_dimension < 0.8 * a.effective_dimension);
  CHECK(c.expanding < a.expanding);
}

TEST_CASE("walk: noise along J J^T, then decoded") {
  Random random(1);
  const Array<double> x = Array<double>::full({4000, 4}, 0.5);
  CHECK(difference(walk(linear(), x, 1, 0, random), linear().reconstruct(x).value()) == 0);
  const V moved = V(walk(linear(), x, 1, 0.1, random)) - linear().reconstruct(x);
  const Array<double> deviations = sqrt(mean(square(moved), 0)).value();
  const double expected[] = {0.9, 0.4, 0.1}; // J J^T = diag(9, 4, 1)
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(std::abs(deviations[i] / expected[i] - 1) < 5 / std::sqrt(2.0 * 4000));
}

// Two Gaussians of deviation 0.5 at -2 and 2, with noise of deviation 0.5: grad log p_sigma is
// known.
TEST_CASE("score: what a denoising auto-encoder learned of a density") {
  Random random(4);
  const std::size_t n = 4000;
  const double sigma = 0.5, variance = 0.5;
  const Array<double> x = Array<double>::make({n, 1}, [&](double* out) {
    for (std::size_t i = 0; i < n; ++i)
      out[i] = (i % 2 ? 2 : -2) + 0.5 * random.normal();
  });
  nn::Parameter<double> w{"w", random.normal<double>({1, 40}, 1)},
      b{"b", random.normal<double>({40}, 1)}, v{"v", random.normal<double>({40, 1}, 0.2)};
  const ContractiveAutoencoder<double> model(
      [&](const V& in) { return tanh(matmul(in, use(w)) + use(b)); },
      [&](const V& h) { return matmul(h, use(v)); }, {w, b, v}, make_terms<double>(""),
      Loss::squared_error, make_corruption("gaussian(0.5)"));
  TrainingOptions options;
  options.epochs = 60;
  options.batch = 40;
  options.optimiser = "adam";
  options.learning_rate = 0.01;
  options.schedule = "cosine(60)";
  Trainer<double>(model, x, nn::take(x, 0, 10), options).run();
  const Array<double> at({9, 1}, {-3, -2.5, -2, -1.5, -1, 1.5, 2, 2.5, 3});
  const Array<double> learned = score(model, at, sigma);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double left = std::exp(-std::pow(at[i] + 2, 2) / (2 * variance)),
                 right = std::exp(-std::pow(at[i] - 2, 2) / (2 * variance));
    const double truth = (-(at[i] + 2) * left - (at[i] - 2) * right) / (variance * (left + right));
    // (r - x) / sigma^2: an error of 0.05 in r, which 4,000 samples and the net allow, is 0.2 here.
    CHECK(std::abs(learned[i] - truth) < 0.35);
  }
  Random draws(5);
  const Array<double> walked = langevin(model, at, 300, 0.02, sigma, draws);
  for (const double end : walked) // near one of the two, whose noisy deviation is 0.7
    CHECK(std::abs(std::abs(end) - 2) < 3.5 * 0.71);
  CHECK(message<Error>([&] { return langevin(model, at, 1, 0, sigma, draws); }) ==
        "langevin: step 0; expected above 0");
}

// Goodfellow et al. 2016, figure 14.7: r crosses the diagonal flatly at data, steeply between them.
TEST_CASE("reconstruction: contractive ones are constant at data and steep between them") {
  const Array<double> x({3, 1}, {-1.2, 0, 1});
  Random random(1);
  const Model<double> model({Specification::parse("1-40:tanh-40:tanh"),
                             {1},
                             Decoder::untied,
                             "reconstruction(0.03)",
                             "none",
                             Loss::squared_error},
                            random);
  const auto autoencoder = model.autoencoder();
  TrainingOptions options;
  options.epochs = 2000;
  options.optimiser = "adam";
  options.learning_rate = 0.01;
  Trainer<double>(autoencoder, x, nn::take(x, 0, 1), options).run();
  const auto r = [&](const V& at) { return autoencoder.reconstruct(at); };
  const auto slope = [&](double at) { return gradient(r, V(Array<double>({1, 1}, {at}))).item(); };
  for (const double datum : x) {
    CHECK(std::abs(r(V(Array<double>({1, 1}, {datum}))).item() - datum) < 0.05);
    CHECK(std::abs(slope(datum)) < 0.5);
  }
  for (const double middle : {-0.6, 0.5}) { // r - x changes its sign upwards about there
    double crossing = middle - 0.3;
    while (crossing < middle + 0.3 && r(V(Array<double>({1, 1}, {crossing}))).item() < crossing)
      crossing += 0.01;
    CHECK(crossing > middle - 0.3);
    CHECK(crossing < middle + 0.3);
    CHECK(slope(crossing) > 1);
  }
}

TEST_CASE("local principal components find a plane") {
  const Array<double> plane({2, 5}, {1, 0, 0.5, 0, 0, 0, 1, 0, -0.5, 1});
  const Array<double> data = matmul(V(random_array<double>({200, 2}, 1)), V(plane)).value();
  const Array<double> found = local_directions(nn::take(data, 0, 3), data, 20, 2);
  CHECK(found.shape() == Shape{3, 2, 5});
  for (std::size_t i = 0; i < 3; ++i) // acos near 1 loses half of the digits
    CHECK(mean_principal_angle(nn::take(found, i, i + 1).reshaped({2, 5}), plane) < 1e-5);
  CHECK(message<Error>([&] {
          return local_directions(data, data, 2, 2);
        }).find("fewer directions than neighbours") != std::string::npos);
}

} // namespace contractive::tests
