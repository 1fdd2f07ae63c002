#include <contractive/autodiff/derivative/check.hpp>

#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <cmath>
#include <limits>

namespace contractive {
namespace {

template <class T> using Variables = std::vector<Variable<T>>;

// <c, x> with fixed c, none of it near 0: a scalar that every element has a share in.
template <class T> Variable<T> contracted(const Variable<T>& x, unsigned seed) {
  Random random(seed);
  return sum(x * Array<T>::make(x.shape(), [&](T* out) {
               std::generate_n(out, x.size(), [&] {
                 const double u = random.uniform();
                 return static_cast<T>(u < 0.5 ? u + 0.5 : -u);
               });
             }));
}

// The derivative of order - 1, made a scalar.
template <class T, class F>
Variable<T> derived(const F& f, const Variables<T>& x, int order, unsigned seed) {
  if (order == 1)
    return contracted(f(x), seed);
  const auto lower = [&](const Variables<T>& at) { return derived(f, at, order - 1, seed); };
  Variable<T> total(T(0));
  for (const Variable<T>& g : value_and_gradient(lower, x).second)
    total = total + contracted(g, seed + static_cast<unsigned>(order) - 1);
  return total;
}

} // namespace

std::string GradientReport::summary() const {
  return detail::text("check_gradient: ", passed ? "passed" : "FAILED", " at order ", order,
                      ", operation '", operation, "': worst at input ", input, " element ", element,
                      ", analytic ", analytic, ", numeric ", numeric, ", error ", error,
                      " relative to the gradient's norm (",
                      passed ? "at most " : "expected at most ", tolerance, ")");
}

template <class T>
GradientReport check_gradient(const std::function<Variable<T>(const std::vector<Variable<T>>&)>& f,
                              const std::vector<Array<T>>& inputs, int order,
                              const CheckOptions& options) {
  if (order < 1)
    throw Error("check_gradient: order ", order, "; expected at least 1");
  const double epsilon = std::numeric_limits<T>::epsilon();
  GradientReport report;
  report.order = order;
  // A central difference with step h errs by h^2 (truncation) and epsilon / h (rounding).
  report.tolerance =
      options.tolerance > 0 ? options.tolerance : 1000 * std::pow(epsilon, 2.0 / 3.0);
  Tape<T> tape; // which is the active one, so the inputs enter there
  const detail::Arguments<T> x(Variables<T>(inputs.begin(), inputs.end()));
  const Variable<T> y = f(x.variables());
  report.operation = y.tracked() ? tape.entry(tape.position_of(y)).operation : "constant";
  const Variables<T> analytic = gradient({derived(f, x.variables(), order, options.seed)},
                                         x.variables(), CreateGraph::no, Unreached::zeros);

  double squares_analytic = 0, squares_numeric = 0, worst = -1;
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (std::size_t i = 0; i < inputs[k].size(); ++i) {
      const T centre = inputs[k][i];
      const double chosen = std::cbrt(epsilon) * std::max(1.0, std::abs(double(centre)));
      const T step = static_cast<T>(options.step > 0 ? options.step : chosen);
      const auto at = [&](T moved) {
        Variables<T> shifted(inputs.begin(), inputs.end());
        shifted[k] = Array<T>::make(inputs[k].shape(), [&](T* out) {
          std::copy(inputs[k].begin(), inputs[k].end(), out);
          out[i] = moved;
        });
        Tape<T> fresh;
        const detail::Arguments<T> arguments(shifted);
        return static_cast<double>(derived(f, arguments.variables(), order, options.seed).item());
      };
      const T above = centre + step, below = centre - step; // what the step is after rounding
      const double numeric =
          (at(above) - at(below)) / (static_cast<double>(above) - static_cast<double>(below));
      const double exact = static_cast<double>(analytic[k].value()[i]);
      squares_analytic += exact * exact;
      squares_numeric += numeric * numeric;
      const double difference = std::abs(exact - numeric);
      if (!(difference <= worst)) { // NaN counts as worst
        worst = std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
        report.input = k;
        report.element = i;
        report.analytic = exact;
        report.numeric = numeric;
      }
    }
  const double norm = std::sqrt(std::max(squares_analytic, squares_numeric));
  report.error = worst <= 0 ? 0 : worst / norm;
  report.passed = report.error <= report.tolerance;
  return report;
}

// clang-format off
using namespace instances;
template GradientReport check_gradient(const std::function<VF(const std::vector<VF>&)>&, const std::vector<AF>&, int, const CheckOptions&); template GradientReport check_gradient(const std::function<VD(const std::vector<VD>&)>&, const std::vector<AD>&, int, const CheckOptions&);

} // namespace contractive
