#include "nn/mpi/processes.hpp"

#include <algorithm>
#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

// Numbers whose sum depends on the order in which they are added.
nn::Sums<float> part(std::size_t begin, std::size_t end) {
  const auto value = [&](std::size_t i) {
    return static_cast<float>(static_cast<double>((begin * 7919 + end * 104729 + i * 31) % 1009) /
                              7);
  };
  const auto filled = [&](const Shape& shape) {
    return Array<float>::make(shape, [&](float* out) {
      for (std::size_t i = 0; i < shape.elements(); ++i)
        out[i] = value(i);
    });
  };
  return {{filled({3, 5}), filled({2000}), filled({0})},
          {static_cast<double>(end - begin), value(1)}};
}

const nn::Sums<float> none{
    {Array<float>::zeros({3, 5}), Array<float>::zeros({2000}), Array<float>::zeros({0})}, {0, 0}};

bool same(const Array<float>& a, const Array<float>& b) {
  return a.shape() == b.shape() && std::equal(a.begin(), a.end(), b.begin());
}

} // namespace

TEST_CASE("mpi: a sum over parts has the same bits on any number of processes") {
  nn::Workers alone;
  for (const std::size_t n : {1, 2, 5, 64})
    for (std::size_t parts = 1; parts <= 9; ++parts) {
      CAPTURE(n);
      CAPTURE(parts);
      const nn::Sums<float> sums = processes()->sum<float>(n, parts, none, part);
      const nn::Sums<float> expected = alone.sum<float>(n, parts, none, part);
      CHECK(sums.numbers == expected.numbers);
      CHECK(sums.numbers[0] == static_cast<double>(n)); // each sample is in one part
      for (std::size_t i = 0; i < 3; ++i)
        CHECK(same(sums.arrays[i], expected.arrays[i]));
    }
}

TEST_CASE("mpi: all have what rank 0 has") {
  for (const std::size_t size : {0, 1, 3000000}) {
    std::string text(processes()->first() ? size : 5, processes()->first() ? 'x' : 'y');
    processes()->broadcast(text);
    CHECK(text == std::string(size, 'x'));
  }
}

TEST_CASE("mpi: each task is done once, and rank 0 hears of those of others") {
  constexpr std::size_t tasks = 23;
  std::vector<double> own(tasks), heard(tasks);
  processes()->share_out(
      tasks, [&](std::size_t i) { ++own[i]; }, [&](std::size_t i) { ++heard[i]; });
  // Each process' counts are one part of a sum.
  const std::size_t count = processes()->count();
  const nn::Sums<float> nothing{{}, std::vector<double>(2 * tasks)};
  const nn::Sums<float> all =
      processes()->sum<float>(count, count, nothing, [&](std::size_t, std::size_t) {
        nn::Sums<float> counts{{}, own};
        counts.numbers.insert(counts.numbers.end(), heard.begin(), heard.end());
        return counts;
      });
  for (std::size_t i = 0; i < tasks; ++i) {
    CHECK(all.numbers[i] == 1);
    if (processes()->first())
      CHECK(own[i] + heard[i] == 1);
  }
}

} // namespace contractive::tests
