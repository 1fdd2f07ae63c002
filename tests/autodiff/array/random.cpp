#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <numeric>
#include <thread>

namespace contractive::tests {

TEST_CASE("random: pinned by the C++ standard") {
  // [rand.predef]: from the seed 5489, draw 10000 is 9981545732273789042.
  Random uniform(5489), below(5489);
  for (int i = 1; i < 10000; ++i) {
    uniform.uniform();
    below.below(2); // divides 2^64, so one draw each
  }
  CHECK(uniform.uniform() == 9981545732273789042u / 2048 * 0x1p-53);
  CHECK(below.below(1u << 16) == 9981545732273789042u % (1u << 16));
}

TEST_CASE("random: the same numbers for the same seed, here and elsewhere") {
  // From an independent program in another language; its logarithm and cosine may round otherwise.
  Random random(9);
  CHECK(random.normal() == doctest::Approx(-1.2090361988679326).epsilon(1e-14));
  CHECK(random.normal() == doctest::Approx(0.9575675115079054).epsilon(1e-14));
  CHECK(random.below(1000) == 233);
  CHECK(random.below(1000) == 100);
  CHECK(random.below(1000) == 943);
}

TEST_CASE("random: a state goes on where it was, a damaged one changes nothing") {
  Random one(3), two(4);
  one.normal();
  two.restore(one.state());
  for (int i = 0; i < 700; ++i) // beyond one refill of the generator's 312 words
    CHECK(one.uniform() == two.uniform());
  const std::string state = one.state();
  for (const std::string& bad :
       {std::string(), state.substr(0, state.size() / 2), state + " 1", "x" + state}) {
    CHECK(message<Error>([&] { return one.restore(bad); }) ==
          "random: not the state of a generator; expected what state() returned");
    CHECK(one.state() == state);
  }
}

TEST_CASE("random: moments and tails of the normal distribution, one by one and many at once") {
  Random random(1);
  const std::size_t n = 100001;
  std::vector<double> single(n);
  for (double& x : single)
    x = random.normal();
  const Array<double> scaled = random.normal<double>({n}, 2);
  std::vector<double> many;
  for (const double x : scaled)
    many.push_back(x / 2);
  for (const std::vector<double>& draws : {single, many}) {
    double sum = 0, squares = 0, fourth = 0, neighbours = 0;
    int far = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = draws[i];
      sum += x;
      squares += x * x;
      fourth += x * x * x * x;
      neighbours += i > 0 ? x * draws[i - 1] : 0;
      far += std::abs(x) > 1.959964;
    }
    // Five standard deviations each: 1, sqrt(2), sqrt(96), 1 and sqrt(0.05 * 0.95) over sqrt(n).
    CHECK(std::abs(sum / n) < 5 * 0.00317);
    CHECK(std::abs(squares / n - 1) < 5 * 0.00448);
    CHECK(std::abs(fourth / n - 3) < 5 * 0.0310);
    CHECK(std::abs(neighbours / n) < 5 * 0.00317);
    CHECK(std::abs(far / double(n) - 0.05) < 5 * 0.00069);
  }
}

TEST_CASE("random: integers without bias, also where n is no power of 2") {
  Random random(5);
  std::vector<int> seen(6, 0);
  for (int i = 0; i < 60000; ++i)
    ++seen[random.below(6)];
  for (const int count : seen)
    CHECK(std::abs(count - 10000) < 5 * 91.3); // sqrt(60000 * 5 / 36)
  CHECK(random.below(1) == 0);
  // 3 * 2^62: a quarter of all draws must be drawn again, or the lowest third comes half the time.
  const std::uint64_t third = std::uint64_t{1} << 62;
  int low = 0;
  for (int i = 0; i < 18000; ++i)
    low += random.below(3 * third) < third;
  CHECK(std::abs(low - 6000) < 5 * 63.2); // sqrt(18000 * 2 / 9)
}

TEST_CASE("random: arrays of normal draws take two uniform ones for each pair") {
  for (const std::size_t n : {1u, 2u, 5u, 16u, 33u}) {
    Random random(3), same(3);
    static_cast<void>(random.normal<double>({n}, 1));
    for (std::size_t i = 0; i < (n + 1) / 2 * 2; ++i)
      same.uniform();
    CHECK(random.uniform() == same.uniform());
  }
}

TEST_CASE("random: of nothing, nothing is chosen") {
  Random random(1);
  CHECK(message<Error>([&] { return random.below(0); }) ==
        "random: a number below 0; expected at least one to choose from");
  CHECK(random.below(1) == 0);
}

TEST_CASE("random: arrays uniform between the limits, each draw the next") {
  Random random(3), same(3);
  const Array<double> x = random.uniform<double>({100, 100}, 0.5);
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    REQUIRE(x[i] >= -0.5);
    REQUIRE(x[i] < 0.5);
    CHECK(x[i] == 0.5 * (2 * same.uniform() - 1));
    sum += x[i];
    squares += x[i] * x[i];
  }
  // Five standard errors of 10,000 draws: 0.289 and 0.0745, over 100.
  CHECK(std::abs(sum / 10000) < 5 * 0.00289);
  CHECK(std::abs(squares / 10000 - 1.0 / 12) < 5 * 0.000745);
}

TEST_CASE("random: what a sample draws depends on its number, the epoch and the place alone") {
  using Numbers = std::vector<std::size_t>;
  const auto drawn = [](std::uint64_t seed, std::uint64_t epoch, const Numbers& numbers,
                        int place) {
    const SampleRandom random(seed, epoch, numbers);
    Array<double> draws;
    for (int i = 0; i <= place; ++i)
      draws = random.normal<double>({numbers.size(), 3}, 1);
    return std::vector<double>(draws.begin(), draws.end());
  };
  const std::vector<double> whole = drawn(1, 2, {5, 0, 9, 3}, 1);
  const auto rows = [&](std::size_t first, std::size_t last) {
    return std::vector<double>(whole.begin() + static_cast<std::ptrdiff_t>(3 * first),
                               whole.begin() + static_cast<std::ptrdiff_t>(3 * last));
  };
  CHECK(drawn(1, 2, {5}, 1) == rows(0, 1)); // who computes which part does not matter
  CHECK(drawn(1, 2, {0, 9}, 1) == rows(1, 3));
  CHECK(drawn(1, 2, {3}, 1) == rows(3, 4));
  for (const std::vector<double>& other : // but seed, epoch, sample and place do
       {drawn(2, 2, {5}, 1), drawn(1, 3, {5}, 1), drawn(1, 2, {6}, 1), drawn(1, 2, {5}, 0),
        drawn(2, 1, {5}, 1), drawn(1, 2, {5}, 2)})
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(other[i] != whole[i]);
  // Two rows of each of two samples, as where heads are folded into the batch.
  const SampleRandom two(1, 2, {5, 9}), nine(1, 2, {9});
  const Array<double> folded = two.normal<double>({4, 2}, 1), own = nine.normal<double>({2, 2}, 1);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(folded[4 + i] == own[i]);
  CHECK(own[0] != own[2]);
  CHECK(message<Error>([&] {
          return two.normal<double>({5, 2}, 1);
        }) == "random: draws for 5 samples; expected 2, as many as the batch has, or a multiple");
}

TEST_CASE("random: draws for samples are independent of each other") {
  // 40,000 samples' first normal draws, and each with its neighbour's, and with its own next place.
  const std::size_t n = 40000;
  std::vector<std::size_t> numbers(n);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  const SampleRandom random(0, 0, numbers);
  const Array<double> one = random.normal<double>({n, 1}, 1),
                      two = random.normal<double>({n, 1}, 1);
  double mean = 0, square = 0, neighbours = 0, places = 0;
  for (std::size_t i = 0; i < n; ++i) {
    mean += one[i] / n;
    square += one[i] * one[i] / n;
    neighbours += one[i] * one[(i + 1) % n] / n;
    places += one[i] * two[i] / n;
  }
  // The deviation of each is 1 / sqrt(n) = 0.005, of the square's sqrt(2 / n).
  CHECK(std::abs(mean) < 0.02);
  CHECK(std::abs(square - 1) < 0.03);
  CHECK(std::abs(neighbours) < 0.02);
  CHECK(std::abs(places) < 0.02);
}

TEST_CASE("random: the newest scope is the active one, in its own thread") {
  CHECK(SampleRandom::active() == nullptr);
  const SampleRandom one(1, 0, {}), two(2, 0, {});
  const SampleRandom::Scope outer(one);
  {
    const SampleRandom::Scope inner(two);
    CHECK(SampleRandom::active() == &two);
    const SampleRandom* elsewhere = &one;
    std::thread([&] { elsewhere = SampleRandom::active(); }).join();
    CHECK(elsewhere == nullptr);
  }
  CHECK(SampleRandom::active() == &one);
}

} // namespace contractive::tests
