#include "cases.hpp"

#include "support/random.hpp"

#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>

#include <cmath>
#include <map>

namespace contractive::bench {
namespace {

using Vs = std::vector<V>;
constexpr std::uint64_t directions_seed = 7;

V penalty(const Case& c, const V& h, const V& x) {
  if (c.penalty == Penalty::exact)
    return jacobian_squared_norm(h, x);
  Random random(directions_seed);
  EstimateOptions options;
  options.kind = Projection::rademacher;
  return jacobian_squared_norm_estimate(h, x, random, options);
}

} // namespace

const Start& start(const Case& c) {
  static std::map<std::string, Start> known;
  const auto found = known.find(c.name);
  if (found != known.end())
    return found->second;
  Start s{tests::random_array<float>(Shape{c.batch} + c.sample, 1, 0, 1), {}};
  auto shapes = c.parameters;
  shapes.push_back({c.code, c.sample.elements()});
  shapes.push_back({c.sample.elements()});
  for (const Shape& shape : shapes) {
    const double limit =
        shape.rank() < 2 ? 0.1 : std::sqrt(6.0 / static_cast<double>(shape[0] + shape[1]));
    s.parameters.push_back(
        tests::random_array<float>(shape, 2 + s.parameters.size(), -limit, limit));
  }
  return known[c.name] = s;
}

Array<float> directions(const Case& c) {
  Random random(directions_seed);
  return Array<float>::make({c.batch, c.code}, [&](float* out) {
    for (std::size_t i = 0; i < c.batch * c.code; ++i)
      out[i] = random.uniform() < 0.5 ? -1 : 1;
  });
}

StepResult step(const Case& c, float lambda) {
  const Start& from = start(c);
  Tape<float> tape;
  const V x = tape.variable(from.x);
  Vs p;
  for (const auto& value : from.parameters)
    p.push_back(tape.variable(value));
  const V h = c.encoder.single(x, p);
  const V y = matmul(h, p[p.size() - 2]) + p.back();
  V objective = mean(sum(square(y - reshape(x, y.shape())), 1));
  if (c.penalty != Penalty::none)
    objective = objective + lambda * mean(penalty(c, h, x));
  StepResult result{objective.item(), {}};
  for (const V& g : gradient<float>({objective}, p, CreateGraph::no))
    result.gradients.push_back(g.value());
  return result;
}

std::string explain(const Case& c) {
  Tape<float> tape;
  const V x = tape.variable(start(c).x);
  Vs p;
  for (const auto& value : start(c).parameters)
    p.push_back(tape.variable(value));
  return explain_jacobian(c.encoder.single(x, p), x);
}

void floor_products(const Case& c) {
  static std::map<std::string, std::vector<std::pair<V, V>>> operands;
  auto& mine = operands[c.name];
  if (mine.empty())
    for (const Gemm& g : c.floor)
      mine.emplace_back(tests::random_array<float>({g.batches, g.m, g.k}, 1),
                        tests::random_array<float>({g.batches, g.k, g.n}, 2));
  for (const auto& [left, right] : mine)
    static_cast<void>(matmul(left, right));
}

} // namespace contractive::bench
