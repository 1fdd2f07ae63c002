#include <contractive/nn/data/batches.hpp>

#include "support/message.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <map>

namespace contractive::tests {
namespace {

using Numbers = std::vector<std::size_t>;

std::vector<Numbers> epoch_of(nn::Batches& batches) {
  std::vector<Numbers> all;
  for (Numbers batch = batches.next(); !batch.empty(); batch = batches.next())
    all.push_back(batch);
  return all;
}

Numbers joined(const std::vector<Numbers>& batches) {
  Numbers all;
  for (const Numbers& batch : batches)
    all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

Numbers sorted(Numbers numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

} // namespace

TEST_CASE("batches: an epoch holds each sample once, in a new order each time") {
  nn::Batches batches(10, 4, 1);
  CHECK(batches.per_epoch() == 3);
  const std::vector<Numbers> first = epoch_of(batches);
  REQUIRE(first.size() == 3);
  CHECK(first[0].size() == 4);
  CHECK(first[2].size() == 2);
  CHECK(batches.epoch() == 1);
  CHECK(batches.position() == 0);
  const std::vector<Numbers> second = epoch_of(batches);
  const Numbers all{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  CHECK(sorted(joined(first)) == all);
  CHECK(sorted(joined(second)) == all);
  CHECK(first != second);
  nn::Batches same(10, 4, 1), other(10, 4, 2);
  CHECK(epoch_of(same) == first);
  CHECK(epoch_of(other) != first);
}

TEST_CASE("batches: a smaller last one can be dropped") {
  nn::Batches dropped(10, 4, 1, nn::Remainder::dropped), even(8, 4, 1, nn::Remainder::dropped);
  CHECK(dropped.per_epoch() == 2);
  CHECK(even.per_epoch() == 2);
  nn::Batches kept(10, 4, 1);
  std::vector<Numbers> expected = epoch_of(kept);
  expected.pop_back();
  CHECK(epoch_of(dropped) == expected);
  CHECK(sorted(joined(epoch_of(even))).size() == 8);
}

TEST_CASE("batches: each order is as likely as another") {
  nn::Batches batches(3, 3, 7);
  std::map<Numbers, int> times;
  for (int i = 0; i < 6000; ++i) {
    ++times[batches.next()];
    batches.next();
  }
  CHECK(times.size() == 6);
  double chi_squared = 0;
  for (const auto& [order, count] : times)
    chi_squared += (count - 1000.0) * (count - 1000.0) / 1000;
  // 5 degrees of freedom: above 20.5 in 1 of 1000 seeds; this one is fixed. A shuffle that draws
  // from all places (27 ways for 6 orders) has orders of 4 / 27 and 5 / 27: above 70.
  CHECK(chi_squared < 20.5);
}

TEST_CASE("batches: restored, they go on as if never interrupted") {
  for (std::size_t steps = 0; steps < 9; ++steps) { // in an epoch, between two, before the first
    CAPTURE(steps);
    nn::Batches one(10, 4, 3), other(10, 4, 99);
    for (std::size_t i = 0; i < steps; ++i)
      one.next();
    other.next();
    other.restore(one.state());
    CHECK(other.state() == one.state());
    CHECK(other.epoch() == one.epoch());
    CHECK(other.position() == one.position());
    for (int i = 0; i < 12; ++i)
      CHECK(one.next() == other.next());
  }
}

TEST_CASE("batches: what is no state changes nothing") {
  nn::Batches batches(3, 2, 1);
  const std::string before = batches.state();
  const auto error = [&](const std::string& state) {
    return message<Error>([&] { return batches.restore(state); });
  };
  CHECK(error("") ==
        "batches: the state is for batches of 0 out of 0 samples; expected 2 out of 3");
  CHECK(error(nn::Batches(4, 2, 1).state()) ==
        "batches: the state is for batches of 2 out of 4 samples; expected 2 out of 3");
  const std::string damaged =
      "batches: the state's order or position is damaged; expected what state() gave";
  CHECK(error("3 2 0 0 0 1 1 5") == damaged);
  CHECK(error("3 2 0 0 0 1 3 5") == damaged);
  CHECK(error("3 2 0 0 0 1") == damaged);
  CHECK(error("3 2 0 3 0 1 2 5") == damaged);
  CHECK(error("3 2 0 0 2 1 0 5") ==
        "random: not the state of a generator; expected what state() returned");
  CHECK(batches.state() == before);
  CHECK(message<Error>([] { return nn::Batches(3, 4, 1); }) ==
        "batches: size 4 for 3 samples; expected 1 to 3");
  CHECK(message<Error>([] { return nn::Batches(3, 0, 1); }) ==
        "batches: size 0 for 3 samples; expected 1 to 3");
}

TEST_CASE("take: samples by number and by range") {
  const Array<float> samples({3, 2, 1}, {0, 1, 2, 3, 4, 5});
  const Array<float> two = nn::take(samples, {2, 0, 2});
  CHECK(two.shape() == Shape{3, 2, 1});
  CHECK(std::vector<float>(two.begin(), two.end()) == std::vector<float>{4, 5, 0, 1, 4, 5});
  const Indices labels{7, 8, 9};
  CHECK(nn::take(labels, 1, 3)[0] == 8);
  CHECK(nn::take(labels, 3, 3).shape() == Shape{0});
  CHECK(message<ShapeError>([&] {
          return nn::take(samples, {0, 3});
        }) == "take: number 3 of samples (3, 2, 1); expected less than 3");
  CHECK(message<ShapeError>([&] { return nn::take(samples, 2, 4); }) ==
        "take: samples 2 to 4 of (3, 2, 1); expected first <= last <= their number");
  CHECK(message<ShapeError>([&] { return nn::take(samples, 2, 1); }) ==
        "take: samples 2 to 1 of (3, 2, 1); expected first <= last <= their number");
  CHECK(message<ShapeError>([] { return nn::take(Array<float>(1.F), {0}); }) ==
        "take: a scalar; expected samples along the first axis");
}

} // namespace contractive::tests
