// What plans cost: counted on the tape, where every one of them is carried out.
#include <contractive/autodiff/jacobian/plan.hpp>

#include "autodiff/jacobian/encoder_table.hpp"
#include "support/random.hpp"

#include <contractive/autodiff/autodiff.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

namespace contractive::tests {
namespace {

using V = Variable<double>;
using Vs = std::vector<V>;
using Contraction = Plan::Contraction;

// The multiply-adds of the products recorded from `first` on. One of each entry's maps tells what
// the entry took: it is as much for each of them, but a symmetric update takes half.
double counted(const Tape<double>& tape, Position first) {
  const RecordingScope<double> off(&tape, Recording::off);
  double total = 0;
  for (Position p = first; p < tape.size(); ++p)
    if (tape.first_edge(p) < tape.last_edge(p)) {
      const Entry& entry = tape.entry(p);
      const double all = products(tape.recipe(tape.first_edge(p))(), entry.shape);
      total += entry.operation == std::string("weighted_gram") ? all / 2 : all;
    }
  return total;
}

// An encoder of the table, recorded, with its parameters tracked. A tracked gain at either end
// makes sure that whatever a sweep begins with is tracked as well, or the tape would not show it.
struct Recorded {
  Tape<double> tape;
  V x;
  Vs inputs;
  V h;
  explicit Recorded(const Encoder& e, std::size_t samples = 3) {
    x = tape.variable(random_array<double>(Shape{samples} + e.sample, 1));
    inputs.push_back(x);
    for (const Array<double>& value : parameters_of(e))
      inputs.push_back(tape.variable(value));
    const Vs parameters(inputs.begin() + 1, inputs.end());
    inputs.push_back(tape.variable(0.8));
    h = e.f(x * inputs.back(), parameters);
    inputs.push_back(tape.variable(1.3));
    h = h * inputs.back();
  }
};

// A chain of dense layers with this activation, for single precision's sizes.
Encoder chain(const std::vector<std::size_t>& sizes) {
  std::vector<Shape> shapes;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
    shapes.push_back({sizes[i], sizes[i + 1]});
  return {"chain", {sizes[0]}, shapes, [](const V& x, const Vs& p) {
            V h = x;
            for (const V& w : p)
              h = sigmoid(matmul(h, w));
            return h;
          }};
}

double planned(const Encoder& e, std::size_t samples) {
  const Recorded r(e, samples);
  const Planner<double> planner("planned", r.h, r.x, {});
  return planner.total(planner.plan().cost);
}

} // namespace

TEST_CASE("plan_cost: every plan gives the norm, at the multiply-adds that it is planned to take") {
  std::map<Contraction, int> met;
  std::set<std::pair<bool, bool>> directions;
  for (const Encoder& e : encoders()) {
    INFO("encoder: " << e.name);
    Recorded r(e);
    const V expected =
        sum(square(batch_jacobian(r.h, r.x, {std::size_t{1} << 30, CreateGraph::no})), {1, 2});
    const auto planner =
        std::make_shared<const Planner<double>>("test", r.h, r.x, JacobianOptions{});
    const Position mark = r.tape.size();
    const Plan best = planner->plan();
    std::vector<double> beside; // what a step takes beyond the plan: the same for all
    planner->each_plan([&](const Plan& plan) {
      CHECK(planner->total(best.cost) <= planner->total(plan.cost));
      ++met[plan.contraction];
      directions.emplace(plan.rows.segment.forward, plan.other.segment.forward);
      for (const Sweep* sweep : {&plan.rows, &plan.other})
        if (sweep->rows > 0) { // what was planned is what is met
          const RecordingScope<double> off(&r.tape, Recording::off);
          const Form met_form = sweep_block(planner->path, sweep->segment, {0, 1}).form;
          CHECK(met_form.index() == sweep->form.index());
        }
      const V norm = squared_norm(planner, plan);
      CHECK(std::abs(sum(norm - expected).item()) <= 1e-12 * sum(expected).item());
      const double value = counted(r.tape, mark);
      CHECK(value == doctest::Approx(plan.cost.value));
      static_cast<void>(
          gradient<double>({sum(norm)}, r.inputs, CreateGraph::yes, Unreached::zeros));
      beside.push_back(counted(r.tape, mark) - plan.cost.step);
      INFO("step " << plan.cost.step << ", " << planner->explain(plan));
      // Rows that a sweep only moves before it first multiplies them are constants, whose gradient
      // nobody wants; plans do not see that.
      const double unseen = e.sample.rank() == 3 ? 0.2 * plan.cost.step : 0;
      CHECK(beside.back() <= beside.front() + 1e-9 * plan.cost.step);
      CHECK(beside.back() >= beside.front() - unseen - 1e-9 * plan.cost.step);
      r.tape.rewind(mark);
    });
  }
  CHECK(met.size() == 4);
  CHECK(directions.size() == 4);
}

TEST_CASE("plan_cost: forms and their indices are one to one, and sums do not mind the order") {
  for (std::size_t i = 0; i < Form::count; ++i) {
    CHECK(Form::of(i).index() == i);
    for (std::size_t j = 0; j < Form::count; ++j)
      CHECK(joined(Form::of(i), Form::of(j)).index() == joined(Form::of(j), Form::of(i)).index());
    CHECK(joined(Form::of(i), Form::of(8)).rows);
  }
  Form w{false, true}, other = w;
  w.matrix = &w;
  other.matrix = &other;
  CHECK(joined(w, other).rows); // two matrices
  CHECK(joined(w, w).index() == Form{true, true}.index());
  Form across = w;
  across.transpose_w = true;
  CHECK(joined(w, across).rows);
}

TEST_CASE("plan_cost: no plan becomes cheaper by a larger input, layer or batch") {
  const std::size_t sizes[] = {1, 2, 3, 5, 8, 13, 30, 70, 150};
  for (const std::size_t fixed : {4u, 20u, 60u}) {
    double last[4] = {};
    for (const std::size_t size : sizes) {
      const double costs[] = {
          planned(chain({size, fixed, fixed / 2}), 8), planned(chain({fixed, size, fixed / 2}), 8),
          planned(chain({fixed, fixed, size}), 8), planned(chain({fixed, fixed, fixed / 2}), size)};
      for (std::size_t i = 0; i < 4; ++i) {
        INFO("fixed " << fixed << ", varied " << i << ", size " << size);
        CHECK(costs[i] >= last[i]);
        last[i] = costs[i];
      }
    }
  }
}

TEST_CASE("plan_cost: planning runs each rule once, and leaves nothing on the tape") {
  Tape<double> tape;
  int rules = 0, applied = 0;
  const V x = tape.variable(random_array<double>({3, 4}, 1));
  V h = x;
  for (std::size_t layer = 0; layer < 6; ++layer) {
    const V w = tape.variable(random_array<double>({4, 4}, 2 + layer));
    h = matmul(h, w);
    h = record("own", h.value(), wrt(h, [&] {
                 ++rules;
                 const auto same = [&](const V& t) {
                   ++applied;
                   return t;
                 };
                 return Custom<double>{same, same, 1, 7};
               }));
  }
  const Position mark = tape.size();
  const JacobianCost cost = jacobian_cost(h, x);
  CHECK(rules == 6);
  CHECK(applied == 0);
  CHECK(tape.size() == mark);
  CHECK(explain_jacobian(h, x).find(detail::text(
            "multiply-adds ", cost.value, ", with the gradient ", cost.step)) != std::string::npos);
  CHECK(tape.size() == mark);
  CHECK(cost.naive == 4 * (6 * 7 + 6 * 3 * 4 * 4)); // four rows through all maps
  CHECK(cost.naive_bytes == 4 * 13 * (3 * 4) * sizeof(double));
  CHECK(cost.step > cost.value);
  const JacobianCost once = jacobian_cost(h, x, {std::size_t{1} << 30, CreateGraph::no});
  CHECK(once.step == once.value);
  CHECK(jacobian_cost(V(tape.variable(random_array<double>({3, 2}, 9))), x).naive == 0);
}

} // namespace contractive::tests
