#include "autodiff/program/program.hpp"

#include "support/random.hpp"

#include <cmath>
#include <sstream>

namespace contractive::tests {
namespace {

// Which elements are taken for this many: a walk through all of them, or the first ones.
Indices places(std::size_t from, std::size_t count) {
  std::vector<std::int64_t> taken;
  for (std::size_t i = 0; i < count; ++i)
    taken.push_back(static_cast<std::int64_t>(i % from));
  return Indices({count}, taken);
}

Variable<double> taken(const Variable<double>& v, const Shape& shape) {
  if (v.shape() == shape)
    return v;
  const std::size_t n = v.size(), count = shape.elements();
  return reshape(gather(reshape(v, {n}), places(n, count), 0), shape);
}
Tensor taken(const Tensor& v, const Shape& shape) {
  Tensor result = Tensor::zeros(shape);
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = v[i % v.size()];
  return result;
}

Variable<double> squashed(const Variable<double>& v, double low, double high) {
  return low + (high - low) * sigmoid(v);
}
Tensor squashed(const Tensor& v, double low, double high) {
  Tensor result = v;
  for (std::size_t i = 0; i < v.size(); ++i)
    result[i] = low + (high - low) / (1 + std::exp(-v[i]));
  return result;
}

Variable<double> call(const Row& row, const std::vector<Variable<double>>& v) {
  return row.operation(v);
}
Tensor call(const Row& row, const std::vector<Tensor>& v) { return row.naive(v); }

template <class V> V step_of(const Step& step, const std::vector<V>& nodes) {
  std::vector<V> operands;
  for (const Operand& o : step.operands) {
    const V v = taken(nodes[o.node], o.shape);
    operands.push_back(o.squashed ? squashed(v, step.row->low, step.row->high) : v);
  }
  return call(*step.row, operands);
}

template <class V> std::vector<V> run_all(const Program& program, std::vector<V> nodes) {
  for (const Step& step : program.steps)
    nodes.push_back(step_of(step, nodes));
  return nodes;
}

bool inside(const Tensor& v, double low, double high) {
  for (std::size_t i = 0; i < v.size(); ++i)
    if (!(v[i] >= low && v[i] <= high))
      return false;
  return true;
}

// The lengths of all operands' axes, and where each operand ends.
std::vector<std::size_t> lengths(const Shapes& shapes) {
  std::vector<std::size_t> all;
  for (const Shape& shape : shapes) {
    all.insert(all.end(), shape.begin(), shape.end());
    all.push_back(static_cast<std::size_t>(-1));
  }
  return all;
}

// Whether a row takes these shapes as it takes this call of its own: of the same ranks, equal axes
// where the call has them, and axes that all such calls agree on.
bool alike(const Shapes& shapes, const Row& row, const Shapes& call) {
  const auto own = lengths(shapes), asked = lengths(call);
  const std::size_t end = asked.back();
  std::vector<std::vector<std::size_t>> calls;
  for (const Shapes& other : row.operands)
    calls.push_back(lengths(other));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (own.size() != asked.size() || (own[i] == end) != (asked[i] == end))
      return false;
    bool always = true;
    for (const auto& other : calls)
      always = always && (other.size() != asked.size() || other[i] == asked[i]);
    if (always && own[i] != asked[i])
      return false;
    for (std::size_t j = 0; j < i; ++j)
      if (asked[i] == asked[j] && own[i] != own[j])
        return false;
  }
  return true;
}

// Links one more step behind these nodes, whose value it appends.
bool link(Step& step, std::vector<Tensor>& nodes) {
  std::vector<Variable<double>> trial;
  for (Operand& o : step.operands) {
    o.squashed = !inside(nodes[o.node], step.row->low, step.row->high);
    trial.emplace_back(Array<double>::full(o.shape, step.row->high));
  }
  try {
    const std::size_t size = call(*step.row, trial).size();
    if (size == 0 || size > largest_node)
      return false;
  } catch (const ShapeError&) {
    return false;
  }
  nodes.push_back(step_of(step, nodes));
  return true;
}

} // namespace

std::vector<Variable<double>> Program::run(const std::vector<Variable<double>>& x) const {
  return run_all(*this, x);
}
std::vector<Tensor> Program::run(const std::vector<Tensor>& x) const { return run_all(*this, x); }

Program Program::without(std::size_t gone) const {
  Program result{inputs, {}};
  const std::size_t node = inputs.size() + gone, instead = steps[gone].operands[0].node;
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (i != gone) {
      result.steps.push_back(steps[i]);
      for (Operand& o : result.steps.back().operands)
        o.node = o.node == node ? instead : o.node > node ? o.node - 1 : o.node;
    }
  return result;
}

std::string Program::text() const {
  std::ostringstream out;
  const std::vector<Tensor> values = run(std::vector<Tensor>(inputs.begin(), inputs.end()));
  for (std::size_t i = 0; i < inputs.size(); ++i)
    out << "  v" << i << ' ' << inputs[i].shape() << '\n';
  for (std::size_t i = 0; i < steps.size(); ++i) {
    out << "  v" << inputs.size() + i << ' ' << values[inputs.size() + i].shape() << " = "
        << steps[i].row->name << ':';
    for (const Operand& o : steps[i].operands) {
      out << " v" << o.node;
      if (o.shape != values[o.node].shape())
        out << " as " << o.shape;
      if (o.squashed)
        out << " squashed into " << steps[i].row->low << ".." << steps[i].row->high;
      out << (&o == &steps[i].operands.back() ? "\n" : ",");
    }
  }
  return out.str();
}

bool link(Program& program) {
  std::vector<Tensor> nodes(program.inputs.begin(), program.inputs.end());
  for (Step& step : program.steps)
    if (!link(step, nodes))
      return false;
  return true;
}

Program random_program(std::uint64_t seed, std::size_t most_steps) {
  static const std::vector<Row> rows = all_rows();
  static const std::vector<Shape> shapes{{},     {4},       {3, 4},    {2, 3, 4},
                                         {2, 6}, {1, 3, 1}, {2, 1, 5}, {1, 4, 4, 1}};
  std::mt19937_64 bits(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(bits() % n); };
  Program program;
  const std::size_t samples = 1 + below(3);
  const std::vector<Shape> of_samples{{samples, 4}, {samples, 2, 2}, {samples, 1, 3, 1}};
  program.inputs.push_back(random_array<double>(of_samples[below(of_samples.size())], bits()));
  for (std::size_t more = 1 + below(3); more > 0; --more)
    program.inputs.push_back(random_array<double>(shapes[below(shapes.size())], bits()));

  std::vector<Tensor> nodes(program.inputs.begin(), program.inputs.end());
  const std::size_t steps = 1 + below(most_steps);
  for (std::size_t tries = 0; program.steps.size() < steps && tries < 40 * steps; ++tries) {
    const Row& row = rows[below(rows.size())];
    const Shapes& of_row = row.operands[below(row.operands.size())];
    Step step{&row, {}};
    Shapes come;
    bool empty = false;
    for (const Shape& shape : of_row) {
      const std::size_t node =
          below(2) == 0 ? nodes.size() - 1 - below(std::min<std::size_t>(nodes.size(), 3))
                        : below(nodes.size());
      step.operands.push_back({node, shape});
      come.push_back(nodes[node].shape());
      empty = empty || shape.elements() == 0;
    }
    if (below(2) == 0 && alike(come, row, of_row))
      for (std::size_t i = 0; i < come.size(); ++i)
        step.operands[i].shape = come[i];
    if (!empty && link(step, nodes))
      program.steps.push_back(step);
  }
  return program;
}

Program shrunk(Program program, const std::function<bool(const Program&)>& fails) {
  for (std::size_t step = program.steps.size(); step-- > 0;) {
    Program shorter = program.without(step);
    if (!shorter.steps.empty() && link(shorter) && fails(shorter)) {
      program = shorter;
      step = program.steps.size(); // what was needed before may not be needed now
    }
  }
  return program;
}

} // namespace contractive::tests
