#include <contractive/nn/training/workers.hpp>

#include "support/message.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

nn::Sums<double> one(double value) { return {{Array<double>({1}, {value})}, {value}}; }

} // namespace

TEST_CASE("workers: parts are added in a tree, and empty ones are not asked for") {
  nn::Workers alone;
  CHECK(alone.rank() == 0);
  CHECK(alone.count() == 1);
  // ((a + b) + (c + d)) + e: of 1e16, 1, -1e16, 1 and 0.5, each pair of the first four has lost
  // its 1.
  const double values[] = {1e16, 1, -1e16, 1, 0.5};
  std::size_t calls = 0;
  const auto value = [&](std::size_t begin, std::size_t end) {
    ++calls;
    CHECK(end == begin + 1);
    return one(values[begin]);
  };
  const nn::Sums<double> sum = alone.sum<double>(5, 5, one(0), value);
  CHECK(sum.arrays[0][0] == ((values[0] + values[1]) + (values[2] + values[3])) + values[4]);
  CHECK(sum.numbers[0] == sum.arrays[0][0]);
  CHECK(calls == 5);
  CHECK(alone.sum<double>(5, 9, one(0), value).numbers[0] != 0); // nine parts, four of them empty
  CHECK(calls == 10);
  CHECK(alone.sum<double>(0, 3, one(0), value).numbers[0] == 0);
  CHECK(calls == 10);
}

TEST_CASE("workers: what does not fit is named") {
  nn::Workers alone;
  const auto value = [](std::size_t, std::size_t) { return one(1); };
  CHECK(message<Error>([&] { return alone.sum<double>(1, 0, one(0), value); }) ==
        "sum: 0 parts; expected at least 1");
  for (const nn::Sums<double>& other :
       {nn::Sums<double>{{}, {0}}, {{Array<double>::zeros({2})}, {0}}, {one(0).arrays, {}}})
    CHECK(message<ShapeError>([&] { return alone.sum<double>(1, 1, other, value); }) ==
          "sum: part 0 of 1 has other arrays or numbers; expected those of the sum of no samples");
}

TEST_CASE("workers: one process has what it has, and does all") {
  nn::Workers alone;
  std::string text = "kept";
  alone.broadcast(text);
  CHECK(text == "kept");
  std::vector<std::size_t> done;
  alone.share_out(
      3, [&](std::size_t i) { done.push_back(i); }, [](std::size_t) { CHECK(false); });
  CHECK(done == std::vector<std::size_t>{0, 1, 2});
  std::string said;
  alone.report = [&](const std::string& why) { said = why; };
  alone.fail("because");
  CHECK(said == "because");
}

} // namespace contractive::tests
