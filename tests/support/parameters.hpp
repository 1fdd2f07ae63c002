#pragma once

#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/layer/module.hpp>

#include "support/random.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace contractive::tests {

/// check_gradient for what enters through use(): the derivatives of the scalar f() in `parameters`.
/// It moves inputs of its own, so each evaluation gives their values to the parameters, and its
/// result is the value of f with the slopes that f's own tape finds. f may use Tape::active().
/// The parameters keep their values.
inline GradientReport check_parameters(std::vector<nn::Parameter<double>> parameters,
                                       const std::function<Variable<double>()>& f,
                                       double tolerance) {
  using V = Variable<double>;
  // Softmax does not see the bias of attention's keys: differences there are rounding, which
  // decides nothing. What f does not depend on needs slopes of 0, and no differences.
  const auto unseen = [&](const nn::Parameter<double>& parameter) {
    const Array<double> value = parameter.value();
    const auto at = [&](const Array<double>& moved) {
      parameter.assign(moved);
      Tape<double> tape;
      const V y = f();
      const V slope = gradient(y, nn::use(parameter), CreateGraph::no, Unreached::zeros);
      return std::pair{y.item(), max(abs(slope.detach())).item()};
    };
    const auto [far, far_slope] = at(random_array<double>(value.shape(), 99));
    const auto [here, slope] = at(value);
    return std::abs(far - here) <= 1e-12 * std::abs(here) && std::max(slope, far_slope) < 1e-12;
  };
  parameters.erase(std::remove_if(parameters.begin(), parameters.end(), unseen), parameters.end());
  std::vector<Array<double>> values;
  for (const auto& parameter : parameters)
    values.push_back(parameter.value());
  const auto moved = [&](const std::vector<V>& v) {
    for (std::size_t i = 0; i < v.size(); ++i)
      parameters[i].assign(v[i].value());
    const V value = f();
    const auto slopes =
        gradient<double>({value}, nn::use(parameters), CreateGraph::no, Unreached::zeros);
    V result = value.detach();
    for (std::size_t i = 0; i < v.size(); ++i)
      result = result + sum((v[i] - v[i].detach()) * slopes[i].detach());
    return result;
  };
  const GradientReport report = check_gradient<double>(moved, values, 1, {0, tolerance, 1});
  for (std::size_t i = 0; i < values.size(); ++i)
    parameters[i].assign(values[i]);
  return report;
}

/// Values in [-1, 1) for all parameters, so that no bias is 0 and no gain is 1.
inline void randomise(const std::vector<nn::Parameter<double>>& parameters, std::uint64_t seed) {
  for (const auto& parameter : parameters)
    parameter.assign(random_array<double>(parameter.value().shape(), seed++));
}

/// The derivatives of a layer's cube, which is never linear: in its input, to order 2, and in its
/// parameters. The message of what fails, or nothing. Values must stay away from kinks.
inline std::string wrong_derivative(nn::Module<double>& layer, const Array<double>& x) {
  using V = Variable<double>;
  const auto cubed = [&](const V& v) { return pow(layer(v), 3.0); };
  const auto of_input = [&](const std::vector<V>& v) { return cubed(v[0]); };
  for (const int order : {1, 2})
    if (const auto report = check_gradient<double>(of_input, {x}, order, {0, 1e-7, 1});
        !report.passed)
      return report.summary();
  const auto report = check_parameters(
      layer.parameters(), [&] { return sum(cubed(V(x))); }, 1e-7);
  return report.passed ? "" : report.summary();
}

} // namespace contractive::tests
