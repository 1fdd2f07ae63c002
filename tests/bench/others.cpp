// Holds derivatives of small functions against those by ADOL-C and by Ceres' jets, and prints the
// table of docs/benchmarks. Results are compared first. Then all ways to a function take turns, on
// one thread; times are the processor's, which other programs disturb less, and medians of rounds.
// Takes the number of rounds.
#include "others_adolc.hpp"
#include "others_functions.hpp"
#include "others_turns.hpp"
#include "overhead.hpp"

#include "support/random.hpp"

#include <ceres/version.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

namespace contractive::bench {
namespace {

using Arrays = std::vector<Array<double>>;

/// One function; of the ways but ours, some may not be there: their cells are left empty.
struct Row {
  std::string title;
  Way ours, recorded, replayed, jets;
};

Values flat(const Arrays& arrays) {
  Values result;
  for (const auto& array : arrays)
    result.insert(result.end(), array.begin(), array.end());
  return result;
}

// The ways.

using Vs = std::vector<Variable<double>>;

Variable<double> by_arrays(const Variable<double>& x) {
  const auto head = slice(x, 0, {{}, -1}), tail = slice(x, 0, {1});
  return sum(100.0 * square(tail - square(head)) + square(1.0 - head));
}
Variable<double> by_numbers(const Vs& x) { return rosenbrock(x)[0]; }

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

/// Two rows each: ours as a program of arrays, and the very program that they differentiate.
template <int n> std::vector<Row> hessian_rows(const std::string& title, const Values& x) {
  const auto theirs = [x](short tag) { return adolc::hessian(tag, x); };
  Row row{title, {}, recorded(rosenbrock, x, theirs), replayed(rosenbrock, x, theirs), [x] {
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
  Row same = row;
  same.title = "the same, ours number by number";
  row.ours = [at = Array<double>({x.size()}, x)] {
    return flat({hessian(by_arrays, Variable<double>(at)).value()});
  };
  same.ours = [at = Vs(x.begin(), x.end())] {
    Values result;
    for (const Vs& each : hessian(by_numbers, at))
      for (const auto& element : each)
        result.push_back(element.item());
    return result;
  };
  return {row, same};
}

std::vector<Row> hvp_rows(const std::string& title, const Values& x, const Values& v) {
  const auto theirs = [=](short tag) { return adolc::hvp(tag, x, v); };
  Row row{title, {}, recorded(rosenbrock, x, theirs), replayed(rosenbrock, x, theirs), {}};
  Row same = row;
  same.title = "the same, ours number by number";
  row.ours = [at = Array<double>({x.size()}, x), along = Array<double>({v.size()}, v)] {
    return flat({hvp(by_arrays, Variable<double>(at), along).value()});
  };
  same.ours = [at = Vs(x.begin(), x.end()), along = Vs(v.begin(), v.end())] {
    Values result;
    for (const auto& element : hvp(by_numbers, at, along))
      result.push_back(element.item());
    return result;
  };
  return {row, same};
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

using Rows = std::function<std::vector<Row>()>;
std::vector<Rows> all_rows() {
  const auto random = [](std::size_t n, std::uint64_t seed) {
    return flat({tests::random_array<double>({n}, seed)});
  };
  const auto chain_row = [](auto n, const char* name, const char* title, const Values& x) {
    return Rows([=] {
      return std::vector{gradient_row<n>(title, our_gradient(*find_overhead(name)), chain, x)};
    });
  };
  return {chain_row(std::integral_constant<int, 1>(), "S@100000",
                    "S, gradient of 100,000 operations on scalars", {0.5}),
          chain_row(std::integral_constant<int, 3>(), "T@100000",
                    "T, the same, all operands tracked", {0.5, 0.999, 0.001}),
          [] {
            const Overhead work = *find_overhead("N@1");
            const Arrays& all = work.operands; // the sample is the last one
            return std::vector{gradient_row<430>("N, gradient of 10-20-10 in its 430 parameters",
                                                 our_gradient(work), network(flat({all.back()})),
                                                 flat({all.begin(), all.end() - 1}))};
          },
          [=] { return hessian_rows<20>("Hessian of Rosenbrock in 20 variables", random(20, 1)); },
          [=] {
            return hvp_rows("Hessian times a vector, Rosenbrock in 1,000", random(1000, 2),
                            random(1000, 3));
          },
          [] { return penalty_rows(1); },
          [] { return penalty_rows(32); }};
}

// The table.

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

void compare(const std::vector<Row>& rows, int rounds) {
  set_threads(1);
  // ADOL-C frees large buffers at each evaluation. Where they go back to the system, fresh pages
  // may cost it six times what it computes.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  for (const Row& row : rows) {
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
}

/// Each function in a process of its own: what ADOL-C had recorded before of other functions made
/// its Hessian of 20 variables ten times as dear.
void compare(int rounds) {
  const std::string before = load();
  std::cout << "| function | ours µs | ADOL-C, recorded anew µs | ours / it | ADOL-C, replayed µs "
               "| ours / it | Ceres' jets µs | ours / it |\n"
               "| --- | --- | --- | --- | --- | --- | --- | --- |"
            << std::endl;
  for (const Rows& rows : all_rows()) {
    const pid_t child = fork();
    if (child == 0) {
      compare(rows(), rounds);
      std::exit(0);
    }
    int status = 1;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
      throw Error("a process ended without its rows");
  }
  std::cout << "\n- Ceres " << CERES_VERSION_STRING << ", " << rounds << " rounds, load " << before
            << " before and " << load() << " after\n";
}

} // namespace
} // namespace contractive::bench

int main(int count, char** arguments) {
  try {
    contractive::bench::compare(count > 1 ? std::stoi(arguments[1]) : 151);
  } catch (const std::exception& error) {
    std::cerr << "others: " << error.what() << "\n";
    return 1;
  }
}
