#include <contractive/cae/model/terms.hpp>

#include <contractive/autodiff/derivative/check.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/jacobian/operator_norm.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/cae/model/autoencoder.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/layer/init.hpp>

#include "support/message.hpp"
#include "support/random.hpp"
#include "support/sanitized.hpp"
#include "support/singular_values.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

using namespace cae;
using V = Variable<double>;

struct Example {
  Random random{3};
  Network<double> network = build<double>(Specification::parse("6-4:sigmoid"), {6}, random);
  Array<double> x = random_array<double>({5, 6}, 1, 0, 1);

  Objective<double> objective(const std::string& terms, const std::string& corruption = "none",
                              Loss loss = Loss::cross_entropy, std::uint64_t seed = 5) const {
    Random draws(seed);
    const Tape<double> tape;
    return ContractiveAutoencoder<double>(network, make_terms<double>(terms), loss,
                                          make_corruption(corruption))
        .objective(x, draws);
  }
  const Array<double>& weight() const { return network.parameters()[0].value(); }
  V slopes() const {
    const V h = (*network.encoder)(V(x));
    return h * (1.0 - h);
  }
  V norms() const { return sum(square(V(weight())), 0); } // ||W_j||^2
};

} // namespace

TEST_CASE("terms: weighted means beside the reconstruction, in any combination") {
  const Example e;
  const auto all = e.objective("contractive(0.5) + decay(0.25)+sparse(2, 0.05)");
  const double contractive = e.objective("contractive(1)").terms[0];
  const double decay = sum(square(V(e.weight()))).item();
  CHECK(std::abs(all.terms[0] - contractive) < 1e-12);
  CHECK(std::abs(all.terms[1] / decay - 1) < 1e-12); // biases do not count, the tied weight once
  double divergence = 0;
  const Array<double> h = (*e.network.encoder)(V(e.x)).value();
  for (std::size_t j = 0; j < 4; ++j) {
    double q = 0;
    for (std::size_t b = 0; b < 5; ++b)
      q += h(b, j) / 5;
    divergence += 0.05 * std::log(0.05 / q) + 0.95 * std::log(0.95 / (1 - q));
  }
  CHECK(std::abs(all.terms[2] / divergence - 1) < 1e-12);
  const double total = all.reconstruction + 0.5 * contractive + 0.25 * decay + 2 * divergence;
  CHECK(std::abs(all.total.item() / total - 1) < 1e-12);
  CHECK(e.objective("").total.item() == all.reconstruction);
}

TEST_CASE("terms: higher order, against the closed forms of one sigmoid layer") {
  const Example e;
  const V h = (*e.network.encoder)(V(e.x)), bends = e.slopes() * (1.0 - 2.0 * h);
  const double hessian = mean(sum(square(bends * e.norms()), 1)).item();
  CHECK(std::abs(e.objective("hessian(1)").terms[0] / hessian - 1) < 1e-12);
  // At sigma = 1e-3 the third derivative counts for 1e-3; of 4,000 draws for 5 samples, the mean is
  // good to sqrt(2 / 20,000) = 1 %, of a fifth of them to 2 %. They are made 200 at a time, as the
  // time for n draws goes as n^2.
  const std::uint64_t seeds = sanitized ? 4 : 20;
  double drawn = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed)
    drawn += e.objective("curvature(1, 0.001, 200)", "none", Loss::cross_entropy, seed).terms[0];
  CHECK(std::abs(drawn / static_cast<double>(seeds) / 1e-6 / hessian - 1) <
        (sanitized ? 0.1 : 0.05));
}

TEST_CASE("terms: the largest singular value above its bound, dense and convolutional") {
  for (const char* encoder : {"6-4:sigmoid", "conv(2,2):tanh,linear(3):tanh"})
    SUBCASE(encoder) {
      Random random(3);
      const Network<double> network =
          build<double>(Specification::parse(encoder), {2, 3, 1}, random);
      const Array<double> x = random_array<double>({5, 6}, 1, 0, 1);
      const auto value = [&](double bound) {
        const Tape<double> tape;
        return ContractiveAutoencoder<double>(network, {operator_norm_term<double>(1, bound)})
            .objective(x)
            .terms[0];
      };
      std::vector<double> largest;
      {
        Tape<double> tape;
        const V in = tape.variable(x);
        const Array<double> jacobians = batch_jacobian((*network.encoder)(in), in).value();
        for (std::size_t b = 0; b < 5; ++b)
          largest.push_back(singular_values(jacobians, b)[0]);
      }
      const auto [least, most] = std::minmax_element(largest.begin(), largest.end());
      for (const double bound : {0.0, (*least + *most) / 2, *most}) {
        double expected = 0;
        for (const double s : largest)
          expected += std::pow(std::max(0.0, s - bound), 2) / 5;
        // Values err downwards, by at most 5 % each: 10 % of a square.
        CHECK(value(bound) <= expected * (1 + 1e-12));
        CHECK(value(bound) >= expected - 0.1 * *most * (*most - bound));
      }
    }
}

TEST_CASE("terms: the gradient of the largest singular value") {
  const Array<double> x = random_array<double>({5, 6}, 1, 0, 1);
  const Batch<double>::Callable none;
  const SampleRandom random(1, 0, {});
  const Term<double> term = operator_norm_term<double>(1, 0.1);
  const auto value = [&](const V& w) {
    const V in = Tape<double>::active()->variable(x);
    return term.value({in, sigmoid(matmul(in, w)), none, none, {}, random});
  };
  const auto exact = [&](const V& w) {
    const V in = Tape<double>::active()->variable(x);
    const V norm = jacobian_operator_norm(sigmoid(matmul(in, w)), in, {1e-12, 20000});
    return square(relu(norm - 0.1));
  };
  // One unit has one singular value, whose direction the first product finds.
  CHECK(check_gradient(value, {random_array<double>({6, 1}, 2)}));
  // Of four, directions err by the residual of at most 5 % over the gap to the next value.
  const V w(random_array<double>({6, 4}, 2));
  const V ours = gradient([&](const V&v) { return sum(value(v)); }, w),
          right = gradient([&](const V&v) { return sum(exact(v)); }, w);
  CHECK(sum(square(ours - right)).item() < 0.05 * 0.05 * sum(square(right)).item());
}

TEST_CASE("terms: the reconstruction's Jacobian is that of what the decoder ends in") {
  const Example e;
  for (const Loss loss : {Loss::cross_entropy, Loss::squared_error}) {
    const ContractiveAutoencoder<double> model(e.network, 0, loss);
    Tape<double> tape;
    const V x = tape.variable(e.x);
    const double expected =
        mean(sum(square(batch_jacobian(model.reconstruct(x), x)), {1, 2})).item();
    CHECK(std::abs(e.objective("reconstruction(1)", "none", loss).terms[0] / expected - 1) < 1e-12);
  }
}

TEST_CASE("terms: an estimate by projections has the exact term's mean") {
  const Example e;
  const double exact = e.objective("contractive(1)").terms[0];
  const double drawn = e.objective("contractive(1, 20000)").terms[0];
  CHECK(drawn != exact);
  CHECK(std::abs(drawn / exact - 1) < 0.02); // sqrt(2 / (5 * 20,000)) = 0.5 %
  const auto weighted = e.objective("contractive(0.25, 3)");
  const double total = weighted.reconstruction + 0.25 * weighted.terms[0];
  CHECK(std::abs(weighted.total.item() / total - 1) < 1e-12);
}

TEST_CASE("corruption: shares, moments and the clean target") {
  const Array<double> x = Array<double>::full({100, 100}, 0.5);
  Random random(1);
  const auto count = [](const Array<double>& of, double value) {
    return static_cast<double>(std::count(of.begin(), of.end(), value)) /
           static_cast<double>(of.size());
  };
  // Shares of 10,000 elements: five standard deviations are at most 2.5 %.
  const Array<double> masked = corrupted(x, make_corruption("masking(0.25)"), random);
  CHECK(std::abs(count(masked, 0) - 0.25) < 0.025);
  CHECK(count(masked, 0) + count(masked, 0.5) == 1);
  const Array<double> salted = corrupted(x, make_corruption("salt-and-pepper(0.4)"), random);
  CHECK(std::abs(count(salted, 0) - 0.2) < 0.025);
  CHECK(std::abs(count(salted, 1) - 0.2) < 0.025);
  const Array<double> noisy = corrupted(x, make_corruption("gaussian(2)"), random);
  CHECK(std::abs(mean(V(noisy)).item() - 0.5) < 0.1);
  CHECK(std::abs(mean(square(V(noisy) - 0.5)).item() - 4) < 0.3);
  CHECK(*std::min_element(noisy.begin(), noisy.end()) < -1); // not clipped
  // Everything masked: the code of zeros, held against the clean samples.
  const Example e;
  const ContractiveAutoencoder<double> model(e.network, 0);
  const V decoded = model.decoder()(model.encode(V(Array<double>::zeros({5, 6}))));
  const double expected = mean(model.reconstruction_loss(decoded, V(e.x))).item();
  CHECK(std::abs(e.objective("", "masking(1)").reconstruction / expected - 1) < 1e-12);
}

TEST_CASE("terms: texts that are none are refused, by name") {
  const auto refused = [](const std::string& terms) {
    return message<Error>([&] { return make_terms<double>(terms); });
  };
  CHECK(refused("contractive(-1)").find("contractive's weight is -1, below 0") !=
        std::string::npos);
  CHECK(refused("contractiv(1)").find("'contractiv(1)' is none") != std::string::npos);
  CHECK(refused("decay(x)").find("argument 1 is 'x'; expected a number") != std::string::npos);
  CHECK(refused("decay(1").find("expected a name, or name(argument, ...)") != std::string::npos);
  CHECK(refused("curvature(1,1,1e14)").find("expected a whole number up to 10000") !=
        std::string::npos);
  CHECK(refused("contractive(1,1e9)").find("up to 100000") != std::string::npos);
  CHECK(refused(std::string(5000, 'x')).size() < 700);
  CHECK(refused("operator-norm(-1, 1)").find("operator-norm's weight is -1, below 0") !=
        std::string::npos);
  CHECK(refused("operator-norm(1, -0.5)").find("operator-norm: bound -0.5; expected at least 0") !=
        std::string::npos);
  CHECK(refused("operator-norm(1, nan)").find("argument 2 is 'nan'; expected a number") !=
        std::string::npos);
  CHECK(refused("operator-norm(1)").find("'operator-norm(1)' is none") != std::string::npos);
  CHECK(message<Error>([] { return operator_norm_term<double>(1, std::nan("")); }) ==
        "operator-norm: bound nan; expected at least 0");
  CHECK(refused("sparse(1,2)").find("rho 2; expected between 0 and 1") != std::string::npos);
  CHECK(message<Error>([] {
          return make_corruption("masking(2)");
        }).find("corruption 'masking(2)'; expected none") == 0);
  const Example e;
  const ContractiveAutoencoder<double> tanh_codes([](const V& x) { return tanh(x - 1.0); },
                                                  [](const V& h) { return h; }, {},
                                                  make_terms<double>("sparse(1,0.05)"));
  const Tape<double> tape;
  CHECK(message<Error>([&] { return tanh_codes.objective(e.x); }).find("expected them in [0, 1]") !=
        std::string::npos);
}

TEST_CASE("terms: shares of a batch add up to its objective, and the weights count once") {
  const Example e;
  const std::vector<std::size_t> numbers{4, 0, 3, 1, 2};
  const Array<double> x = nn::take(e.x, numbers);
  const ContractiveAutoencoder<double> model(
      e.network, make_terms<double>("contractive(0.5, 2)+decay(0.25)+curvature(1, 0.1, 2)"),
      Loss::cross_entropy, make_corruption("gaussian(0.3)"));
  const auto objective = [&](std::size_t first, std::size_t last) {
    const Tape<double> tape;
    const SampleRandom random(7, 1,
                              {numbers.begin() + static_cast<std::ptrdiff_t>(first),
                               numbers.begin() + static_cast<std::ptrdiff_t>(last)});
    const Array<double> some = nn::take(x, first, last);
    const Objective<double> o =
        last - first == 5 ? model.objective(some, random) : model.share(some, 5, random);
    return std::vector<double>{o.total.item(), o.reconstruction, o.terms[0], o.terms[1],
                               o.terms[2]};
  };
  const std::vector<double> whole = objective(0, 5), one = objective(0, 2), two = objective(2, 5);
  const Tape<double> tape;
  const Objective<double> weights = model.of_weights();
  const std::vector<double> once{weights.total.item(), 0, weights.terms[0], weights.terms[1],
                                 weights.terms[2]};
  CHECK(once[3] > 0);
  CHECK(one[3] == 0);
  for (std::size_t i = 0; i < 5; ++i) // rounding
    CHECK(std::abs(one[i] + two[i] + once[i] - whole[i]) < 1e-12 * std::abs(whole[0]));
}

TEST_CASE("terms: shares of an operator norm add up as nearly as it is computed") {
  const Example e;
  const ContractiveAutoencoder<double> model(e.network, make_terms<double>("operator-norm(1, 0)"));
  const SampleRandom random(1, 0, {});
  const Tape<double> tape;
  const double whole = model.objective(e.x).terms[0];
  const double parts = model.share(nn::take(e.x, 0, 2), 5, random).terms[0] +
                       model.share(nn::take(e.x, 2, 5), 5, random).terms[0];
  CHECK(std::abs(parts / whole - 1) < 0.1); // 5 % of a value, 10 % of its square
}

TEST_CASE("terms: what is of a batch as a whole has no shares") {
  const Example e;
  const Tape<double> tape;
  const SampleRandom random(1, 0, {});
  const auto share = [&](std::vector<Term<double>> terms, std::size_t whole) {
    return message<Error>([&] {
      return ContractiveAutoencoder<double>(e.network, std::move(terms)).share(e.x, whole, random);
    });
  };
  const Term<double> own{"mine", 1, false, [](const Batch<double>& b) { return sum(square(b.h)); }};
  CHECK(share({sparse_term<double>(1, 0.1)}, 5) == "no error");
  CHECK(
      share({sparse_term<double>(1, 0.1)}, 9) ==
      "objective: term 'sparse' is of a batch as a whole, and 5 of its 9 samples have no share in "
      "it; expected batches in one part");
  CHECK(share({own}, 5) == "no error");
  CHECK(share({own}, 9).find("term 'mine' is of a batch as a whole") != std::string::npos);
}

} // namespace contractive::tests
