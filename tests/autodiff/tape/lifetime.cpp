#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"

#include <doctest/doctest.h>
#include <memory>
#include <vector>

// Who outlives whom: variables, tapes, and what rules hold.
namespace contractive::tests {
using V = Variable<double>;

namespace {

// x, recorded by a rule that holds `owned`.
template <class Owned> V holding(const V& x, Owned owned) {
  return record("holding", x.value(), wrt(x, [owned = std::move(owned)] {
                  static_cast<void>(owned);
                  return Identity<double>{};
                }));
}

} // namespace

TEST_CASE("lifetime: a variable of a tape that is gone is not taken for one of the next") {
  std::vector<V> escaped;
  for (int round = 0; round < 5; ++round) { // each in the place of the last
    Tape<double> tape;
    const V x = tape.variable(1.0 + round);
    for (const V& old : escaped)
      CHECK(message<TapeError>([&] { return old * x; }).find("on a tape that is gone") !=
            std::string::npos);
    const V y = exp(x);
    tape.rewind(1);
    const V z = sin(x);
    for (const V& old : escaped)
      CHECK(message<TapeError>([&] { return gradient(z, old); }).find("on a tape that is gone") !=
            std::string::npos);
    CHECK(message<TapeError>([&] { return y * x; }).find("was rewound") != std::string::npos);
    CHECK(gradient(z, x, CreateGraph::no).item() == doctest::Approx(std::cos(1.0 + round)));
    escaped.insert(escaped.end(), {x, y, z});
  }
}

TEST_CASE("lifetime: tapes may go in any order") {
  auto one = std::make_unique<Tape<double>>(), two = std::make_unique<Tape<double>>();
  const V x = one->variable(2.0), y = two->variable(3.0);
  one.reset();
  CHECK(Tape<double>::active() == two.get());
  Tape<double> three;
  const V z = three.variable(4.0);
  CHECK(Tape<double>::active() == &three);
  CHECK(message<TapeError>([&] { return x * 2.0; }).find("is gone") != std::string::npos);
  CHECK(gradient(y * y, y).item() == 6);
  two.reset();
  CHECK(gradient(z * z, z).item() == 8);
  CHECK(message<TapeError>([&] { return y * 2.0; }).find("is gone") != std::string::npos);
}

TEST_CASE("lifetime: a variable that was moved from is an empty constant") {
  Tape<double> tape;
  V x = tape.variable(2.0);
  V y = std::move(x);
  CHECK_FALSE(x.tracked()); // NOLINT
  CHECK(x.shape() == Shape{0});
  CHECK(gradient(y * y, y).item() == 4);
  x = std::move(y);
  CHECK_FALSE(y.tracked()); // NOLINT
  CHECK(gradient(x * x, x).item() == 4);
}

TEST_CASE("lifetime: what a rule holds goes with a rewind, and with the tape") {
  const auto held = std::make_shared<int>();
  {
    Tape<double> tape;
    const V x = tape.variable(2.0), y = holding(x, held);
    const Position mark = tape.size();
    for (int i = 0; i < 1000; ++i)
      static_cast<void>(holding(y, held));
    CHECK(held.use_count() == 1002);
    tape.rewind(mark);
    CHECK(held.use_count() == 2);
    CHECK(gradient(y, x, CreateGraph::no).item() == 1);
    tape.rewind(0);
    CHECK(held.use_count() == 1);
    static_cast<void>(holding(tape.variable(3.0), held));
    CHECK(held.use_count() == 2);
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("lifetime: a rule may be the last to hold another tape, or arrays of one") {
  const auto held = std::make_shared<int>();
  V escaped;
  {
    Tape<double> outer;
    const V x = outer.variable(2.0);
    auto inner = std::make_shared<Tape<double>>();
    const V y = inner->variable(Array<double>{1, 2, 3});
    escaped = holding(y, x);                         // inner's rules hold outer's variables,
    static_cast<void>(holding(escaped, held));       // and something that is seen to go,
    static_cast<void>(holding(x, std::move(inner))); // outer's rules hold inner
    CHECK(held.use_count() == 2);
    CHECK(gradient(sum(escaped), y).value()[2] == 1);
  }
  CHECK(held.use_count() == 1);
  CHECK(escaped.value()[2] == 3);
  CHECK(message<TapeError>([&] { return exp(escaped); }).find("is gone") != std::string::npos);
}

TEST_CASE("lifetime: an entry's name and shape stay while the tape grows") {
  Tape<double> tape;
  const V x = tape.variable(2.0, std::string("a name that is longer than a string holds inline"));
  const Entry entry = tape.entry(0);
  for (int i = 0; i < 1000; ++i)
    static_cast<void>(tape.variable(Array<double>::zeros({static_cast<std::size_t>(i % 7)}),
                                    "name " + std::to_string(i % 13)));
  CHECK(entry.operation == "a name that is longer than a string holds inline");
  CHECK(entry.shape == Shape{});
  CHECK(tape.entry(1000).operation == "name 11");
  CHECK(tape.shape(1000) == Shape{999 % 7});
  tape.rewind(998);
  CHECK(tape.shape(997) == Shape{996 % 7});
  static_cast<void>(tape.variable(Array<double>::zeros({996 % 7})));
  CHECK(tape.shape(998) == tape.shape(997));
  CHECK(&tape.shape(998) == &tape.shape(997)); // kept once
}

} // namespace contractive::tests
