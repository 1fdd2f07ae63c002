#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/training/schedule.hpp>

#include "support/message.hpp"

#include <cmath>
#include <doctest/doctest.h>

namespace contractive::tests {
using namespace contractive::nn;

TEST_CASE("schedule: at named steps") {
  CHECK(constant()(7) == 1);
  CHECK(step_decay(10, 0.5)(9) == 1);
  CHECK(step_decay(10, 0.5)(20) == 0.25);
  CHECK(exponential(0.9)(2) == doctest::Approx(0.81));
  CHECK(cosine(10)(0) == 1);
  CHECK(cosine(10)(5) == doctest::Approx(0.5));
  CHECK(cosine(10, 0.1)(25) == doctest::Approx(0.1));
  CHECK(make_schedule("warmup(4, cosine(10))")(1) == doctest::Approx(0.5));
  CHECK(make_schedule("warmup(4, cosine(10))")(9) == doctest::Approx(0.5));
  CHECK(make_schedule("step(10, 0.5)")(10) == 0.5);
  CHECK(cosine(10, 0.1)(5) == doctest::Approx(0.55));
  CHECK(cosine(10, 0.2)(3) ==
        doctest::Approx(0.2 + 0.4 * (1 + std::cos(0.3 * 3.14159265358979323846))));
  CHECK(cosine(0)(0) == 0);
  // Up to 1 in exactly so many steps, then `after` from its own start.
  const double ramp[] = {0.25, 0.5, 0.75, 1, 1, 1, 0.5, 0.5, 0.25};
  for (std::size_t t = 0; t < 9; ++t)
    CHECK(warmup(4, step_decay(2, 0.5))(t) == ramp[t]);
  CHECK(warmup(0, exponential(0.5))(1) == 0.5);
  CHECK(make_schedule("constant")(9) == 1);
  CHECK(make_schedule("exponential(0.5)")(3) == 0.125);
  CHECK(make_schedule("cosine( 10 , 0.1 )")(5) == doctest::Approx(0.55));
  CHECK(make_schedule("warmup(2, warmup(2, step(1, 0.5)) )")(5) == 0.5);
  for (const char* bad : {"",
                          "cosin(3)",
                          "cosine",
                          "step(x, 1)",
                          "step(0, 1)",
                          "step(10)",
                          "step(10, 0.5, 2)",
                          "step(10, 0.5x)",
                          "step(1.5, 0.5)",
                          "step(-1, 0.5)",
                          "cosine(3",
                          "cosine(3))",
                          "cosine(3,)",
                          "cosine(nan)",
                          "exponential()",
                          "exponential(inf)",
                          "exponential(0.9, 2)",
                          "warmup(3)",
                          "warmup(3, )",
                          "warmup(3, cosin(2))"}) {
    INFO(bad);
    CHECK(message<Error>([&] { return make_schedule(bad); }).find("schedule: ") == 0);
  }
  std::string nested;
  for (int i = 0; i < 10000; ++i)
    nested += "warmup(1,";
  CHECK(message<Error>([&] { return make_schedule(nested); }).size() < 300);
  std::string deep = "constant";
  for (int i = 0; i < 150; ++i)
    deep = "warmup(1, " + deep + ")";
  CHECK(make_schedule(deep)(200) == 1);
  CHECK(message<Error>([] { return make_schedule("cosin(3)"); }) ==
        "schedule: 'cosin(3)'; expected constant, step(every, factor), exponential(factor), "
        "cosine(total), cosine(total, floor) or warmup(steps, schedule); did you mean cosine?");
  CHECK(message<Error>([] { return make_schedule("cosine(x)"); }) ==
        "schedule: cosine: argument 1 is 'x'; expected a number");
}

} // namespace contractive::tests
