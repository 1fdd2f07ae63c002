#include <contractive/autodiff/autodiff.hpp>

#include "support/random.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace contractive::tests {

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
  using V = Variable<float>;
  Array<float> w = random_array<float>({64, 100}, 1);
  const Array<float> x = random_array<float>({32, 64}, 2, 0, 1);
  double early = 0;
  for (int step = 1; step <= 2000; ++step) {
    Tape<float> tape;
    const V input = tape.variable(x), weight = tape.variable(w);
    const V h = sigmoid(matmul(input, weight));
    const V z = matmul(h, weight, Transpose::b);
    const V loss =
        mean(sum(softplus(z) - input * z, 1)) + 0.1f * mean(jacobian_squared_norm(h, input));
    w = (V(w) - 0.1f * gradient(loss, weight)).value();
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

} // namespace contractive::tests
