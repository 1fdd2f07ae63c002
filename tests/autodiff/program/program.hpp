#pragma once

#include "autodiff/operation/operations.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

/// Random programs over the table of operations, which can be run by the engine and by the rows'
/// naive loops: any disagreement is a fault of one of them.
namespace contractive::tests {

/// An operand of a step: a node (inputs first, then steps in order), fitted to what the row takes.
struct Operand {
  std::size_t node;
  Shape shape;           ///< its elements are taken in turn until there are enough for this
  bool squashed = false; ///< into the row's domain, by a sigmoid
};

struct Step {
  const Row* row;
  std::vector<Operand> operands;
};

/// The last node is the result.
struct Program {
  std::vector<Array<double>> inputs;
  std::vector<Step> steps;

  std::size_t nodes() const { return inputs.size() + steps.size(); }
  /// The nodes' values.
  std::vector<Variable<double>> run(const std::vector<Variable<double>>& inputs) const;
  std::vector<Tensor> run(const std::vector<Tensor>& inputs) const;
  /// Without a step: who used it uses its first operand.
  Program without(std::size_t step) const;
  /// One line a node.
  std::string text() const;
};

/// At most so many elements has a node.
inline constexpr std::size_t largest_node = 64;

/// Decides which operands must be squashed, by the naive values. Whether every step takes its
/// operands and no node is too large; otherwise the program is not to be run.
bool link(Program& program);

/// The program of a seed: two to four inputs, of which the first holds one to three samples, and at
/// most so many steps.
Program random_program(std::uint64_t seed, std::size_t most_steps);

/// The smallest program that `fails` accepts, found by leaving out steps.
Program shrunk(Program program, const std::function<bool(const Program&)>& fails);

} // namespace contractive::tests
