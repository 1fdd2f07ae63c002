// What a training step costs: reconstruction by a linear decoder + lambda * penalty, and the
// gradient in all parameters. Each time is reported as a ratio to the floor, the matrix products of
// the plan timed alone, in the same run; for one layer also to a step written by hand.
#include "by_hand.hpp"
#include "cases.hpp"

#include <contractive/autodiff/array/threads.hpp>

#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdio>
#include <map>

namespace contractive::bench {
namespace {

// Medians by name, and at the end their ratios.
class Ratios : public benchmark::ConsoleReporter {
public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs)
      if (run.aggregate_name == "median")
        medians_[run.run_name.function_name] = run.GetAdjustedRealTime();
  }
  void Finalize() override {
    std::printf("\n%-38s %10s %10s %12s\n", "case", "step ms", "floor ms", "step / floor");
    for (const Case& c : cases()) {
      const double step = medians_[c.name + "/step"], floor = medians_[c.name + "/floor"];
      std::printf("%-38s %10.2f %10.2f %12.2f\n", c.name.c_str(), step, floor, step / floor);
    }
    const double ours = medians_[cases()[0].name + "/step"], hand = medians_["by hand"];
    std::printf("%s against the same step by hand: %.2f / %.2f ms = %.2f\n",
                cases()[0].name.c_str(), ours, hand, ours / hand);
  }

private:
  std::map<std::string, double> medians_;
};

void measure(const std::string& name, const std::function<void()>& work) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [work](benchmark::State& state) {
                                 for (auto _ : state)
                                   work();
                               })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

// The hand-written step and the engine's agree, or there is nothing to compare.
void compare_by_hand(const Case& c) {
  const StepResult ours = step(c, 0.1f), hand = step_by_hand(c, 0.1f);
  double worst = std::abs(ours.value / hand.value - 1);
  for (std::size_t k = 0; k < ours.gradients.size(); ++k)
    for (std::size_t i = 0; i < ours.gradients[k].size(); ++i)
      worst = std::max(worst,
                       static_cast<double>(std::abs(ours.gradients[k][i] - hand.gradients[k][i])) /
                           (1e-3 + std::abs(static_cast<double>(hand.gradients[k][i]))));
  std::printf("the step by hand and ours agree to %.1e\n", worst);
  if (!(worst < 1e-2))
    throw Error("bench: the step by hand differs by ", worst, "; expected less than 1e-2");
}

} // namespace
} // namespace contractive::bench

int main(int argc, char** argv) {
  using namespace contractive::bench;
  contractive::set_threads(2);
  benchmark::Initialize(&argc, argv);
  compare_by_hand(cases()[0]);
  for (const Case& c : cases()) {
    measure(c.name + "/step", [&c] { benchmark::DoNotOptimize(step(c, 0.1f)); });
    measure(c.name + "/floor", [&c] { floor_products(c); });
  }
  measure("by hand", [] { benchmark::DoNotOptimize(step_by_hand(cases()[0], 0.1f)); });
  Ratios reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
}
