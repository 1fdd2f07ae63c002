// A training loop of one's own on several processes: mpirun -n 2
// build/docs/contractive_page_processes
#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/mpi/mpi.hpp>
#include <contractive/nn/nn.hpp>

#include <cmath>
#include <iostream>

namespace {

using namespace contractive;

// 200 points of a sine, the same on every process.
const Array<double> x = Array<double>::make({200, 1}, [](double* out) {
  for (int i = 0; i < 200; ++i)
    out[i] = 0.03 * i - 3;
});
const Array<double> y = Array<double>::make({200, 1}, [](double* out) {
  for (int i = 0; i < 200; ++i)
    out[i] = std::sin(2 * x[static_cast<std::size_t>(i)]);
});

} // namespace

int main() {
  nn::MpiWorkers workers; // under mpirun; alone, it is one process
  constexpr std::size_t parts = 4;

  Random random(1);
  nn::Sequential<double> network;
  network.append(std::make_shared<nn::Linear<double>>(1, 32, random));
  network.append(std::make_shared<nn::Activation<double>>("tanh"));
  network.append(std::make_shared<nn::Linear<double>>(32, 1, random));

  const auto parameters = network.parameters();
  nn::Sums<double> none{{}, {0}}; // what no samples add: it says the shapes
  for (const auto& parameter : parameters)
    none.arrays.push_back(Array<double>::zeros(parameter.value().shape()));

  nn::Adam<double> optimiser(0.02);
  nn::Batches batches(200, 50, 1);
  double last = 0;
  while (batches.epoch() < 600) {
    const auto numbers = batches.next();
    if (numbers.empty()) // the epoch is over
      continue;
    const auto sums =
        workers.sum<double>(numbers.size(), parts, none, [&](std::size_t begin, std::size_t end) {
          const std::vector<std::size_t> part(&numbers[begin], &numbers[begin] + (end - begin));
          const Tape<double> tape;
          const auto error = network(nn::take(x, part)) - nn::take(y, part);
          const auto loss = sum(square(error)) / static_cast<double>(numbers.size());
          nn::Sums<double> result{{}, {loss.item()}};
          for (const auto& slope : gradient<double>({loss}, nn::use(parameters)))
            result.arrays.push_back(slope.value());
          return result;
        });
    optimiser.step(parameters, {sums.arrays.begin(), sums.arrays.end()});
    last = sums.numbers[0];
  }
  if (workers.first())
    std::cout << "mean squared error " << (last < 0.05 ? "below" : "above") << " 0.05\n";
}
