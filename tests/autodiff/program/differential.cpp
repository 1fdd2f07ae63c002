#include "autodiff/program/differences.hpp"
#include "autodiff/program/program.hpp"

#include "support/environment.hpp"
#include "support/random.hpp"
#include "support/sanitized.hpp"
#include "support/singular_values.hpp"

#include <contractive/autodiff/jacobian/operator_norm.hpp>

#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

// The engine against the rows' naive loops in whole programs: its derivatives against central
// differences of theirs. CONTRACTIVE_PROGRAMS=N takes N programs from seed CONTRACTIVE_SEED on;
// CONTRACTIVE_PROGRAMS_FILE=PATH writes them, with the engine's results, for another engine
// (against_torch.py).
namespace contractive::tests {
namespace {

using V = Variable<double>;
using Vs = std::vector<V>;
using Tensors = std::vector<Tensor>;

// What a node's value may differ by, relative to its largest element, or 1: rounding by some dozens
// of operations that each may double it.
constexpr double value_tolerance = 1e-10;
// Derivatives: differences are taken where they are good to a tenth of this.
constexpr Real most_doubt = 1e-8L;
constexpr double slope_tolerance = 1e-7;

struct Counts {
  std::size_t rough = 0, smooth = 0, norms = 0, refused = 0, steps = 0;
};

// One program at its inputs, and what disagrees.
class Comparison {
public:
  Comparison(const Program& program, Counts& counts)
      : program_(program), counts_(counts), naive_(program.inputs.begin(), program.inputs.end()) {
    for (std::size_t i = 0; i < program.inputs.size(); ++i) {
      const Shape& shape = program.inputs[i].shape();
      x_.push_back(tape_.variable(program.inputs[i]));
      u_.push_back(random_array<double>(shape, 101 + i));
      w_.push_back(random_array<double>(shape, 201 + i));
    }
    nodes_ = program.run(x_);
    weights_ = random_array<double>(nodes_.back().shape(), 301, 0.5, 1.5);
  }

  // Empty where all is well.
  std::string fault() {
    values();
    if (fault_.empty() && nodes_.back().tracked()) {
      scalar();
      norms();
    }
    return fault_;
  }

private:
  void complain(const std::string& what, double engine, double differences) {
    if (fault_.empty())
      fault_ = detail::text(what, ": ", engine, ", by the naive loops ", differences);
  }

  void close(const std::string& what, double engine, Real other, double scale = 1) {
    if (!(std::abs(engine - other) <= slope_tolerance * std::max<Real>(scale, 1 + std::abs(other))))
      complain(what, engine, static_cast<double>(other));
  }

  bool smooth(const Slopes& s) {
    const bool is = s.doubt <= most_doubt;
    ++(is ? counts_.smooth : counts_.rough);
    return is;
  }

  // The naive nodes where inputs have moved by s u + t w, and an element of the first one by e.
  Tensors moved(Real s, Real t, std::size_t element = 0, Real e = 0) const {
    Tensors x = naive_;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t k = 0; k < x[i].size(); ++k)
        x[i][k] += s * u_[i][k] + t * w_[i][k];
    x[0][element] += e;
    return program_.run(x);
  }

  std::vector<Real> result(const Tensors& nodes) const {
    Real sum = 0;
    for (std::size_t i = 0; i < nodes.back().size(); ++i)
      sum += nodes.back()[i] * weights_[i];
    return {sum};
  }

  void values() {
    const Tensors expected = program_.run(naive_);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const double error = difference(nodes_[i].value(), expected[i].rounded());
      if (!(error <= value_tolerance) && fault_.empty())
        fault_ = detail::text("value of v", i, ": off by ", error);
    }
  }

  // The result's gradient and Hessian, along directions, by both sweeps.
  void scalar() {
    const V y = sum(nodes_.back() * V(weights_));
    const Vs g = gradient<double>({y}, x_, CreateGraph::yes, Unreached::zeros);
    V along_u(0.0), along_w(0.0), forward(0.0);
    for (std::size_t i = 0; i < x_.size(); ++i) {
      along_u = along_u + sum(g[i] * V(u_[i]));
      along_w = along_w + sum(g[i] * V(w_[i]));
      forward = forward + jvp(y, x_[i], V(u_[i]));
    }
    const Slopes first = slopes([&](Real s) { return result(moved(s, 0)); });
    if (!smooth(first))
      return;
    close("gradient", along_u.item(), first.values[0]);
    close("jvp", forward.item(), first.values[0]);

    const Slopes second = mixed_slopes([&](Real s, Real t) { return result(moved(s, t)); });
    if (!smooth(second))
      return;
    close("Hessian, reverse over reverse", along(along_w, u_), second.values[0]);
    close("Hessian, reverse over forward", along(forward, w_), second.values[0]);
    double pushed = 0;
    for (const V& x : x_)
      pushed += along_w.tracked() ? jvp(along_w, x, V(u_[index(x)])).item() : 0;
    close("Hessian, forward over reverse", pushed, second.values[0]);
  }

  std::size_t index(const V& x) const { return static_cast<std::size_t>(&x - x_.data()); }

  // <dy/dx, direction> over all inputs.
  double along(const V& y, const std::vector<Array<double>>& direction) const {
    if (!y.tracked())
      return 0;
    const Vs g = gradient<double>({y}, x_, CreateGraph::no, Unreached::zeros);
    double total = 0;
    for (std::size_t i = 0; i < g.size(); ++i)
      total += sum(g[i] * V(direction[i])).item();
    return total;
  }

  // The Jacobian's norms of the deepest node whose samples are independent.
  void norms() {
    const std::size_t samples = x_[0].shape()[0];
    for (std::size_t node = nodes_.size(); node-- > x_.size();) {
      const V& h = nodes_[node];
      if (!h.tracked() || h.size() % samples != 0)
        continue;
      try {
        const V flat = reshape(h, {samples, h.size() / samples});
        const V squared = jacobian_squared_norm(flat, x_[0]);
        const V largest = jacobian_operator_norm(flat, x_[0], {1e-9, 20000, 1, CreateGraph::no});
        compare_norms(node, squared, largest.value());
        return;
      } catch (const CouplingError&) {
        ++counts_.refused;
      } catch (const TapeError&) { // it does not depend on the first input
      }
    }
  }

  void compare_norms(std::size_t node, const V& squared, const Array<double>& largest) {
    const std::size_t samples = squared.size(), d = x_[0].size() / samples,
                      m = nodes_[node].size() / samples;
    const std::string of = " of v" + std::to_string(node);
    std::vector<double> jacobian(samples * m * d);
    Real slope = 0, scale = 1;
    for (std::size_t i = 0; i < samples * d; ++i) {
      const auto at_node = [&](Real s, Real e) {
        const Tensor h = moved(s, 0, i, e)[node];
        std::vector<Real> all(h.size());
        for (std::size_t k = 0; k < h.size(); ++k)
          all[k] = h[k];
        return all;
      };
      const Slopes column = slopes([&](Real e) { return at_node(0, e); });
      const Slopes change = mixed_slopes(at_node);
      if (!smooth(column) || !smooth(change))
        return;
      const std::size_t sample = i / d;
      for (std::size_t j = 0; j < m; ++j) {
        const Real value = column.values[sample * m + j];
        jacobian[(sample * m + j) * d + i % d] = static_cast<double>(value);
        slope += 2 * value * change.values[sample * m + j];
        scale += std::abs(2 * value * change.values[sample * m + j]);
      }
    }
    ++counts_.norms;
    const Array<double> all({samples, m, d}, jacobian);
    const Array<double> expected = sum(square(V(all)), {1, 2}).value();
    for (std::size_t b = 0; b < samples; ++b) {
      close("Jacobian's squared norm" + of, squared.value()[b], expected[b]);
      // Power iteration ends between the two largest where they are closer than a per cent.
      const std::vector<double> sigma = singular_values(all, b);
      const bool apart = sigma.size() == 1 || sigma[1] < 0.99 * sigma[0];
      const double limit = std::min(sigma[0], std::max(largest[b], sigma[apart ? 0 : 1]));
      close("Jacobian's operator norm" + of, largest[b], limit);
    }
    close("slope of the Jacobian's squared norm" + of, along(sum(squared), u_), slope,
          static_cast<double>(scale));
  }

  const Program& program_;
  Counts& counts_;
  Tape<double> tape_;
  Tensors naive_;
  Vs x_, nodes_;
  std::vector<Array<double>> u_, w_;
  Array<double> weights_;
  std::string fault_;
};

std::string fault_of(const Program& program, Counts& counts) {
  try {
    return Comparison(program, counts).fault();
  } catch (const Error& error) {
    return error.what();
  }
}

using nlohmann::json;

json json_of(const Array<double>& x) {
  return {{"shape", std::vector<std::size_t>(x.shape().begin(), x.shape().end())},
          {"elements", std::vector<double>(x.begin(), x.end())}};
}

// The program, the value of each node, gradient and Hessian-vector product of the last one's sum.
json json_of(const Program& program) {
  Tape<double> tape;
  Vs x;
  json inputs, steps, values, gradients, products;
  for (const Array<double>& input : program.inputs) {
    x.push_back(tape.variable(input));
    inputs.push_back(json_of(input));
  }
  for (const Step& step : program.steps) {
    json operands;
    for (const Operand& o : step.operands)
      operands.push_back({{"node", o.node},
                          {"shape", std::vector<std::size_t>(o.shape.begin(), o.shape.end())},
                          {"squashed", o.squashed ? json{step.row->low, step.row->high} : json()}});
    steps.push_back({{"operation", step.row->name}, {"operands", operands}});
  }
  const Vs nodes = program.run(x);
  for (const V& node : nodes)
    values.push_back(json_of(node.value()));
  if (nodes.back().tracked()) {
    const Vs g = gradient<double>({sum(nodes.back())}, x, CreateGraph::yes, Unreached::zeros);
    V along(0.0);
    for (const V& slope : g) {
      gradients.push_back(json_of(slope.value()));
      along = along + sum(slope);
    }
    if (along.tracked())
      for (const V& product : gradient<double>({along}, x, CreateGraph::no, Unreached::zeros))
        products.push_back(json_of(product.value()));
  }
  return {{"inputs", inputs},
          {"steps", steps},
          {"values", values},
          {"gradients", gradients},
          {"products", products}};
}

} // namespace

TEST_CASE("programs: values and derivatives against differences of naive loops") {
  const std::uint64_t first = number_from("CONTRACTIVE_SEED", 1),
                      count = number_from("CONTRACTIVE_PROGRAMS", sanitized ? 60 : 300);
  const char* path = std::getenv("CONTRACTIVE_PROGRAMS_FILE");
  std::ofstream file(path != nullptr ? path : "/dev/null");
  Counts counts;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Program program = random_program(seed, 60);
    if (path != nullptr)
      file << json_of(program) << '\n';
    counts.steps += program.steps.size();
    if (!fault_of(program, counts).empty()) {
      Counts ignored;
      const Program least =
          shrunk(program, [&](const Program& p) { return !fault_of(p, ignored).empty(); });
      const std::string fault = fault_of(least, ignored), text = least.text();
      FAIL_CHECK("seed " << seed << ", " << fault << "\n" << text);
    }
  }
  std::cout << "programs: " << count << " from seed " << first << ", " << counts.steps
            << " operations, " << counts.smooth << " derivatives and " << counts.norms
            << " Jacobians compared; " << counts.rough << " with a kink close by, "
            << counts.refused << " nodes refused\n";
  CHECK(counts.rough <= counts.smooth / 20);
  CHECK(counts.norms >= count / 3);
}

} // namespace contractive::tests
