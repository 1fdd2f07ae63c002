#pragma once

#include <contractive/autodiff/tape/tape.hpp>

#include <functional>
#include <string>
#include <vector>

namespace contractive {

/// What check_gradient found, at the element where the derivatives differ most.
struct GradientReport {
  bool passed = false;
  double error = 0;     ///< largest |analytic - numeric|, relative to the larger of the norms
  double tolerance = 0; ///< what it was held against
  double analytic = 0, numeric = 0;
  std::size_t input = 0, element = 0;
  int order = 1;
  std::string operation; ///< the operation that recorded the value under test
  /// One line that says all of the above.
  std::string summary() const;
};

struct CheckOptions {
  /// The step of the central difference; 0 chooses one for the type and for the input's size.
  double step = 0;
  /// The largest accepted error; 0 chooses one for the type.
  double tolerance = 0;
  /// Draws the fixed cotangents that make a scalar of f's result.
  unsigned seed = 1;
};

/// Checks the derivatives of f at `inputs` by central differences. Order n differences the analytic
/// derivative of order n - 1 once, so that rounding does not grow with the order: the scalar
/// <c, f(inputs)> with fixed random c is differentiated n - 1 times, each time contracted again.
/// It does not see what f computes with detached values, and near a kink it is wrong.
template <class T>
GradientReport check_gradient(const std::function<Variable<T>(const std::vector<Variable<T>>&)>& f,
                              const std::vector<Array<T>>& inputs, int order = 1,
                              const CheckOptions& options = {});

} // namespace contractive
