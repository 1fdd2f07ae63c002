#include <contractive/autodiff/check.hpp>

#include <contractive/autodiff/derivative.hpp>
#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/reduce.hpp>

#include <cmath>
#include <limits>
#include <random>

namespace contractive {
namespace {

template <class T> using Variables = std::vector<Variable<T>>;

// <c, x> with fixed c, none of it near 0: a scalar that every element has a share in.
template <class T> Variable<T> contracted(const Variable<T>& x, unsigned seed) {
  std::mt19937_64 bits(seed);
  const Array<T> c = Array<T>::make(x.shape(), [&](T* out) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double u = static_cast<double>(bits() >> 11) / 9007199254740992.0; // [0, 1)
      out[i] = static_cast<T>(u < 0.5 ? u + 0.5 : -u);
    }
  });
  return sum(x * c);
}

// The analytic derivative of order - 1, made a scalar; and its gradient.
template <class T> struct Derived {
  T value;
  std::vector<Array<T>> gradients;
  std::string operation;
};
template <class T, class F>
Derived<T> derive(const F& f, const std::vector<Array<T>>& inputs, int order, unsigned seed) {
  Tape<T> tape;
  Variables<T> x;
  for (const Array<T>& input : inputs)
    x.push_back(tape.variable(input));
  const Variable<T> y = f(x);
  Variable<T> scalar = contracted(y, seed);
  GradientOptions<T> options;
  options.zeros_if_unreached = options.create_graph = true;
  for (int i = 1; i < order; ++i) {
    const Variables<T> gradients = gradient({scalar}, x, options);
    scalar = Variable<T>(T(0));
    for (std::size_t k = 0; k < x.size(); ++k)
      scalar = scalar + contracted(gradients[k], seed + static_cast<unsigned>(i));
  }
  options.create_graph = false;
  Derived<T> result{scalar.item(), {}, "constant"};
  if (y.tracked())
    result.operation = tape.entry(tape.position_of(y)).operation;
  for (const Variable<T>& g : gradient({scalar}, x, options))
    result.gradients.push_back(g.value());
  return result;
}

} // namespace

std::string GradientReport::summary() const {
  return text("check_gradient: ", passed ? "passed" : "FAILED", " at order ", order,
              ", operation '", operation, "': worst at input ", input, " element ", element,
              ", analytic ", analytic, ", numeric ", numeric, ", error ", error,
              " relative to the gradient's norm (", passed ? "at most " : "expected at most ",
              tolerance, ")");
}

template <class T>
GradientReport check_gradient(const std::function<Variable<T>(const std::vector<Variable<T>>&)>& f,
                              const std::vector<Array<T>>& inputs, int order,
                              const CheckOptions& options) {
  if (order < 1)
    throw Error(text("check_gradient: order ", order, "; expected at least 1"));
  const double epsilon = std::numeric_limits<T>::epsilon();
  GradientReport report;
  report.order = order;
  // A central difference with step h errs by h^2 (truncation) and epsilon / h (rounding).
  report.tolerance =
      options.tolerance > 0 ? options.tolerance : 1000 * std::pow(epsilon, 2.0 / 3.0);
  const Derived<T> analytic = derive(f, inputs, order, options.seed);
  report.operation = analytic.operation;

  double squares_analytic = 0, squares_numeric = 0, worst = -1;
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (std::size_t i = 0; i < inputs[k].size(); ++i) {
      const T x = inputs[k][i];
      const T step = static_cast<T>(options.step > 0
                                        ? options.step
                                        : std::cbrt(epsilon) * std::max(1.0, std::abs(double(x))));
      const auto at = [&](T moved) {
        std::vector<Array<T>> shifted = inputs;
        shifted[k] = Array<T>::make(inputs[k].shape(), [&](T* out) {
          std::copy(inputs[k].begin(), inputs[k].end(), out);
          out[i] = moved;
        });
        return static_cast<double>(derive(f, shifted, order, options.seed).value);
      };
      const T above = x + step, below = x - step; // what the step is after rounding
      const double numeric =
          (at(above) - at(below)) / (static_cast<double>(above) - static_cast<double>(below));
      const double exact = static_cast<double>(analytic.gradients[k][i]);
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

template GradientReport
check_gradient(const std::function<Variable<float>(const std::vector<Variable<float>>&)>&,
               const std::vector<Array<float>>&, int, const CheckOptions&);
template GradientReport
check_gradient(const std::function<Variable<double>(const std::vector<Variable<double>>&)>&,
               const std::vector<Array<double>>&, int, const CheckOptions&);

} // namespace contractive
