#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/nn.hpp>

#include "support/message.hpp"

#include <cmath>
#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;
using namespace contractive::nn;

TEST_CASE("clip: by the norm of all, by value, and limits that are none") {
  const std::vector<V> g{V(Array<double>{3, 0}), V(Array<double>{4})};
  const auto clipped = clip_norm(g, 1.0);
  CHECK(clipped[0].value()[0] == doctest::Approx(0.6));
  CHECK(clipped[1].value()[0] == doctest::Approx(0.8));
  CHECK(clip_norm(g, 10.0)[1].value()[0] == 4);
  CHECK(clip_value(g, 3.5)[1].value()[0] == 3.5);
  CHECK(clip_norm(g, 0.0)[1].value()[0] == 0);
  // Squares that overflow: of floats, and of doubles.
  const auto of_floats = clip_norm<float>({Variable<float>(Array<float>{3e20f, 4e20f})}, 1.0);
  CHECK(of_floats[0].value()[0] == doctest::Approx(0.6));
  CHECK(of_floats[0].value()[1] == doctest::Approx(0.8));
  CHECK(clip_norm<double>({V(Array<double>{3e200, 4e200})}, 1.0)[0].value()[1] ==
        doctest::Approx(0.8));
  CHECK(clip_norm<double>({V(Array<double>{3e200, 4e200})}, 1e300)[0].value()[1] == 4e200);
  // The sum over many elements, whose number is no multiple of anything.
  const V many(Array<double>::full({10007}, 2.0));
  CHECK(clip_norm<double>({many, V(3.0)}, 1.0)[0].value()[0] ==
        doctest::Approx(2 / std::sqrt(4 * 10007 + 9.0)));
  for (const double limit : {-1.0, std::nan("")}) {
    const std::string end = detail::text(": limit ", limit, "; expected at least 0");
    CHECK(message<Error>([&] { return clip_norm(g, limit); }) == "clip_norm" + end);
    CHECK(message<Error>([&] { return clip_value(g, limit); }) == "clip_value" + end);
  }
}

} // namespace contractive::tests
