#include <contractive/autodiff/derivative/check.hpp>

#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <cmath>
#include <limits>
#include <ostream>

namespace contractive {
using detail::Variables;

namespace {

// Fixed random numbers, none of them near 0.
template <class T> Array<T> weights(const Shape& shape, unsigned seed) {
  Random random(seed);
  return Array<T>::make(shape, [&](T* out) {
    std::generate_n(out, shape.elements(), [&] {
      const double u = random.uniform();
      return static_cast<T>(u < 0.5 ? u + 0.5 : -u);
    });
  });
}

// <c, x> with fixed c: a scalar that every element has a share in.
template <class T> Variable<T> contracted(const Variable<T>& x, unsigned seed) {
  return sum(x * weights<T>(x.shape(), seed));
}

// The derivative of order - 1, made a scalar.
template <class T, class F>
Variable<T> derived(const F& f, const Variables<T>& x, int order, unsigned seed) {
  if (order == 1)
    return contracted(f(x), seed);
  const auto lower = [&](const Variables<T>& at) { return derived(f, at, order - 1, seed); };
  Variable<T> total(T(0));
  unsigned own = seed + 100 * static_cast<unsigned>(order); // equal ones could cancel: (a - b)^3
  for (const Variable<T>& g : value_and_gradient(lower, x).second)
    total = total + contracted(g, own++);
  return total;
}

// A central difference, and how far off it may be: by what halving the step changes, four times to
// be on the safe side, and by rounding.
struct Difference {
  double value, noise;
  bool still; // f did not change at all
};

template <class At> Difference difference(const At& at, double step, double epsilon) {
  struct Pair {
    double slope, rounding;
    bool still;
  };
  const auto pair = [&](double by) {
    const auto [up, above] = at(by);
    const auto [down, below] = at(-by);
    const double width = above - below; // what the step is after rounding
    return Pair{(up - down) / width, 16 * epsilon * (std::abs(up) + std::abs(down)) / width,
                up == down};
  };
  const Pair whole = pair(step), half = pair(step / 2);
  return {half.slope, 4 * std::abs(whole.slope - half.slope) + half.rounding,
          whole.still && half.still};
}

// How other ways to dy along the directions v differ from reverse mode's: nothing where they do
// not.
template <class T>
std::string inconsistency(const Tape<T>& tape, const Variable<T>& y, const Variables<T>& x,
                          const Variables<T>& v, double reverse, double bound) {
  const auto differ = [&](T a, double b) {
    return !(std::abs(static_cast<double>(a) - b) <= bound);
  };
  const T forward = detail::jvp(y, x, v, CreateGraph::no)[0].item();
  if (differ(forward, reverse))
    return detail::text("along a random direction forward mode gives ", forward, ", reverse mode ",
                        reverse, "; is each map the other's transpose?");
  for (Position p = 0; p < tape.size(); ++p)
    if (tape.shape(p).rank() == Shape::max_rank)
      return {}; // no room for one more axis
  const Array<T> two{1, -2};
  Variables<T> both;
  for (const Variable<T>& one : v)
    both.push_back(stack({one, T(-2) * one}));
  const Variable<T> pushed = detail::jvp(y, x, both, CreateGraph::no)[0];
  const Variables<T> pulled = detail::vjp<T>(y, x, two, CreateGraph::no);
  Variable<T> along = Array<T>::zeros({2});
  for (std::size_t k = 0; k < x.size(); ++k)
    along += sum(reshape(pulled[k] * v[k], {2, v[k].size()}), 1);
  for (std::size_t i = 0; i < 2; ++i)
    for (const T found : {pushed.value()[i], along.value()[i]})
      if (differ(found, static_cast<double>(two[i]) * reverse))
        return detail::text("of two tangents or cotangents at once, number ", i, " gives ", found,
                            ", alone ", static_cast<double>(two[i]) * reverse,
                            "; do all maps carry leading axes along?");
  return {};
}

enum class Verdict { right, undecided, wrong };

} // namespace

std::string GradientReport::summary() const {
  return detail::text("check_gradient: ",
                      passed                                 ? "passed"
                      : failed > 0 || !inconsistency.empty() ? "FAILED"
                                                             : "UNDECIDED",
                      " at order ", order, ", operation '", operation, "': of ", elements,
                      " elements ", failed, " wrong, ", undecided, " undecided; worst at input ",
                      input, " element ", element, ", analytic ", analytic, ", numeric ", numeric,
                      " +- ", noise, ", error ", error, " (expected at most ", tolerance, ")",
                      inconsistency.empty() ? "" : "; ", inconsistency);
}

std::ostream& operator<<(std::ostream& stream, const GradientReport& report) {
  return stream << report.summary();
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
  report.tolerance =
      options.tolerance > 0 ? options.tolerance : 1000 * std::pow(epsilon, 2.0 / 3.0);
  Tape<T> tape; // which is the active one, so the inputs enter there
  const detail::Arguments<T> x(Variables<T>(inputs.begin(), inputs.end()));
  const Variable<T> y = f(x.variables());
  report.operation = y.tracked() ? tape.entry(tape.position_of(y)).operation : "constant";
  const Variable<T> lower = derived(f, x.variables(), order, options.seed);
  const Variables<T> analytic =
      gradient<T>({lower}, x.variables(), CreateGraph::no, Unreached::zeros);

  Verdict worst = Verdict::right;
  Variables<T> directions;
  double reverse = 0, size = 0, noise = 0; // the derivative along them, and of its terms
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Array<T> direction =
        weights<T>(inputs[k].shape(), options.seed + 7 + static_cast<unsigned>(k));
    directions.push_back(direction);
    for (std::size_t i = 0; i < inputs[k].size(); ++i) {
      const double centre = static_cast<double>(inputs[k][i]);
      const auto at = [&](double by) { // f there, and where that is
        const T shifted = static_cast<T>(centre + by);
        Variables<T> all(inputs.begin(), inputs.end());
        all[k] = Array<T>::make(inputs[k].shape(), [&](T* out) {
          std::copy(inputs[k].begin(), inputs[k].end(), out);
          out[i] = shifted;
        });
        Tape<T> fresh;
        const detail::Arguments<T> arguments(all);
        return std::pair{
            static_cast<double>(derived(f, arguments.variables(), order, options.seed).item()),
            static_cast<double>(shifted)};
      };
      // It errs by step^2 (truncation) and epsilon / step (rounding).
      const double chosen = 2 * std::cbrt(epsilon) * std::max(1.0, std::abs(centre));
      const Difference n = difference(at, options.step > 0 ? options.step : chosen, epsilon);
      const double exact = static_cast<double>(analytic[k].value()[i]);
      const double excess = std::abs(exact - n.value) - n.noise;
      const double error = std::isnan(excess) ? std::numeric_limits<double>::infinity()
                           : excess > 0       ? excess / std::abs(n.value)
                                              : 0;
      const bool zero = n.still && exact == 0;
      const Verdict verdict = zero                           ? Verdict::right
                              : !(error <= report.tolerance) ? Verdict::wrong
                              : !(n.noise < std::max(std::abs(exact), std::abs(n.value)))
                                  ? Verdict::undecided
                                  : Verdict::right;
      ++report.elements;
      report.failed += verdict == Verdict::wrong;
      report.undecided += verdict == Verdict::undecided;
      if (report.elements == 1 || verdict > worst || (verdict == worst && error > report.error)) {
        worst = verdict;
        report.input = k;
        report.element = i;
        report.analytic = exact;
        report.numeric = n.value;
        report.noise = n.noise;
        report.error = error;
      }
      const double along = static_cast<double>(direction[i]);
      reverse += exact * along;
      size += std::abs(exact * along);
      noise += std::abs(n.noise * along);
    }
  }
  report.inconsistency = inconsistency(tape, lower, x.variables(), directions, reverse,
                                       report.tolerance * size + noise);
  report.passed = worst == Verdict::right && report.inconsistency.empty();
  return report;
}

// clang-format off
using namespace instances;
template GradientReport check_gradient(const std::function<VF(const std::vector<VF>&)>&, const std::vector<AF>&, int, const CheckOptions&); template GradientReport check_gradient(const std::function<VD(const std::vector<VD>&)>&, const std::vector<AD>&, int, const CheckOptions&);

} // namespace contractive
