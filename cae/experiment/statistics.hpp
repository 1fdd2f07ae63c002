#pragma once

#include <cstddef>
#include <vector>

namespace contractive::cae {

/// A mean with the half width of its 95 % confidence interval.
struct Interval {
  double mean = 0; ///< of the values
  double half = 0; ///< the half width; NaN for fewer than two values
};
/// Of independent values from a normal distribution, by Student's t. Throws Error for no values.
[[nodiscard]] Interval mean_interval(const std::vector<double>& values);
/// Of an error rate p measured on n independent tests: 1.96 sqrt(p (1 - p) / n).
[[nodiscard]] Interval rate_interval(double p, std::size_t n);

/// Two classifiers on the same tests: how many only the one and only the other gets wrong, and the
/// two-sided exact p-value of "both err alike" (McNemar 1947, as a binomial test).
struct McNemar {
  std::size_t only_first = 0;  ///< tests that the first alone gets wrong
  std::size_t only_second = 0; ///< tests that the second alone gets wrong
  double p = 1;                ///< the p-value
};
/// From the numbers of the tests that each gets wrong, in rising order.
[[nodiscard]] McNemar mcnemar(const std::vector<std::size_t>& first,
                              const std::vector<std::size_t>& second);

} // namespace contractive::cae
