#include <contractive/cae/model/autoencoder.hpp>

#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/nn/layer/init.hpp>

#include "support/random.hpp"
#include "support/rows.hpp"

#include <doctest/doctest.h>

// Mistakes that published contractive auto-encoders made. Each test computes the right number, by
// formula or differences, and the wrong one, and shows that ours is the first and far from the
// other.
namespace contractive::tests {
namespace {

using namespace cae;
using V = Variable<double>;
using A = Array<double>;

// Ours is the right number up to the rounding of some hundred operations; the slip's is another.
void tells(double ours, double right, double slip) {
  CHECK(std::abs(ours / right - 1) < 1e-11);
  CHECK(std::abs(slip / right - 1) > 0.05);
}
// The same for gradients, which are held against central differences: 1e-10 / 1e-5 in rounding.
void tells(const A& ours, const A& right, const A& slip) {
  const double scale = std::sqrt(sum(square(V(right))).item());
  CHECK(std::sqrt(sum(square(V(ours) - right)).item()) < 1e-8 * scale);
  CHECK(std::sqrt(sum(square(V(slip) - right)).item()) > 0.05 * scale);
}

// d f / d value by central differences, element by element.
A differences(const A& value, const std::function<double(const A&)>& f) {
  constexpr double step = 1e-5;
  return A::make(value.shape(), [&](double* out) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto moved = [&](double by) {
        return f(A::make(value.shape(), [&](double* to) {
          std::copy(value.begin(), value.end(), to);
          to[i] += by;
        }));
      };
      out[i] = (moved(step) - moved(-step)) / (2 * step);
    }
  });
}

constexpr std::size_t samples = 4, inputs = 6, units = 5;

// One layer h = phi(x W + b) with tied weights; phi is sigmoid unless a test says otherwise.
struct Layer {
  A x = random_array<double>({samples, inputs}, 1, 0, 1),
    w = random_array<double>({inputs, units}, 2, -1.5, 1.5), b = random_array<double>({units}, 3),
    c = random_array<double>({inputs}, 4);
  V (*phi)(const V&) = sigmoid<double>;

  V a(const V& in, const V& weight) const { return matmul(in, weight) + V(b); }
  V h() const { return phi(a(V(x), V(w))); }
  V norms() const { return sum(square(V(w)), 0); }
  /// mean_b ||J_b||^2 as our term computes it, for these weights.
  double penalty(const A& weight) const {
    nn::Parameter<double> parameter{"w", weight};
    const ContractiveAutoencoder<double> model(
        [&](const V& in) { return phi(a(in, use(parameter))); },
        [&](const V& code) { return matmul(code, use(parameter), Transpose::b) + V(c); },
        {parameter}, 1.0);
    const Tape<double> tape;
    return model.objective(x).terms[0];
  }
  double penalty() const { return penalty(w); }
  A penalty_gradient() const {
    Tape<double> tape;
    const V in = tape.variable(x), weight = tape.variable(w);
    return gradient(mean(jacobian_squared_norm(phi(a(in, weight)), in)), weight).value();
  }
  /// mean_b sum_j slope_bj^2 n_j
  double closed(const V& slope) const { return mean(sum(square(slope) * norms(), 1)).item(); }
};

} // namespace

TEST_CASE("slips: h (1 - h) where the activation is no sigmoid") {
  Layer tanhs;
  tanhs.phi = tanh<double>;
  const V h = tanhs.h();
  tells(tanhs.penalty(), tanhs.closed(1.0 - square(h)), tanhs.closed(h * (1.0 - h)));
  Layer relus;
  relus.phi = relu<double>;
  const V r = relus.h(), on = where(r > V(0.0), V(1.0), V(0.0));
  tells(relus.penalty(), relus.closed(on), relus.closed(r * (1.0 - r)));
}

TEST_CASE("slips: the last layer's formula for an encoder of two") {
  const Layer layer;
  const A second = random_array<double>({units, 3}, 7, -2, 2);
  const auto f = [&](const V& in) {
    return sigmoid(matmul(layer.phi(layer.a(in, V(layer.w))), V(second)));
  };
  const A j = jacobian_by_rows<double>(f, layer.x);
  Tape<double> tape;
  const V x = tape.variable(layer.x);
  const V h = f(x);
  const V last = sum(square(h * (1.0 - h)) * sum(square(V(second)), 0), 1);
  tells(mean(jacobian_squared_norm(h, x)).item(), sum(square(V(j))).item() / samples,
        mean(last).item());
}

TEST_CASE("slips: sums and means, squares and roots in the wrong place") {
  const Layer layer;
  const A j = jacobian_by_rows<double>(
      [&](const V& in) { return layer.phi(layer.a(in, V(layer.w))); }, layer.x);
  const V squares = sum(square(V(j)), {1, 2});
  const double right = mean(squares).item(), ours = layer.penalty();
  const V slope2 = square(layer.h() * (1.0 - layer.h()));
  tells(ours, right,
        mean(sum(slope2 * square(sum(V(layer.w), 0)), 1)).item()); // (sum W)^2 for sum W^2
  tells(ours, right, mean(square(V(j))).item());                   // mean for sum
  tells(ours, right, mean(sqrt(squares)).item());                  // norm for squared norm
  tells(ours, right, std::sqrt(sum(squares).item()));              // root of the batch's sum
  tells(ours, right, sum(squares).item());                         // summed over the batch
  tells(ours, right, mean(sum(square(sum(V(j), 1)), 1)).item());   // ||J^T 1||^2
}

TEST_CASE("slips: a penalty whose gradient misses the weights, or the code") {
  const Layer layer;
  const A right = differences(layer.w, [&](const A& w) { return layer.penalty(w); });
  // d/dW_j = 2 D_j^2 W_j + (dOmega/da_j) x: detaching h leaves the first part, detaching W the
  // other.
  const V h = layer.h(), d = h * (1.0 - h);
  const A detached_h = (2.0 * V(layer.w) * mean(square(d), 0)).value();
  const V slope = 2.0 * square(d) * (1.0 - 2.0 * h) * layer.norms();
  const A detached_w = (matmul(V(layer.x), slope, Transpose::a) * (1.0 / samples)).value();
  const A ours = layer.penalty_gradient();
  tells(ours, right, detached_h);
  tells(ours, right, detached_w);
  tells(ours, right, A::zeros(ours.shape())); // both detached: trained as a plain auto-encoder
  CHECK(std::sqrt(sum(square(V(ours) - detached_h - detached_w)).item()) < 1e-12);
}

TEST_CASE("slips: weights that the penalty copied when it was built") {
  Layer layer;
  nn::Parameter<double> w{"w", layer.w};
  const ContractiveAutoencoder<double> model(
      [&](const V& in) { return sigmoid(layer.a(in, use(w))); },
      [&](const V& h) { return matmul(h, use(w), Transpose::b); }, {w}, 1.0);
  const V old_norms = layer.norms();
  w.assign(layer.w = (V(layer.w) * 1.7).value()); // as an optimiser does
  const Tape<double> tape;
  const V slope = layer.h() * (1.0 - layer.h());
  tells(model.objective(layer.x).terms[0], layer.closed(slope),
        mean(sum(square(slope) * old_norms, 1)).item());
}

TEST_CASE("slips: the decoder penalised") {
  const Layer layer;
  const auto reconstruct = [&](const V& in) {
    return matmul(layer.phi(layer.a(in, V(layer.w))), V(layer.w), Transpose::b);
  };
  const A r = jacobian_by_rows<double>(reconstruct, layer.x);
  tells(layer.penalty(), layer.closed(layer.h() * (1.0 - layer.h())),
        sum(square(V(r))).item() / samples);
}

TEST_CASE("slips: the penalty at the corrupted input") {
  const Layer layer;
  nn::Parameter<double> w{"w", layer.w};
  const auto f = [&](const V& in) { return sigmoid(layer.a(in, use(w))); };
  const ContractiveAutoencoder<double> model(
      f, [&](const V& h) { return matmul(h, use(w), Transpose::b); }, {w},
      make_terms<double>("contractive(1)"), Loss::cross_entropy, make_corruption("gaussian(1)"));
  Random random(9), same(9);
  const V noisy(corrupted(layer.x, make_corruption("gaussian(1)"), same));
  const Tape<double> tape;
  const V h = f(noisy).detach();
  tells(model.objective(layer.x, random).terms[0], layer.closed(layer.h() * (1.0 - layer.h())),
        layer.closed(h * (1.0 - h)));
}

TEST_CASE("slips: one half of the tied gradient") {
  const Layer layer;
  const auto loss = [&](const V& encoder, const V& decoder) {
    const V z = matmul(sigmoid(layer.a(V(layer.x), encoder)), decoder, Transpose::b) + V(layer.c);
    return mean(sum(softplus(z) - V(layer.x) * z, 1));
  };
  nn::Parameter<double> w{"w", layer.w};
  const ContractiveAutoencoder<double> model(
      [&](const V& in) { return sigmoid(layer.a(in, use(w))); },
      [&](const V& h) { return matmul(h, use(w), Transpose::b) + V(layer.c); }, {w}, 0.0);
  Tape<double> tape;
  const A ours = gradient(model.objective(layer.x).total, nn::use(w)).value();
  const A right = differences(layer.w, [&](const A& v) { return loss(V(v), V(v)).item(); });
  const V encoder = tape.variable(layer.w), decoder = tape.variable(layer.w);
  const auto halves = gradient<double>({loss(encoder, decoder)}, {encoder, decoder});
  tells(ours, right, halves[0].value());
  tells(ours, right, halves[1].value());
}

TEST_CASE("slips: a lambda that changes its meaning with the batch size or the image size") {
  const Layer layer;
  nn::Parameter<double> w{"w", layer.w};
  const ContractiveAutoencoder<double> model(
      [&](const V& in) { return sigmoid(layer.a(in, use(w))); },
      [&](const V& h) { return matmul(h, use(w), Transpose::b) + V(layer.c); }, {w}, 0.3);
  const Tape<double> tape;
  const auto once = model.objective(layer.x),
             twice = model.objective(concatenate<double>({V(layer.x), V(layer.x)}).value());
  CHECK(std::abs(twice.reconstruction / once.reconstruction - 1) < 1e-12);
  CHECK(std::abs(twice.terms[0] / once.terms[0] - 1) < 1e-12);
  const V z = model.decoder()(model.encode(V(layer.x)));
  const V each = softplus(z) - V(layer.x) * z; // summed over the pixels, not averaged
  tells(once.reconstruction, mean(sum(each, 1)).item(), mean(each).item());
}

TEST_CASE("slips: batch normalisation couples the samples, and is refused") {
  const Layer layer;
  const ContractiveAutoencoder<double> model(
      [&](const V& in) {
        const V a = layer.a(in, V(layer.w)), centred = a - mean(a, 0, KeepDims::yes);
        return sigmoid(centred / sqrt(mean(square(centred), 0, KeepDims::yes) + 1e-3));
      },
      [&](const V& h) { return matmul(h, V(layer.w), Transpose::b); }, {}, 1.0);
  const Tape<double> tape;
  CHECK_THROWS_WITH_AS(model.objective(layer.x), doctest::Contains("may mix the samples"),
                       CouplingError);
}

} // namespace contractive::tests
