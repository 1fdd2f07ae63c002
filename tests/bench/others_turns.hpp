#pragma once

#include <contractive/autodiff/array/error.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// How tests/bench/others.cpp compares and times ways to one derivative.
namespace contractive::bench {

using Values = std::vector<double>;

/// One way to a function's derivative: what it computes, all numbers in turn.
using Way = std::function<Values()>;

/// How far results may be apart, relative to the largest number. A number of T has gone through up
/// to 150,000 roundings of at most 1.1e-16 on either side, which makes 3.3e-11; all others have
/// less.
constexpr double tolerance = 1e-10;
/// Of the processor, for a turn at least.
constexpr double seconds = 0.004;

/// Throws Error unless both ways found the same.
inline void require_equal(const std::string& title, const Values& ours, const Values& theirs) {
  double scale = 0;
  for (const double x : ours)
    scale = std::max(scale, std::abs(x));
  if (ours.size() != theirs.size() || scale == 0)
    throw Error(title, ": ", ours.size(), " and ", theirs.size(), " numbers, the largest ", scale);
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (!(std::abs(ours[i] - theirs[i]) <= tolerance * scale))
      throw Error(title, ": ours ", ours[i], ", theirs ", theirs[i], "; expected the same within ",
                  tolerance * scale);
}

/// The processor's seconds for so many calls.
inline double time(const Way& way, int calls) {
  const std::clock_t start = std::clock();
  for (int i = 0; i < calls; ++i)
    way();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// The processor's seconds for a piece of work that is always the same, in 4 MB of memory.
inline double unrest() {
  return time(
      [] {
        Values x(1 << 19, 0.5);
        for (double& each : x)
          each = std::sqrt(each);
        return x;
      },
      1);
}

/// The median seconds of each way, 0 for one that is not there. They take turns, and of all rounds
/// the quietest quarter counts, by what the same work took before and after: what computes next to
/// them slows them down by up to 2 times, and not all ways alike.
inline Values medians(const std::vector<Way>& ways, int rounds) {
  std::vector<int> calls(ways.size(), 1);
  for (std::size_t i = 0; i < ways.size(); ++i)
    while (ways[i] && time(ways[i], calls[i]) < seconds)
      calls[i] *= 2;
  std::vector<std::pair<double, Values>> all;
  for (int round = 0; round < rounds; ++round) {
    Values times;
    const double before = unrest();
    for (std::size_t i = 0; i < ways.size(); ++i)
      times.push_back(ways[i] ? time(ways[i], calls[i]) / calls[i] : 0);
    all.emplace_back(std::max(before, unrest()), times);
  }
  std::sort(all.begin(), all.end());
  all.resize((all.size() + 3) / 4);
  Values result;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end(),
                     [i](const auto& a, const auto& b) { return a.second[i] < b.second[i]; });
    result.push_back(middle->second[i]);
  }
  return result;
}

} // namespace contractive::bench
