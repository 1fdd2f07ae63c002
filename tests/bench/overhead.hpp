#pragma once

#include <contractive/autodiff/autodiff.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace contractive::bench {

/// Work that is nearly all overhead: `S@N`, y = y a and y = y + b in turn, N operations of double
/// scalars from the first operand on, which is tracked; `T@N`, the same with a and b tracked; and
/// `N@N`, N times the sum of squares of a network tanh(tanh(x w + b) v + c) of 10, 20 and 10 units
/// on one sample, whose parameters are tracked.
struct Overhead {
  std::vector<Array<double>> operands; ///< the tracked ones first
  std::size_t tracked;
  /// The last value, and its derivative in each tracked operand.
  std::function<std::vector<Array<double>>()> run;
};
/// The work of this name, if it is one.
std::optional<Overhead> find_overhead(const std::string& name);

} // namespace contractive::bench
