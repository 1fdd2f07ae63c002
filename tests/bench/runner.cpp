// What compare.py talks to: one command a line on standard input, one line of answer.
//   list                    the cases' names, separated by tabs
//   about                   the BLAS
//   write CASE FOLDER       its start, one step's value and gradients, as .npy
//   run CASE WAY SECONDS    seconds of each step: WAY is step, plain (without the penalty), floor
//                           or hand
//   rows CASE               how far penalty and gradients are from a loop over rows, in double
//   count CASE              the floor's multiply-adds
//   plan CASE               how the penalty is computed
//   depth KIND LAYERS       seconds of a norm's value through so many layers, and of all rows
//   peak                    this process' largest resident memory so far, in MiB
// CASE is one that find_case() or find_overhead() knows, or `reference`, a matrix product by which
// to tell whether the machine is at rest.
#include "by_hand.hpp"
#include "cases.hpp"
#include "depth.hpp"
#include "overhead.hpp"

#include <contractive/autodiff/array/threads.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/training/optimiser.hpp>

#include <algorithm>
#include <cblas.h>
#include <chrono>
#include <fstream>
#include <iostream>

namespace contractive::bench {
namespace {

constexpr float lambda = 0.1f;

// A step, always from the same start, and Adam's update of parameters with its gradients.
std::function<void()> step_with_adam(const Case& c) {
  std::vector<nn::Parameter<float>> parameters;
  for (const Array<float>& value : start(c).parameters)
    parameters.emplace_back(detail::text("p", parameters.size()), value);
  return [&c, parameters, adam = nn::Adam<float>(1e-3)]() mutable {
    const StepResult result = step(c, lambda);
    adam.step(parameters, {result.gradients.begin(), result.gradients.end()});
  };
}

std::function<void()> work(const std::string& name, const std::string& way) {
  if (const auto overhead = find_overhead(name))
    return [run = overhead->run] { static_cast<void>(run()); };
  static const Case reference{"reference",
                              {},
                              {},
                              0,
                              [](const auto& x, const auto&) { return x; },
                              {{1, 1024, 1024, 1024}}};
  const Case& c = name == "reference" ? reference : find_case(name);
  if (way == "step" && c.adam)
    return step_with_adam(c);
  if (way == "step")
    return [&c] { step(c, lambda); };
  if (way == "plain")
    return [plain = [&] {
      Case without = c;
      without.penalty = Penalty::none;
      return without;
    }()] { step(plain, lambda); };
  if (way == "floor")
    return [&c] { floor_products(c); };
  if (way == "hand" && name == "E1")
    return [&c] { step_by_hand(c, lambda); };
  throw Error("run: way '", way, "' of case '", name,
              "'; expected step, plain, floor or, for E1, hand");
}

// At least one step; the first only warms up, unless the time allows no second.
std::string run(const std::function<void()>& work, double seconds) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  double total = 0;
  do {
    const auto from = Clock::now();
    work();
    times.push_back(std::chrono::duration<double>(Clock::now() - from).count());
    total += times.back();
  } while (total < seconds);
  std::ostringstream line;
  for (std::size_t i = times.size() > 1 ? 1 : 0; i < times.size(); ++i)
    line << times[i] << ' ';
  return line.str();
}

std::string write(const std::string& name, const std::string& folder) {
  const auto path = [&](const std::string& what, std::size_t i) {
    return detail::text(folder, '/', what, i, ".npy");
  };
  if (const auto overhead = find_overhead(name)) {
    const std::vector<Array<double>> result = overhead->run();
    for (std::size_t i = 0; i < overhead->operands.size(); ++i)
      nn::write_npy(path("p", i), overhead->operands[i]);
    for (std::size_t i = 0; i + 1 < result.size(); ++i)
      nn::write_npy(path("g", i), result[i + 1]);
    nn::write_npy(folder + "/value.npy", result[0]);
    return "written";
  }
  const Case& c = find_case(name);
  const StepResult result = step(c, lambda);
  for (std::size_t i = 0; i < result.gradients.size(); ++i) {
    nn::write_npy(path("p", i), start(c).parameters[i]);
    nn::write_npy(path("g", i), result.gradients[i]);
  }
  nn::write_npy(folder + "/x.npy", start(c).x);
  nn::write_npy(folder + "/value.npy", Array<float>(result.value));
  if (c.penalty == Penalty::estimate)
    nn::write_npy(folder + "/directions.npy", directions(c));
  return "written";
}

std::string peak() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kib = 0; word == "VmHWM:" && status >> kib)
      return detail::text(kib / 1024);
  throw Error("peak: /proc/self/status has no VmHWM; expected Linux");
}

std::string answer(std::istringstream& line) {
  std::string command, name, option;
  double seconds = 0;
  line >> command >> name >> option >> seconds;
  if (command == "about")
    return openblas_get_config();
  if (command == "peak")
    return peak();
  if (command == "write")
    return write(name, option);
  if (command == "run")
    return run(work(name, option), seconds);
  if (command == "rows")
    return detail::text(distance_from_rows(find_case(name)));
  if (command == "count")
    return detail::text(multiply_adds(find_case(name).floor));
  if (command == "depth") {
    const auto [norm, rows] = depth(name, std::stoul(option));
    return detail::text(norm, ' ', rows);
  }
  if (command == "plan") {
    std::string plan = explain(find_case(name));
    std::replace(plan.begin(), plan.end(), '\n', '\t');
    return plan;
  }
  if (command == "list") {
    std::string names;
    for (const Case& c : cases())
      names += c.name + '\t';
    return names;
  }
  throw Error("runner: command '", command, "'; expected one that runner.cpp lists");
}

} // namespace
} // namespace contractive::bench

int main() {
  contractive::set_threads(2);
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::istringstream words(line);
      std::cout << contractive::bench::answer(words) << std::endl;
    } catch (const std::exception& error) {
      std::cout << "error " << error.what() << std::endl;
    }
  }
}
