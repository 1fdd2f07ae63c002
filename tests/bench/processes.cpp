// One process of several that train one model, or one alone: what tests/bench/processes.py starts.
//   contractive_bench_processes ENCODER BATCH PARTS THREADS STEPS
// Rank 0 prints the medians of a step's parts in seconds, and how many bytes are added up.
#include <contractive/autodiff/array/threads.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/cae/model/model.hpp>
#include <contractive/nn/mpi/mpi.hpp>
#include <contractive/nn/training/optimiser.hpp>

#include "support/random.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <numeric>

namespace {

using namespace contractive;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> times) {
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                   times.end());
  return times[times.size() / 2];
}

void measure(const std::string& encoder, std::size_t batch, std::size_t parts, std::size_t steps,
             nn::Workers& workers) {
  Random random(1);
  const cae::Model<float> model({cae::Specification::parse(encoder),
                                 {28, 28, 1},
                                 cae::Decoder::tied,
                                 "contractive(0.1)",
                                 "none",
                                 cae::Loss::cross_entropy},
                                random);
  const auto autoencoder = model.autoencoder();
  const auto& parameters = autoencoder.parameters();
  const Array<float> x = tests::random_array<float>({batch, 784}, 1, 0, 1);
  nn::Adam<float> adam(1e-4);
  nn::Sums<float> none{{}, {0}};
  std::size_t bytes = 0;
  for (const auto& parameter : parameters) {
    none.arrays.push_back(Array<float>::zeros(parameter.value().shape()));
    bytes += parameter.value().size() * sizeof(float);
  }
  std::vector<double> computing, adding, updating, whole;
  for (std::size_t step = 0; step < steps; ++step) {
    double computed = 0;
    const double begin = now();
    const nn::Sums<float> sums =
        workers.sum<float>(batch, parts, none, [&](std::size_t first, std::size_t last) {
          const double from = now();
          const Tape<float> tape;
          const auto share = autoencoder.share(nn::take(x, first, last), batch, random);
          nn::Sums<float> part{{}, {share.reconstruction}};
          for (const auto& slope :
               gradient<float>({share.total}, nn::use(parameters), CreateGraph::no))
            part.arrays.push_back(slope.value());
          computed += now() - from;
          return part;
        });
    const double summed = now();
    adam.step(parameters, {sums.arrays.begin(), sums.arrays.end()});
    const double end = now();
    if (step < 2) // which warm up
      continue;
    computing.push_back(computed);
    adding.push_back(summed - begin - computed);
    updating.push_back(end - summed);
    whole.push_back(end - begin);
  }
  if (workers.first())
    std::printf(
        "{\"computing\": %g, \"adding\": %g, \"updating\": %g, \"step\": %g, \"bytes\": %zu}\n",
        median(computing), median(adding), median(updating), median(whole), bytes);
}

} // namespace

int main(int count, char** arguments) {
  const auto number = [&](int i) { return std::stoul(arguments[i]); };
  if (count != 6) {
    std::fprintf(stderr, "usage: contractive_bench_processes ENCODER BATCH PARTS THREADS STEPS\n");
    return 1;
  }
  std::unique_ptr<nn::Workers> workers;
  if (nn::MpiWorkers::launched())
    workers = std::make_unique<nn::MpiWorkers>();
  else
    workers = std::make_unique<nn::Workers>();
  set_threads(static_cast<int>(number(4)));
  measure(arguments[1], number(2), number(3), number(5), *workers);
  return 0;
}
