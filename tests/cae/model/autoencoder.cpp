#include <contractive/cae/model/autoencoder.hpp>

#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/cae/measure/measures.hpp>
#include <contractive/cae/measure/tangents.hpp>
#include <contractive/cae/model/model.hpp>
#include <contractive/nn/layer/init.hpp>

#include "support/folder.hpp"

#include <cmath>
#include <doctest/doctest.h>

using namespace contractive;
using namespace contractive::cae;
using doctest::Approx;

namespace {

constexpr std::size_t samples = 5, inputs = 7, units = 4;

struct Example {
  Random random{11};
  Network<double> network = build<double>(Specification::parse("7-4:sigmoid"), {inputs}, random);
  Array<double> x = make();

  Array<double> make() {
    return Array<double>::make({samples, inputs}, [&](double* out) {
      for (std::size_t i = 0; i < samples * inputs; ++i)
        out[i] = random.uniform();
    });
  }
  double total(double lambda, Loss loss = Loss::cross_entropy) const {
    const Tape<double> tape;
    return ContractiveAutoencoder<double>(network, lambda, loss).objective(x).total.item();
  }
};

// The loss and the penalty of one tied sigmoid layer by hand: Rifai et al. 2011.
struct ByHand {
  double reconstruction = 0, penalty = 0;
  ByHand(const Example& e, Loss loss) {
    const auto parameters = e.network.parameters(); // W, b, c
    const Array<double>&w = parameters[0].value(), &b = parameters[1].value(),
          &c = parameters[2].value();
    for (std::size_t n = 0; n < samples; ++n) {
      double h[units];
      for (std::size_t j = 0; j < units; ++j) {
        double a = b[j], square = 0;
        for (std::size_t i = 0; i < inputs; ++i) {
          a += e.x(n, i) * w(i, j);
          square += w(i, j) * w(i, j);
        }
        h[j] = 1 / (1 + std::exp(-a));
        penalty += std::pow(h[j] * (1 - h[j]), 2) * square / samples;
      }
      for (std::size_t i = 0; i < inputs; ++i) {
        double z = c[i];
        for (std::size_t j = 0; j < units; ++j)
          z += h[j] * w(i, j);
        const double y = 1 / (1 + std::exp(-z)), t = e.x(n, i);
        reconstruction +=
            (loss == Loss::squared_error ? (z - t) * (z - t)
                                         : -t * std::log(y) - (1 - t) * std::log(1 - y)) /
            samples;
      }
    }
  }
};

} // namespace

TEST_CASE("objective: one tied sigmoid layer agrees with the formula") {
  const Example e;
  for (const Loss loss : {Loss::cross_entropy, Loss::squared_error}) {
    const ByHand hand(e, loss);
    const Tape<double> tape;
    const auto objective = ContractiveAutoencoder<double>(e.network, 0.3, loss).objective(e.x);
    // Rounding of some hundred operations in double stays below 1e-12 relative.
    CHECK(objective.reconstruction == Approx(hand.reconstruction).epsilon(1e-12));
    CHECK(objective.terms.at(0) == Approx(hand.penalty).epsilon(1e-12));
    CHECK(objective.total.item() ==
          Approx(hand.reconstruction + 0.3 * hand.penalty).epsilon(1e-12));
  }
}

TEST_CASE("objective: gradients agree with central differences, biases and tied weights included") {
  const Example e;
  const double lambda = 2;
  const auto parameters = e.network.parameters();
  REQUIRE(parameters.size() == 3);
  std::vector<Array<double>> gradients;
  {
    const Tape<double> tape;
    const auto objective = ContractiveAutoencoder<double>(e.network, lambda).objective(e.x);
    for (const auto& g : gradient<double>({objective.total}, nn::use(parameters)))
      gradients.push_back(g.value());
  }
  const double step = 1e-5; // error of the differences: step^2 = 1e-10, rounding 1e-16 / step
  for (std::size_t k = 0; k < 3; ++k) {
    const Array<double> value = parameters[k].value();
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto moved = [&](double by) {
        std::vector<double> v(value.begin(), value.end());
        v[i] += by;
        parameters[k].assign(Array<double>(value.shape(), v));
        return e.total(lambda);
      };
      const double difference = (moved(step) - moved(-step)) / (2 * step);
      CHECK(gradients[k][i] == Approx(difference).epsilon(1e-6).scale(1));
    }
    parameters[k].assign(value);
  }
}

TEST_CASE("objective: lambda 0 records no Jacobian, and counts nothing for it") {
  const Example e;
  const auto entries = [&](double lambda) {
    const Tape<double> tape;
    (void)ContractiveAutoencoder<double>(e.network, lambda).objective(e.x);
    return tape.size();
  };
  CHECK(entries(0) < entries(1e-9));
  const Tape<double> tape;
  CHECK(ContractiveAutoencoder<double>(e.network, 0).objective(e.x).terms.empty());
  for (Position p = 0; p < tape.size(); ++p)
    CHECK(tape.entry(p).operation != "x");
}

TEST_CASE("objective: any callables, here two layers with a decoder of its own") {
  const Example e;
  Random random(5);
  nn::Parameter<double> u{"u", random.normal<double>({inputs, 3}, 1)},
      v{"v", random.normal<double>({3, 2}, 1)}, d{"d", random.normal<double>({2, inputs}, 1)};
  const ContractiveAutoencoder<double> model(
      [&](const Variable<double>& x) { return tanh(matmul(tanh(matmul(x, use(u))), use(v))); },
      [&](const Variable<double>& h) { return matmul(h, use(d)); }, {u, v, d}, 1,
      Loss::squared_error);
  const Tape<double> tape;
  const double penalty = model.objective(e.x).terms.at(0);
  double differences = 0; // column by column: J e_i by central differences
  const double step = 1e-5;
  for (std::size_t i = 0; i < inputs; ++i) {
    const auto moved = [&](double by) {
      const Array<double> x = Array<double>::make(e.x.shape(), [&](double* out) {
        for (std::size_t k = 0; k < e.x.size(); ++k)
          out[k] = e.x[k] + (k % inputs == i ? by : 0);
      });
      return model.encode(x);
    };
    const auto column = (moved(step) - moved(-step)) * (1 / (2 * step));
    differences += sum(square(column)).item() / samples;
  }
  CHECK(penalty == Approx(differences).epsilon(1e-7)); // step^2 relative to the third derivative
}

TEST_CASE("objective: what cannot be is refused") {
  const Example e;
  CHECK_THROWS_WITH_AS(ContractiveAutoencoder<double>(e.network, -1),
                       "autoencoder: lambda -1; expected at least 0", Error);
  CHECK_THROWS_AS(ContractiveAutoencoder<double>(e.network, 0.1).objective(e.x), TapeError);
  CHECK_THROWS_WITH_AS((void)loss_from("hinge"),
                       "loss: 'hinge' is unknown; expected cross-entropy or squared-error", Error);
  const ContractiveAutoencoder<double> coupled( // centring over the batch
      [](const Variable<double>& x) { return x - mean(x, 0, KeepDims::yes); },
      [](const Variable<double>& h) { return h; }, {}, 1);
  const Tape<double> tape;
  CHECK_THROWS_AS(coupled.objective(e.x), CouplingError);
}

TEST_CASE("measures: means over samples, whatever the batch") {
  const Example e;
  const ContractiveAutoencoder<double> model(e.network, 0);
  const ByHand hand(e, Loss::cross_entropy);
  const Measures all = measure(model, e.x, Saturation::sigmoid);
  const Measures pieces = measure(model, e.x, Saturation::sigmoid, 2);
  CHECK(all.reconstruction == Approx(hand.reconstruction).epsilon(1e-12));
  CHECK(all.squared_norm == Approx(hand.penalty).epsilon(1e-12));
  CHECK(all.squared_entry == Approx(hand.penalty / (inputs * units)).epsilon(1e-12));
  CHECK(all.norm > 0);
  CHECK(all.norm * all.norm < all.squared_norm); // Jensen: samples differ
  CHECK(pieces.reconstruction == Approx(all.reconstruction).epsilon(1e-12));
  CHECK(pieces.norm == Approx(all.norm).epsilon(1e-12));
  CHECK(pieces.low == all.low);
  double floor = 0;
  for (const double p : e.x)
    floor -= (p * std::log(p) + (1 - p) * std::log(1 - p)) / samples;
  CHECK(all.floor == Approx(floor).epsilon(1e-12));
  CHECK(all.reconstruction > all.floor);
}

TEST_CASE("measures: saturation counts both ends apart, and maps tanh") {
  const auto constant = [](const Array<double>& codes) {
    return ContractiveAutoencoder<double>(
        [=](const Variable<double>& x) { return Variable<double>(codes) + 0.0 * x; },
        [](const Variable<double>& h) { return h; }, {}, 0, Loss::squared_error);
  };
  const Array<double> x = Array<double>::zeros({2, 4});
  const auto sigmoid = measure(constant({0.04, 0.06, 0.96, 0.5}), x, Saturation::sigmoid);
  CHECK(sigmoid.low == 0.25);
  CHECK(sigmoid.high == 0.25);
  const auto tanh = measure(constant({-0.91, -0.89, 0.91, 0.95}), x, Saturation::tanh);
  CHECK(tanh.low == 0.25);
  CHECK(tanh.high == 0.5);
  CHECK(std::isnan(measure(constant({0, 0, 1, 1}), x, Saturation::none).low));
}

TEST_CASE("tangents: the singular vectors of a known Jacobian, and angles between subspaces") {
  // h = x A^T with A = diag(3, 2, 1) in the first three coordinates: tangents are axes.
  const Array<double> a({4, 3}, {3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0});
  const ContractiveAutoencoder<double> model(
      [=](const Variable<double>& x) { return matmul(x, Variable<double>(a)); },
      [](const Variable<double>& h) { return h; }, {}, 0);
  const auto tangents = leading_tangents(model, Array<double>::ones({2, 4}), 2);
  CHECK(tangents.directions.shape() == Shape{2, 2, 4});
  CHECK(tangents.stretch(1, 0) == Approx(3).epsilon(1e-12));
  CHECK(tangents.stretch(1, 1) == Approx(2).epsilon(1e-12));
  CHECK(std::abs(tangents.directions(0, 0, 0)) == Approx(1).epsilon(1e-12));
  CHECK(std::abs(tangents.directions(0, 1, 1)) == Approx(1).epsilon(1e-12));
  CHECK_THROWS_AS(leading_tangents(model, Array<double>::ones({2, 4}), 4), Error);

  const Array<double> xy({2, 3}, {1, 0, 0, 1, 1, 0});
  const double c = std::cos(0.5), s = std::sin(0.5);
  const Array<double> tilted({2, 3}, {1, 0, 0, 0, 2 * c, 2 * s}); // angles 0 and 0.5
  // acos near 1 loses half of the digits: 1e-8 radians.
  CHECK(mean_principal_angle(xy, tilted) == Approx(0.25 * 180 / 3.14159265358979).epsilon(1e-6));
  CHECK(chance_angle(1, 1, 10000) == Approx(89.54).epsilon(0.01)); // pi/2 - sqrt(2 / pi / d)
}

TEST_CASE("models: a file of version 0.1 is read, and gives the codes that it gave") {
  const Model<float> model = load_model<float>(FIRST_EDITION);
  CHECK(model.configuration.specification.text() == "6-3:sigmoid");
  CHECK(model.configuration.terms == "contractive(0.1)");
  const Array<float> x{{0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f}};
  const Array<float> code = model.network.encode(x), then{0.4208039f, 0.01731395f, 0.7341959f};
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(code[i] == Approx(then[i]).epsilon(1e-5));
}

TEST_CASE("models: what is saved is loaded, and other files are refused") {
  const tests::Folder folder;
  const std::string path = folder.file("model.safetensors");
  Random random(7);
  const Configuration configuration{Specification::parse("conv(3,3):relu,linear(4):tanh"),
                                    {6, 6, 2},
                                    Decoder::untied,
                                    "operator-norm(0.25,0.9)+decay(1e-4)",
                                    "masking(0.5)",
                                    Loss::squared_error};
  const Model<double> model(configuration, random);
  save_model(path, model);
  const Model<double> loaded = load_model<double>(path);
  CHECK(loaded.configuration.specification.text() == "conv(3,3):relu,linear(4):tanh");
  CHECK(loaded.configuration.sample == Shape{6, 6, 2});
  CHECK(loaded.configuration.decoder == Decoder::untied);
  CHECK(loaded.configuration.terms == configuration.terms);
  CHECK(loaded.autoencoder().terms().at(0).name == "operator_norm");
  CHECK(loaded.autoencoder().terms().at(0).weight == 0.25);
  CHECK(loaded.configuration.corruption == configuration.corruption);
  CHECK(loaded.configuration.loss == Loss::squared_error);
  const Array<double> x = random.uniform<double>({2, 72}, 1);
  const auto before = model.autoencoder().reconstruct(x),
             after = loaded.autoencoder().reconstruct(x);
  for (std::size_t i = 0; i < before.size(); ++i)
    CHECK(before.value()[i] == after.value()[i]);
  nn::Tensors<double> other;
  other.arrays["a"] = x;
  nn::write_safetensors(path, other);
  CHECK_THROWS_WITH_AS(load_model<double>(path), doctest::Contains("no entry 'format'"), FileError);
  nn::Tensors<double> newer;
  newer.metadata = configuration.metadata();
  newer.metadata["format"] = "contractive autoencoder 2";
  nn::write_safetensors(path, newer);
  CHECK_THROWS_WITH_AS(load_model<double>(path),
                       doctest::Contains("format 'contractive autoencoder 2'"), FileError);
  // What a file claims is compared with what it has before anything is made of it.
  for (const char* encoder : {"4-50000000:tanh", "4-3:tanh-900000000:relu", "layernorm",
                              "linear(4000000000):tanh", "residual(linear(40):tanh)"}) {
    nn::Tensors<double> claims;
    claims.metadata = configuration.metadata();
    claims.metadata["encoder"] = encoder;
    claims.metadata["sample"] = encoder[0] == '4' ? "4" : "40";
    nn::write_safetensors(path, claims);
    CHECK_THROWS_WITH_AS(load_model<double>(path), doctest::Contains("expected at most 0"),
                         FileError);
  }
  std::remove(path.c_str());
  CHECK_THROWS_AS(load_model<double>(path), FileError);
  CHECK_THROWS_AS((void)sample_from("999999999x999999999x3"), Error);
  CHECK(sample_from("28x28") == Shape{28, 28, 1});
  CHECK(sample_from("100") == Shape{100});
  for (const char* bad : {"", "x28", "28x", "28x-1", "0x3", "1x2x3x4", "abc"})
    CHECK_THROWS_AS((void)sample_from(bad), Error);
}
