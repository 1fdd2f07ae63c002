#include <contractive/cae/experiment/statistics.hpp>

#include <contractive/autodiff/array/error.hpp>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

namespace contractive::cae {

Interval mean_interval(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  if (values.empty())
    throw Error("mean_interval: no values; expected at least one");
  Interval result{std::accumulate(values.begin(), values.end(), 0.0) / n,
                  std::numeric_limits<double>::quiet_NaN()};
  if (values.size() > 1) {
    double squares = 0;
    for (const double value : values)
      squares += (value - result.mean) * (value - result.mean);
    const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
    result.half = t * std::sqrt(squares / (n - 1) / n);
  }
  return result;
}

Interval rate_interval(double p, std::size_t n) {
  return {p, 1.96 * std::sqrt(p * (1 - p) / static_cast<double>(n))};
}

McNemar mcnemar(const std::vector<std::size_t>& first, const std::vector<std::size_t>& second) {
  std::vector<std::size_t> both;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(),
                        std::back_inserter(both));
  McNemar result{first.size() - both.size(), second.size() - both.size(), 1};
  const std::size_t n = result.only_first + result.only_second;
  if (n > 0) {
    const boost::math::binomial fair(static_cast<double>(n), 0.5);
    const auto fewer = static_cast<double>(std::min(result.only_first, result.only_second));
    result.p = std::min(1.0, 2 * boost::math::cdf(fair, fewer));
  }
  return result;
}

} // namespace contractive::cae
