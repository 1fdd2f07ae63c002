// Holds derivatives of small functions against those by ADOL-C and by Ceres' jets, and prints the
// table of docs/benchmarks. Results are compared first. Then all ways to a function take turns, on
// one thread; times are the processor's, which other programs disturb less, and medians of rounds.
// Takes the number of rounds.
#include "others_adolc.hpp"
#include "others_functions.hpp"
#include "overhead.hpp"

#include "support/random.hpp"

#include <ceres/version.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iomanip>
#include <iostream>

namespace contractive::bench {
namespace {

using Values = std::vector<double>;
using Arrays = std::vector<Array<double>>;

/// One way to a function's derivative: what it computes, all numbers in turn.
using Way = std::function<Values()>;

/// One function; of the ways but ours, some may not be there: their cells are left empty.
struct Row {
  std::string title;
  Way ours, recorded, replayed, jets;
};

/// How far results may be apart, relative to the largest number. A number of T has gone through up
/// to 150,000 roundings of at most 1.1e-16 on either side, which makes 3.3e-11; all others have
/// less.
constexpr double tolerance = 1e-10;
constexpr double seconds = 0.004; // of a turn, at least

Values flat(const Arrays& arrays) {
  Values result;
  for (const auto& array : arrays)
    result.insert(result.end(), array.begin(), array.end());
  return result;
}

// The ways.

Variable<double> our_rosenbrock(const Variable<double>& x) {
  const auto head = slice(x, 0, {{}, -1}), tail = slice(x, 0, {1});
  return sum(100.0 * square(tail - square(head)) + square(1.0 - head));
}

short new_tape() {
  static short tapes = 0;
  return tapes++;
}

/// derivative(tag) of f at x, recorded before each time; and of a tape that was recorded once.
template <class F, class D> Way recorded(const F& f, const Values& x, const D& derivative) {
  return [=, tag = new_tape()] {
    adolc::record(tag, f, x, false);
    return derivative(tag);
  };
}
template <class F, class D> Way replayed(const F& f, const Values& x, const D& derivative) {
  const short tag = new_tape();
  adolc::record(tag, f, x, false);
  return [=] { return derivative(tag); };
}

/// The row of a gradient; n is the number of inputs, 0 for no jets.
template <int n, class F>
Row gradient_row(const std::string& title, const Way& ours, const F& f, const Values& x) {
  Row row{title, ours, {}, {}, {}};
  row.recorded = [=, tag = new_tape()] {
    adolc::record(tag, f, x, true);
    return adolc::gradient(tag, x, true);
  };
  row.replayed = replayed(f, x, [x](short tag) { return adolc::gradient(tag, x, false); });
  if constexpr (n > 0)
    row.jets = [=] {
      std::vector<ceres::Jet<double, n>> at;
      for (std::size_t i = 0; i < x.size(); ++i)
        at.emplace_back(x[i], static_cast<int>(i));
      const auto y = f(at)[0];
      return Values(y.v.data(), y.v.data() + n);
    };
  return row;
}

/// The gradient that a run of overhead.cpp gives.
Way our_gradient(const Overhead& work) {
  return [work] {
    const Arrays all = work.run();
    return flat({all.begin() + 1, all.end()});
  };
}

template <int n> Row hessian_row(const std::string& title, const Values& x) {
  const Array<double> at({x.size()}, x);
  const auto theirs = [x](short tag) { return adolc::hessian(tag, x); };
  return {title, [at] { return flat({hessian(our_rosenbrock, Variable<double>(at)).value()}); },
          recorded(rosenbrock, x, theirs), replayed(rosenbrock, x, theirs),
          [x] {
            using Inner = ceres::Jet<double, n>;
            std::vector<ceres::Jet<Inner, n>> z;
            for (int i = 0; i < n; ++i)
              z.emplace_back(Inner(x[static_cast<std::size_t>(i)], i), i);
            const auto y = rosenbrock(z)[0];
            Values result;
            for (int i = 0; i < n; ++i)
              result.insert(result.end(), y.v[i].v.data(), y.v[i].v.data() + n);
            return result;
          }};
}

Row hvp_row(const std::string& title, const Values& x, const Values& v) {
  const Array<double> at({x.size()}, x), along({x.size()}, v);
  const auto theirs = [=](short tag) { return adolc::hvp(tag, x, v); };
  return {title,
          [=] { return flat({hvp(our_rosenbrock, Variable<double>(at), along).value()}); },
          recorded(rosenbrock, x, theirs),
          replayed(rosenbrock, x, theirs),
          {}};
}

/// The penalty and its gradient, two rows: by derivatives alone, and by the formula.
std::vector<Row> penalty_rows(std::size_t batch) {
  const Shape shape{batch, inputs};
  const auto x = tests::random_array<double>(shape, 7), b = tests::random_array<double>({units}, 9);
  const auto w = tests::random_array<double>({inputs, units}, 8, -0.4, 0.4);
  const Values parameters = flat({w, b}), samples = flat({x});
  const Way ours = [=] {
    Tape<double> tape;
    const auto at = tape.variable(x), matrix = tape.variable(w), bias = tape.variable(b);
    const auto norm = sum(jacobian_squared_norm(sigmoid(matmul(at, matrix) + bias), at));
    const auto slopes = gradient({norm}, {matrix, bias}, CreateGraph::no);
    return flat({norm.value(), slopes[0].value(), slopes[1].value()});
  };
  const auto theirs = [=](short tag, bool anew) {
    Values result(1 + parameters.size());
    for (std::size_t at = 0; at < samples.size(); at += inputs) {
      Values z(&samples[at], &samples[at] + inputs);
      z.insert(z.end(), parameters.begin(), parameters.end());
      if (anew)
        adolc::record(tag, encoder, z, false);
      adolc::add_penalty(tag, units, inputs, z, result);
    }
    return result;
  };
  const Values anywhere(inputs + parameters.size());
  const std::string title = "penalty of 50-20 and its gradient, batch " + std::to_string(batch);
  const Way replay = replayed(encoder, anywhere, [=](short tag) { return theirs(tag, false); });
  const auto ours_alone = [ours] {
    Values all = ours();
    return Values(all.begin() + 1, all.end());
  };
  return {{title, ours, [=, tag = new_tape()] { return theirs(tag, true); }, replay, {}},
          gradient_row<0>("its gradient; theirs from the formula, batch " + std::to_string(batch),
                          ours_alone, written_out(samples), parameters)};
}

std::vector<Row> rows() {
  const auto small = *find_overhead("N@1");
  Values parameters = flat({small.operands.begin(), small.operands.end() - 1});
  const auto random = [](std::size_t n, std::uint64_t seed) {
    return flat({tests::random_array<double>({n}, seed)});
  };
  std::vector<Row> all{
      gradient_row<1>("S, gradient of 100,000 operations on scalars",
                      our_gradient(*find_overhead("S@100000")), chain, {0.5}),
      gradient_row<3>("T, the same, all operands tracked", our_gradient(*find_overhead("T@100000")),
                      chain, {0.5, 0.999, 0.001}),
      gradient_row<430>("N, gradient of 10-20-10 in its 430 parameters", our_gradient(small),
                        network(flat({small.operands.back()})), parameters),
      hessian_row<20>("Hessian of Rosenbrock in 20 variables", random(20, 1)),
      hvp_row("Hessian times a vector, Rosenbrock in 1,000", random(1000, 2), random(1000, 3))};
  for (const std::size_t batch : {std::size_t{1}, std::size_t{32}})
    for (Row& row : penalty_rows(batch))
      all.push_back(std::move(row));
  return all;
}

// The measuring.

void require_equal(const std::string& title, const Values& ours, const Values& theirs) {
  double distance = 0, scale = 0;
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
    distance = std::max(distance, std::abs(ours[i] - theirs[i]));
    scale = std::max(scale, std::abs(ours[i]));
  }
  if (ours.size() != theirs.size() || !(distance <= tolerance * scale) || scale == 0)
    throw Error(title, ": ", ours.size(), " and ", theirs.size(), " numbers, ", distance / scale,
                " apart; expected the same within ", tolerance);
}

double time(const Way& way, int calls) {
  const std::clock_t start = std::clock();
  for (int i = 0; i < calls; ++i)
    way();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// The median seconds of each way; 0 for one that is not there.
Values medians(const std::vector<Way>& ways, int rounds) {
  std::vector<int> calls(ways.size(), 1);
  std::vector<Values> times(ways.size());
  for (std::size_t i = 0; i < ways.size(); ++i)
    while (ways[i] && time(ways[i], calls[i]) < seconds)
      calls[i] *= 2;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < ways.size(); ++i)
      if (ways[i])
        times[i].push_back(time(ways[i], calls[i]) / calls[i]);
  Values result;
  for (Values& each : times) {
    const auto middle = each.begin() + static_cast<std::ptrdiff_t>(each.size() / 2);
    std::nth_element(each.begin(), middle, each.end());
    result.push_back(each.empty() ? 0 : *middle);
  }
  return result;
}

/// In so many significant digits.
std::string digits(double x, int count) {
  const int whole = x > 0 ? 1 + static_cast<int>(std::floor(std::log10(x))) : 1;
  std::ostringstream text;
  text << std::fixed << std::setprecision(std::max(0, count - whole)) << x;
  return text.str();
}
std::string microseconds(double time) { return digits(1e6 * time, 3); }

/// How many processes wanted a core in the last minute, on average.
std::string load() {
  double average = 0;
  return getloadavg(&average, 1) == 1 ? digits(average, 2) : "unknown";
}

void compare(int rounds) {
  set_threads(1);
  const std::string before = load();
  std::cout << "| function | ours µs | ADOL-C, recorded anew µs | ours / it | ADOL-C, replayed µs "
               "| ours / it | Ceres' jets µs | ours / it |\n"
               "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const Row& row : rows()) {
    const std::vector<Way> ways{row.ours, row.recorded, row.replayed, row.jets};
    for (std::size_t i = 1; i < ways.size(); ++i)
      if (ways[i])
        require_equal(row.title, row.ours(), ways[i]());
    const Values all = medians(ways, rounds);
    std::cout << "| " << row.title << " | " << microseconds(all[0]);
    for (std::size_t i = 1; i < all.size(); ++i)
      std::cout << " | " << (ways[i] ? microseconds(all[i]) : "") << " | "
                << (ways[i] ? digits(all[0] / all[i], 2) : "");
    std::cout << " |" << std::endl;
  }
  std::cout << "\n- Ceres " << CERES_VERSION_STRING << ", " << rounds << " rounds, load " << before
            << " before and " << load() << " after\n";
}

} // namespace
} // namespace contractive::bench

int main(int count, char** arguments) {
  try {
    contractive::bench::compare(count > 1 ? std::stoi(arguments[1]) : 101);
  } catch (const std::exception& error) {
    std::cerr << "others: " << error.what() << "\n";
    return 1;
  }
}
