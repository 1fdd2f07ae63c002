#include <contractive/autodiff/autodiff.hpp>

#include "support/random.hpp"
#include "support/sanitized.hpp"

#include <doctest/doctest.h>
#include <iostream>
#include <map>

// Random encoders: whatever plan is chosen, the penalty and its gradient in inputs and parameters
// are those of a loop over samples and units that knows nothing of plans.
namespace contractive::tests {
using V = Variable<double>;
using Vs = std::vector<V>;

namespace {

// An encoder drawn from a seed. The first run draws its parameters too; later ones take them.
class RandomEncoder {
public:
  RandomEncoder(std::uint64_t seed, const Array<double>& x) : seed_(seed) {
    static_cast<void>((*this)(V(x), {}));
  }

  const std::vector<Array<double>>& parameters() const { return drawn_; }

  V operator()(const V& x, const Vs& parameters) {
    bits_.seed(seed_);
    used_ = 0;
    given_ = parameters;
    V v = x.rank() == 4 ? image(x) : x;
    for (std::size_t steps = 1 + below(4); steps > 0; --steps)
      v = step(v);
    return v;
  }

private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits_() % n); }

  V parameter(const Shape& shape) {
    const std::uint64_t seed = bits_();
    if (given_.empty())
      drawn_.push_back(random_array<double>(shape, seed, -1.2, 1.2));
    return given_.empty() ? V(drawn_.back()) : given_[used_++];
  }

  V activation(const V& v) {
    switch (below(6)) {
    case 0:
      return sigmoid(v);
    case 1:
      return softplus(v);
    case 2:
      return leaky_relu(v);
    case 3:
      return v;
    default:
      return tanh(v);
    }
  }

  V layer(const V& v, std::size_t width) {
    const std::size_t n = v.shape().back();
    const V a = below(3) ? matmul(v, parameter({n, width}))
                         : matmul(v, parameter({width, n}), Transpose::b);
    return activation(below(2) ? a + parameter({width}) : a);
  }

  V image(const V& x) {
    const V c =
        activation(conv2d(x, parameter({2, 2, x.shape().back(), 3}), 1 + below(2), below(2)));
    const V pooled = below(2)   ? c
                     : below(2) ? max_pool2d(c, {2, 2, 1, 0})
                                : average_pool2d(c, {2, 2, 1, 0});
    return reshape(pooled, {x.shape()[0], Shape::infer});
  }

  V step(const V& v) {
    const std::size_t samples = v.shape()[0], n = v.shape()[1];
    const auto half = static_cast<std::ptrdiff_t>((n + 1) / 2);
    switch (below(13)) {
    case 0: // residual
      return v + layer(v, n);
    case 1: // one layer twice
    {
      const V w = parameter({n, n});
      return tanh(matmul(activation(matmul(v, w)), w));
    }
    case 2: // two branches
      return layer(v, 3) * layer(v, 3) + layer(v, 3);
    case 3: // gates
      return v * sigmoid(layer(v, n));
    case 4:
      return concatenate<double>({layer(v, 2), v}, 1);
    case 5: // an empty half has no samples to keep apart: refused
      if (n < 2)
        return layer(v, 3);
      return concatenate<double>({slice(v, 1, {half, {}}), layer(slice(v, 1, {0, half}), 3)}, 1);
    case 6:
      return layer(slice(v, 1, {{}, {}, -1}) * parameter({n}), 4);
    case 7: {
      const V centred = v - mean(v, -1, KeepDims::yes);
      return centred / sqrt(mean(square(centred), -1, KeepDims::yes) + 0.3);
    }
    case 8: { // attention over n tokens of one feature that is widened first
      const V tokens = reshape(v, {samples, n, 1});
      const V q = matmul(tokens, parameter({1, 2})), k = matmul(tokens, parameter({1, 2}));
      return reshape(matmul(softmax(matmul(q, k, Transpose::b)), tokens), {samples, n});
    }
    case 9: { // a gain for each unit, sometimes of as many units as samples
      const std::size_t m = below(2) ? samples : n;
      const V gained = matmul(v, parameter({n, m})) * parameter({m});
      return layer(gained, 3) * layer(gained, 3);
    }
    default: // what most encoders are
      return layer(v, 1 + below(below(3) ? 5 : 12));
    }
  }

  std::uint64_t seed_;
  std::mt19937_64 bits_;
  std::size_t used_ = 0;
  Vs given_;
  std::vector<Array<double>> drawn_;
};

// sum_b c_b ||J_b||^2 by one recorded gradient for each unit of each sample.
V penalty_by_rows(RandomEncoder& f, const V& x, const Vs& parameters, const Array<double>& c) {
  V total(0.0);
  for (std::size_t b = 0; b < x.shape()[0]; ++b) {
    const auto at = static_cast<std::ptrdiff_t>(b);
    const V one = slice(x, 0, {at, at + 1});
    const V h = f(one, parameters);
    for (std::size_t j = 0; j < h.size(); ++j) {
      const auto unit = static_cast<std::ptrdiff_t>(j);
      const V row = gradient(sum(slice(reshape(h, {Shape::infer}), 0, {unit, unit + 1})), one,
                             CreateGraph::yes, Unreached::zeros);
      total = total + c[b] * sum(square(row));
    }
  }
  return total;
}

} // namespace

TEST_CASE("encoders: random ones, value and gradient against the row loop") {
  const std::uint64_t encoders = sanitized ? 100 : 600;
  std::map<std::string, int> plans{
      {"closed form", 0}, {"sum of squares", 0}, {"<A M, A>", 0}, {"<R'R, F F'>", 0}};
  int replayed = 0;
  for (std::uint64_t seed = 0; seed < encoders; ++seed) {
    const Shape shapes[] = {{3, 5}, {2, 9}, {3, 4, 5, 2}};
    const Array<double> at = random_array<double>(shapes[seed % 3], seed),
                        c = random_array<double>({shapes[seed % 3][0]}, seed + 1, 0.5, 2);
    RandomEncoder f(seed, at);
    Tape<double> tape;
    const V x = tape.variable(at);
    Vs inputs{x};
    for (const Array<double>& value : f.parameters())
      inputs.push_back(tape.variable(value));
    const Vs parameters(inputs.begin() + 1, inputs.end());
    const V h = f(x, parameters);
    INFO("seed " << seed << "\n" << to_dot(h));
    const std::string plan = explain_jacobian(h, x);
    for (auto& [name, count] : plans)
      count += plan.find(name) != std::string::npos;
    // A budget of one byte computes, and replays, row by row.
    const Position before = tape.size();
    const JacobianOptions options{seed % 2 ? std::size_t{1} : std::size_t{1} << 30};
    const V ours = sum(jacobian_squared_norm(h, x, options) * c);
    for (Position p = before; p < tape.size(); ++p)
      if (tape.entry(p).operation == "checkpoint") {
        ++replayed;
        break;
      }
    const V rows = penalty_by_rows(f, x, parameters, c);
    REQUIRE(std::abs(ours.item() - rows.item()) <= 1e-10 * (1e-3 + std::abs(rows.item())));
    const auto g = gradient<double>({ours}, inputs, CreateGraph::no, Unreached::zeros);
    const auto expected = gradient<double>({rows}, inputs, CreateGraph::no, Unreached::zeros);
    for (std::size_t i = 0; i < g.size(); ++i) {
      const double scale = std::sqrt(sum(square(expected[i])).item());
      REQUIRE(std::sqrt(sum(square(g[i] - expected[i])).item()) <= 1e-10 * (1e-3 + scale));
    }
  }
  std::cout << "encoders: random ones of seeds 0 to " << encoders - 1 << ", " << replayed
            << " of them replayed; plans:";
  for (const auto& [name, count] : plans) {
    std::cout << ' ' << name << ' ' << count;
    CHECK(count > (sanitized ? 0 : 5)); // each kind of plan was met
  }
  std::cout << '\n';
  CHECK(replayed > static_cast<int>(encoders / 6));
}

} // namespace contractive::tests
