#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/nn.hpp>

#include "support/message.hpp"
#include "support/parameters.hpp"
#include "support/random.hpp"
#include "support/rows.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>

namespace contractive::tests {
using V = Variable<double>;
using namespace contractive::nn;

namespace {

ModulePtr<double> dense(std::vector<std::size_t> sizes, const std::string& activation,
                        Random& random) {
  auto layers = std::make_unique<Sequential<double>>();
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    layers->add<Linear<double>>(sizes[i], sizes[i + 1], random);
    layers->add<Activation<double>>(activation);
  }
  return layers;
}

// An encoder, and the shape of its samples.
struct Case {
  std::string name;
  Shape sample;
  std::function<ModulePtr<double>(Random&)> make;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"one dense layer",
       {6},
       [](Random& r) {
         return dense({6, 4}, "sigmoid", r);
       }},
      {"three dense layers",
       {6},
       [](Random& r) {
         return dense({6, 5, 4, 3}, "tanh", r);
       }},
      {"convolution with pooling",
       {6, 6, 1},
       [](Random& r) {
         auto layers = std::make_unique<Sequential<double>>();
         layers->add<Conv2d<double>>(ConvOptions{1, 2, 3, 1, 0}, r);
         layers->add<Activation<double>>("softplus");
         layers->add<Pool2d<double>>(Pool2d<double>::Kind::max, 2);
         layers->append(reshape_to<double>({8}));
         layers->add<Linear<double>>(8, 3, r);
         return layers;
       }},
      {"residual block with layer norm",
       {4},
       [](Random& r) {
         auto body = std::make_unique<Sequential<double>>();
         body->add<LayerNorm<double>>(4);
         body->add<Linear<double>>(4, 4, r);
         body->add<Activation<double>>("gelu");
         return std::make_unique<Residual<double>>(std::move(body));
       }},
      {"tied weights",
       {6},
       [](Random& r) {
         auto layers = std::make_unique<Sequential<double>>();
         const auto& first = layers->add<Linear<double>>(6, 4, r);
         layers->add<Activation<double>>("sigmoid");
         layers->add<TiedLinear<double>>(first);
         layers->add<Activation<double>>("tanh");
         return layers;
       }},
      {"self-attention over patches",
       {4, 4, 1},
       [](Random& r) {
         auto layers = std::make_unique<Sequential<double>>();
         layers->add<Function<double>>([](const V& x) {
           return reshape(unfold(x, {2, 2, 2, 0}), {x.shape()[0], 4, 4});
         });
         layers->add<SelfAttention<double>>(4, 2, r);
         return layers;
       }},
      {"transposed convolution", {2, 2, 2}, [](Random& r) {
         return std::make_unique<ConvTranspose2d<double>>(ConvOptions{2, 1, 3, 2, 0}, r);
       }}};
  return all;
}

} // namespace

TEST_CASE("layers: the penalty of any encoder, its value and its gradient") {
  for (const Case& c : cases())
    SUBCASE(c.name.c_str()) {
      Random random(3);
      const ModulePtr<double> encoder = c.make(random);
      randomise(encoder->parameters(), 40);
      const Array<double> x = random_array<double>(Shape{3} + c.sample, 1);
      const Array<double> expected =
          jacobian_by_rows<double>([&](const V& v) { return (*encoder)(v); }, x);
      {
        Tape<double> tape;
        const V input = tape.variable(x);
        const V penalty = jacobian_squared_norm((*encoder)(input), input);
        CHECK(difference(penalty.value(), sum(square(V(expected)), {1, 2}).value()) < 1e-10);
      }
      const auto penalty = [&] {
        const V input = Tape<double>::active()->variable(x);
        return mean(jacobian_squared_norm((*encoder)(input), input));
      };
      const GradientReport report = check_parameters(encoder->parameters(), penalty, 1e-6);
      INFO(report.summary());
      CHECK(report.passed);
    }
}

TEST_CASE("layers: linear, tied, and half of a tied gradient") {
  Random random(1);
  Linear<double> layer(3, 2, random);
  TiedLinear<double> tied(layer);
  layer.bias.assign(Array<double>{0.5, -1});
  tied.bias.assign(Array<double>{1, 2, 3});
  const Array<double> x = random_array<double>({4, 3}, 2), w = layer.weight.value();
  const Array<double> y = tied(layer(V(x))).value();
  for (std::size_t b = 0; b < 4; ++b)
    for (std::size_t i = 0; i < 3; ++i) {
      double expected = tied.bias.value()[i];
      for (std::size_t j = 0; j < 2; ++j) {
        double h = layer.bias.value()[j];
        for (std::size_t k = 0; k < 3; ++k)
          h += x(b, k) * w(k, j);
        expected += h * w(i, j);
      }
      CHECK(y(b, i) == doctest::Approx(expected));
    }
  CHECK(tied.parameters().size() == 1);
  const TiedLinear<double> of_temporary(Linear<double>(3, 2, random));
  CHECK(of_temporary(V(Array<double>::ones({4, 2}))).shape() == Shape{4, 3});

  // d sum(x W W^T) / dW has both halves: x^T 1 W + 1^T x W, checked by differences.
  const auto f = [&](const std::vector<V>& v) {
    return sum(matmul(matmul(V(x), v[0]), v[0], Transpose::b));
  };
  Tape<double> tape;
  layer.bias.assign(Array<double>{0, 0});
  const V total = sum(tied(layer(V(x))));
  const V g = gradient(total, use(layer.weight));
  const auto whole = value_and_gradient(f, std::vector<V>{V(w)}).second[0];
  CHECK(difference(g.value(), whole.value()) < 1e-14);
  const auto half = [&](const std::vector<V>& v) {
    return sum(matmul(matmul(V(x), v[0]), v[0].detach(), Transpose::b));
  };
  const auto part = value_and_gradient(half, std::vector<V>{V(w)}).second[0];
  CHECK(difference(g.value(), part.value()) > 0.1);
}

TEST_CASE("layers: convolution's transpose, layer norm, modes and names") {
  Random random(1);
  const ConvOptions options{2, 3, 3, 2, 1};
  const Conv2d<double> down(options, random);
  ConvTranspose2d<double> up({3, 2, 3, 2, 1}, random, Init::glorot, 6, 6);
  up.weight.assign(down.weight.value());
  const Array<double> x = random_array<double>({2, 6, 6, 2}, 1),
                      h = random_array<double>({2, 3, 3, 3}, 2);
  const double forward = sum(down(V(x)) * V(h)).item(), backward = sum(V(x) * up(V(h))).item();
  CHECK(forward == doctest::Approx(backward));           // biases are zero: <Cx, h> = <x, C'h>
  const Conv2d<double> plain(ConvOptions{2, 4}, random); // 3 x 3, of each place within the image
  CHECK(plain.weight.value().shape() == Shape{3, 3, 2, 4});
  CHECK(plain(V(x)).shape() == Shape{2, 4, 4, 4});

  const LayerNorm<double> norm(5, 0);
  const V n = norm(V(random_array<double>({3, 5}, 4)));
  CHECK(std::abs(mean(n).item()) < 1e-14);
  CHECK(mean(square(n)).item() == doctest::Approx(1));

  Dropout<double> dropout(0.25, 1);
  const V ones(Array<double>::ones({100, 100}));
  const V dropped = dropout(ones);
  CHECK(mean(dropped).item() == doctest::Approx(1).epsilon(0.03)); // deviation 0.0058
  CHECK(max(dropped).item() == doctest::Approx(1 / 0.75));
  const std::string state = dropout.random().state();
  const V first = dropout(ones);
  dropout.random().restore(state);
  CHECK(difference(dropout(ones).value(), first.value()) == 0);
  dropout.train(false);
  CHECK(difference(dropout(ones).value(), ones.value()) == 0);

  Sequential<double> outer;
  outer.append(dense({2, 3, 4}, "relu", random));
  outer.add<SelfAttention<double>>(4, 2, random);
  std::vector<std::string> names;
  for (const auto& p : outer.parameters())
    names.push_back(p.name());
  CHECK(names[0] == "0.0.weight");
  CHECK(names[3] == "0.2.bias");
  CHECK(names[4] == "1.query.weight");
  CHECK(names.size() == 12);

  CHECK(message<Error>([] {
          return Activation<double>("sigmod");
        }).find("activation: 'sigmod' is unknown; expected linear, sigmoid, tanh,") == 0);
  CHECK(message<Error>([] { return Dropout<double>(1.0, 0); }).find("expected at least 0") !=
        std::string::npos);
  CHECK(message<ShapeError>([&] {
          return SelfAttention<double>(4, 3, random);
        }).find("expected a divisor") != std::string::npos);
}

TEST_CASE("layers: losses by naive loops, stable far out") {
  const Array<double> z = random_array<double>({3, 4}, 1, -3, 3),
                      t = random_array<double>({3, 4}, 2, 0, 1);
  const Array<double> bce = binary_cross_entropy(V(z), t).value(); // data are Arrays
  const Array<double> squares = squared_error(V(z), t).value();
  const Array<double> ce = softmax_cross_entropy(V(z), Indices{1, 3, 0}).value();
  const std::size_t labels[] = {1, 3, 0};
  for (std::size_t b = 0; b < 3; ++b) {
    double loss = 0, square = 0, total = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const double y = 1 / (1 + std::exp(-z(b, i)));
      loss -= t(b, i) * std::log(y) + (1 - t(b, i)) * std::log(1 - y);
      square += (z(b, i) - t(b, i)) * (z(b, i) - t(b, i));
      total += std::exp(z(b, i));
    }
    CHECK(bce[b] == doctest::Approx(loss));
    CHECK(squares[b] == doctest::Approx(square));
    CHECK(ce[b] == doctest::Approx(std::log(total) - z(b, labels[b])));
  }
  CHECK(binary_cross_entropy(V(Array<double>({1, 2}, {1000, -1000})),
                             V(Array<double>({1, 2}, {1, 0})))
            .item() == 0);
  // Infinite logits are certain: right or wrong. Finite ones beside them are as ever.
  constexpr double inf = std::numeric_limits<double>::infinity();
  {
    const Array<double> far({6, 1}, {inf, -inf, inf, -inf, 0.7, inf}),
        target({6, 1}, {1, 0, 0, 1, 0.3, 0.5});
    Tape<double> tape;
    const V logits = tape.variable(far);
    const V loss = binary_cross_entropy(logits, V(target));
    const std::vector<double> expected{
        0,
        0,
        inf,
        inf,
        binary_cross_entropy(V(Array<double>({1, 1}, {0.7})), V(Array<double>({1, 1}, {0.3})))
            .item(),
        inf};
    const V slopes = gradient(sum(loss), logits, CreateGraph::yes);
    const Array<double> bends = gradient(sum(slopes), logits).value();
    const double s = 1 / (1 + std::exp(-0.7));
    const std::vector<double> slope{0, 0, 1, -1, s - 0.3, 0.5}, bend{0, 0, 0, 0, s * (1 - s), 0};
    for (std::size_t b = 0; b < 6; ++b) {
      CHECK(loss.value()[b] == expected[b]);
      CHECK(slopes.value()[b] == doctest::Approx(slope[b]));
      CHECK(bends[b] == doctest::Approx(bend[b]));
    }
    CHECK(std::isnan(binary_cross_entropy(V(Array<double>({1, 1}, {std::nan("")})),
                                          V(Array<double>({1, 1}, {0})))
                         .item()));
    const V classes = tape.variable(Array<double>({3, 2}, {inf, 0, inf, 0, 0, -inf}));
    const V ce_far = softmax_cross_entropy(classes, Indices{0, 1, 0});
    CHECK(ce_far.value()[0] == 0);
    CHECK(ce_far.value()[1] == inf);
    CHECK(ce_far.value()[2] == 0);
    const Array<double> g = gradient(sum(ce_far), classes).value();
    for (std::size_t i = 0; i < 6; ++i)
      CHECK(g[i] == (i == 2 ? 1 : i == 3 ? -1 : 0));
  }
  const std::vector<std::function<V(const V&)>> losses{
      [&](const V& v) { return binary_cross_entropy(v, V(t)); },
      [&](const V& v) { return squared_error(v, V(t)); },
      [](const V& v) {
        return softmax_cross_entropy(v, Indices{1, 3, 0});
      }};
  for (const auto& loss : losses) {
    const auto f = [&](const std::vector<V>& v) { return square(loss(v[0])); };
    const GradientReport report = check_gradient<double>(f, {z}, 2, {0, 1e-7, 1});
    INFO(report.summary());
    CHECK(report.passed);
  }
  for (const std::int64_t label : {-1, 4})
    CHECK(message<ShapeError>([&] {
            return softmax_cross_entropy(V(z), Indices{1, label, 0});
          }) == detail::text("softmax_cross_entropy: label ", label,
                             " of sample 1; expected at least 0 and less than 4"));
  CHECK(message<ShapeError>([&] {
          return softmax_cross_entropy(V(z), Indices{1, 2});
        }) == "softmax_cross_entropy: logits (3, 4), labels (2); expected (B, classes) and (B)");
  CHECK(message<ShapeError>([&] { return squared_error(V(z), V(1.0)); }) ==
        "squared_error: prediction (3, 4), target (); expected the same shape, samples first");
}

} // namespace contractive::tests
