#include <contractive/autodiff/autodiff.hpp>

#include "support/random.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <iostream>
#include <new>
#include <set>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace contractive::tests {
using V = Variable<double>;

// AddressSanitizer keeps what was freed. g++ says that it is on by a macro, clang++ by a feature.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool quarantine = true;
#elif defined(__has_feature)
constexpr bool quarantine = __has_feature(address_sanitizer);
#else
constexpr bool quarantine = false;
#endif

TEST_CASE("memory: a training step leaves nothing behind") {
  // The second field of /proc/self/statm is the resident set, in pages.
  const auto resident = [] {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0, pages = 0;
    statm >> total >> pages;
    return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
  };
  Array<float> w = random_array<float>({64, 100}, 1);
  const Array<float> x = random_array<float>({32, 64}, 2, 0, 1);
  double early = 0;
  for (int step = 1; step <= 2000; ++step) {
    Tape<float> tape;
    const Variable<float> input = tape.variable(x), weight = tape.variable(w);
    const Variable<float> h = sigmoid(matmul(input, weight));
    const Variable<float> z = matmul(h, weight, Transpose::b);
    const Variable<float> loss =
        mean(sum(softplus(z) - input * z, 1)) + 0.1f * mean(jacobian_squared_norm(h, input));
    w = (Variable<float>(w) - 0.1f * gradient(loss, weight)).value();
    if (step == 200)
      early = resident();
  }
  const double late = resident();
  std::cout << "memory: resident " << early << " MiB at step 200, " << late
            << " MiB at step 2,000\n";
  CHECK(all_finite(w));
  if (!quarantine)
    CHECK(late - early < 1);
}

TEST_CASE("storage: buffers are reused from step to step") {
  const Array<double> x = random_array<double>({64, 100}, 1),
                      w = random_array<double>({100, 80}, 2);
  const auto step = [&] {
    Tape<double> tape;
    const V weights = tape.variable(w), input = tape.variable(x);
    const V h = sigmoid(matmul(input, weights));
    return gradient(sum(jacobian_squared_norm(h, input)) + sum(h), weights);
  };
  static_cast<void>(step());
  const storage::Usage before = storage::usage();
  for (int i = 0; i < 20; ++i)
    static_cast<void>(step());
  const storage::Usage after = storage::usage();
  CHECK(after.in_use == before.in_use);
  CHECK(after.pooled == before.pooled);
  storage::trim();
  CHECK(storage::usage().pooled == 0);
}

TEST_CASE("storage: what a former job has left makes room for the buffers of the next") {
  const auto pooled = [] { return storage::usage().pooled; };
  const std::size_t size = 1 << 16; // a size class of its own, so that nothing is rounded up
  storage::trim();
  storage::allocate(size);
  const bool pooling = pooled() == size; // not under AddressSanitizer
  storage::set_pool_limit(4 * size);
  {
    std::vector<std::shared_ptr<void>> former;
    for (int i = 0; i < 6; ++i)
      former.push_back(storage::allocate(size));
  }
  CHECK(pooled() == (pooling ? 4 * size : 0));
  storage::allocate(8 * size); // more than the limit alone: it displaces none
  CHECK(pooled() == (pooling ? 4 * size : 0));
  storage::allocate(2 * size); // two of the former job's give way,
  {
    const std::shared_ptr<void> again = storage::allocate(2 * size); // so that this one waits there
    CHECK(pooled() == (pooling ? 2 * size : 0));
  }
  storage::set_pool_limit(std::size_t{2} << 30);
}

TEST_CASE("storage: at most a quarter of a buffer is unused") {
  std::size_t last = 0;
  for (std::size_t bytes = 1; bytes < 5000000; bytes += 1 + bytes / 7) {
    const std::size_t before = storage::usage().in_use;
    const auto buffer = storage::allocate(bytes);
    const std::size_t taken = storage::usage().in_use - before;
    INFO(bytes << " bytes took " << taken);
    CHECK(taken >= bytes);
    CHECK(taken - bytes <= std::max<std::size_t>(63, bytes / 4));
    CHECK(taken >= last);
    CHECK(reinterpret_cast<std::uintptr_t>(buffer.get()) % 64 == 0);
    last = taken;
  }
}

TEST_CASE("storage: what is in use together is counted together") {
  const std::size_t before = storage::usage().in_use;
  auto one = storage::allocate(1024);
  const auto other = storage::allocate(4096);
  CHECK(storage::usage().in_use == before + 1024 + 4096);
  one.reset();
  CHECK(storage::usage().in_use == before + 4096);
}

TEST_CASE("storage: sizes are few, so that buffers of one job fit the next") {
  const auto taken = [](std::size_t bytes) {
    const std::size_t before = storage::usage().in_use;
    const auto buffer = storage::allocate(bytes);
    return storage::usage().in_use - before;
  };
  for (const std::size_t power : {512u, 4096u, 1048576u}) {
    std::set<std::size_t> sizes;
    for (std::size_t bytes = power + 1; bytes <= 2 * power; bytes += power / 64)
      sizes.insert(taken(bytes));
    CHECK(sizes.size() == 4);
  }
}

TEST_CASE("storage: what the pool keeps is given back before memory is said to be out") {
  const std::size_t size = std::size_t{256} << 20;
  storage::trim();
  storage::allocate(size);
  if (storage::usage().pooled == 0)
    return; // under a sanitizer, which reserves more address space than any limit
  std::ifstream statm("/proc/self/statm"); // its first field is the address space, in pages
  std::size_t pages = 0;
  statm >> pages;
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
  rlimit tight = before;
  tight.rlim_cur = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + size / 4;
  REQUIRE(setrlimit(RLIMIT_AS, &tight) == 0);
  std::shared_ptr<void> buffer;
  std::string error;
  try {
    buffer = storage::allocate(size / 4 * 3); // of another size class
  } catch (const std::bad_alloc&) {
    error = "out of memory beside 256 MiB of free buffers";
  }
  bool refused = false;
  const std::size_t in_use = storage::usage().in_use;
  try {
    static_cast<void>(storage::allocate(2 * size)); // what really is too much
  } catch (const std::bad_alloc&) {
    refused = true;
  }
  REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
  CHECK(error == "");
  CHECK(refused);
  CHECK(storage::usage().in_use == in_use); // what failed is not counted
  CHECK(storage::usage().pooled == 0);
}

} // namespace contractive::tests
