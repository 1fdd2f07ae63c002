#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;

namespace {
// A chain in two pieces, each kept or replayed; with one replay nested in the other.
V chain(Tape<double>& tape, const V& x, const V& w, bool replayed) {
  const V scaled = 2.0 * w * w; // a parent that another parent depends on
  const auto inner = [=] { return tanh(matmul(x, w)) + matmul(x, scaled); };
  const auto outer = [=, &tape] {
    const V h = replayed ? checkpoint<double>(tape, inner) : inner();
    return exp(matmul(h, w)) * sum(x);
  };
  return replayed ? checkpoint<double>(tape, outer) : outer();
}
} // namespace

TEST_CASE("checkpoint: derivatives of orders 1 to 3 and of both modes are those of f itself") {
  const Array<double> at = random_array<double>({2, 3}, 1),
                      weights = random_array<double>({3, 3}, 2);
  std::vector<std::vector<Array<double>>> found(2);
  for (const bool replayed : {false, true}) {
    Tape<double> tape;
    const V x = tape.variable(at), w = tape.variable(weights);
    const Position before = tape.size();
    const V y = chain(tape, x, w, replayed);
    CHECK((tape.size() == before + 4) == replayed); // 2 w, 2 w w, the checkpoint and its operands
    V scalar = sum(y);
    for (int order = 1; order <= 3; ++order) {
      const auto g = gradient<double>({scalar}, {x, w});
      found[replayed].push_back(g[0].value());
      found[replayed].push_back(g[1].value());
      scalar = sum(square(g[0])) + sum(tanh(g[1]));
    }
    const V again = sum(chain(tape, x, w, replayed));
    const Position size = tape.size();
    found[replayed].push_back(gradient(again, x, CreateGraph::no).value()); // twice the same
    found[replayed].push_back(gradient(again, x, CreateGraph::no).value());
    CHECK(tape.size() == size);
    found[replayed].push_back(jvp(y, w, V(weights)).value());
    found[replayed].push_back(jvp(y, x, V(at)).value()); // of the parent recorded first
    found[replayed].push_back(jacobian(y, w).value());
  }
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    INFO("derivative " << i);
    REQUIRE(found[0][i].shape() == found[1][i].shape());
    const double scale = sum(square(V(found[0][i]))).item();
    CHECK(sum(square(V(found[0][i]) - found[1][i])).item() <= 1e-24 * scale); // rounding
  }
}

TEST_CASE("checkpoint: a cotangent seen before, unrecorded, is pulled again where it is recorded") {
  Tape<double> tape;
  const V x = tape.variable(2.0), seed(3.0);
  const V y = checkpoint(tape, [=] { return x * x * x; });
  CHECK(vjp(y, x, seed, CreateGraph::no).item() == 36);
  const V g = vjp(y, x, seed, CreateGraph::yes);
  CHECK(gradient(g, x).item() == 36); // 3 * 6 x
}

TEST_CASE("checkpoint: equal values of two cotangents are not one cotangent") {
  Tape<double> tape;
  const V x = tape.variable(2.0), y = tape.variable(3.0), s = tape.variable(5.0);
  const V z = checkpoint<double>(tape, [=] { return x * y * y; });
  CHECK(vjp(z, x, s.detach()).item() == 45);
  CHECK(gradient(vjp(z, y, s), s).item() == 12); // d/ds [s 2 x y]
  // What was answered before a rewind is asked for anew.
  const Position mark = tape.size();
  CHECK(vjp(z, x, s).item() == 45);
  tape.rewind(mark);
  CHECK(gradient(vjp(z, y, s), s).item() == 12);
}

TEST_CASE("checkpoint: one buffer under two shapes is two cotangents") {
  Tape<double> tape;
  const V x = tape.variable(Array<double>{1, 2}), y = tape.variable(Array<double>{3, 4});
  const V z = checkpoint<double>(tape, [=] { return x * y; });
  const Array<double> c({1, 2}, {1, 1});
  CHECK(vjp(z, x, V(c)).shape() == Shape{1, 2});
  CHECK(vjp(z, y, V(c.reshaped({2}))).shape() == Shape{2});
}

TEST_CASE("checkpoint: a variable entered inside would be lost, constants pass") {
  Tape<double> tape;
  const V x = tape.variable(2.0);
  CHECK(message<TapeError>([&] {
          return checkpoint<double>(tape, [&] { return x * tape.variable(3.0, "weight"); });
        }).find("'weight' of shape () was entered inside") != std::string::npos);
  CHECK_FALSE(checkpoint<double>(tape, [] { return V(1.0) * V(2.0); }).tracked());
}

} // namespace contractive::tests
