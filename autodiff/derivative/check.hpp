#pragma once

#include <contractive/autodiff/derivative/derivative.hpp>

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace contractive {

/// What check_gradient found: how many elements, and the one where the derivatives differ most.
/// True where it passed; prints its summary, so that `CHECK(check_gradient(f, {x}))` says what is
/// wrong in doctest and Catch2, as `EXPECT_TRUE(report) << report` does in GoogleTest.
struct GradientReport {
  bool passed = false;       ///< every element was decided and right, and nothing inconsistent
  std::size_t elements = 0;  ///< how many derivatives were checked
  std::size_t failed = 0;    ///< how many of them are wrong
  std::size_t undecided = 0; ///< of how many the difference is all noise
  double tolerance = 0;      ///< of the error
  double error = 0;          ///< |analytic - numeric| beyond the noise, over |numeric|
  double analytic = 0;       ///< the derivative of the worst element
  double numeric = 0;        ///< its central difference
  double noise = 0;          ///< how far off its numeric derivative may be
  std::size_t input = 0;     ///< the number of the input that the worst element is in
  std::size_t element = 0;   ///< its row-major position there
  std::string inconsistency; ///< how forward mode or two cotangents at once disagree; else empty
  int order = 1;             ///< of the derivative that was checked
  std::string operation;     ///< the operation that recorded the value under test
  /// One line that says all of the above.
  std::string summary() const;
  /// Whether it passed.
  explicit operator bool() const noexcept { return passed; }
};
/// Prints the summary.
std::ostream& operator<<(std::ostream& stream, const GradientReport& report);

/// How check_gradient() takes its differences, and what it accepts.
struct CheckOptions {
  /// The step of the central difference; 0 chooses one for the type and for the input's size.
  double step = 0;
  /// The largest accepted error; 0 chooses one for the type.
  double tolerance = 0;
  /// Draws the fixed cotangents that make a scalar of f's result.
  unsigned seed = 1;
};

/// Checks the derivatives of f at `inputs` by central differences, element by element: right is
/// what differs by at most tolerance * |numeric| plus the noise of that element's difference, which
/// two step sizes tell. What is all noise is undecided, not right; but where f does not change at
/// all, 0 is. Order n differences the analytic derivative of order n - 1 once, so that rounding
/// does not grow with the order: the scalar <c, f(inputs)> with fixed random c is differentiated n
/// - 1 times, each time contracted again. Differences tell of reverse mode, which applies the
/// rules' transposes. Along one random direction, forward mode, which applies the rules themselves,
/// and two tangents or cotangents at once have to agree with it. What f computes with detached
/// values is not seen; within a step of a kink the check is wrong.
template <class T>
[[nodiscard]] GradientReport
check_gradient(const std::function<Variable<T>(const std::vector<Variable<T>>&)>& f,
               const std::vector<Array<T>>& inputs, int order = 1,
               const CheckOptions& options = {});

/// The same at Arrays, Variables, numbers or xtensor's expressions, all of one type, for an f of up
/// to eight variables or of a vector: `check_gradient(f, {a, b})`.
template <class F, class X, class T = detail::number_in<X>>
[[nodiscard]] GradientReport check_gradient(const F& f, std::initializer_list<X> inputs,
                                            int order = 1, const CheckOptions& options = {}) {
  std::vector<Array<T>> values;
  for (const X& x : inputs)
    values.push_back(Variable<T>(x).value());
  const auto of_vector = [&](const std::vector<Variable<T>>& x) { return detail::call<T>(f, x); };
  return check_gradient<T>(of_vector, values, order, options);
}

} // namespace contractive
