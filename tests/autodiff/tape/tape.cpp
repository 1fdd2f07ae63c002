#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <chrono>
#include <doctest/doctest.h>
#include <iostream>
#include <new>

namespace contractive::tests {
using V = Variable<double>;

TEST_CASE("tape: records only while one is live") {
  const V constant = tanh(V(0.5)) * 2;
  CHECK_FALSE(constant.tracked());
  V escaped;
  {
    Tape<double> tape;
    const V x = tape.variable(0.5);
    escaped = tanh(x);
    CHECK(escaped.tracked());
    CHECK(tape.size() == 2);
    CHECK_FALSE(tanh(constant).tracked());
    CHECK(tape.size() == 2);
    const RecordingScope<double> quiet(&tape, Recording::off);
    CHECK_FALSE(tanh(x).tracked());
    CHECK(tape.size() == 2);
  }
  CHECK(escaped.item() == doctest::Approx(std::tanh(0.5))); // reading is allowed
  CHECK(message<TapeError>([&] { return tanh(escaped); }) ==
        "tanh: an operand of shape () was recorded on a tape that is gone; expected a live one, "
        "detach() the operand to use it as a constant");
  CHECK(message<TapeError>([&] {
          return gradient(escaped, escaped);
        }).find("gradient: an operand") == 0);
  CHECK(tanh(escaped.detach()).item() == doctest::Approx(std::tanh(std::tanh(0.5))));
}

TEST_CASE("tape: two tapes do not mix") {
  Tape<double> one;
  const V x = one.variable(1.0);
  Tape<double> other;
  const V y = other.variable(2.0);
  CHECK(message<TapeError>([&] { return x * y; }) ==
        "multiply: operands are recorded on two different tapes; expected one, detach() those that "
        "are constants here");
  CHECK((x * y.detach()).item() == 2.0);
}

TEST_CASE("tape: a rewound part is forgotten, and told from what took its place") {
  Tape<double> tape;
  const V x = tape.variable(1.0);
  const Position mark = tape.size();
  const V old = exp(x);
  tape.rewind(mark);
  const V fresh = sin(x);
  CHECK(tape.size() == 2);
  CHECK(message<TapeError>([&] { return old + x; }).find("was rewound") != std::string::npos);
  CHECK(gradient(fresh, x).item() == doctest::Approx(std::cos(1.0)));
}

TEST_CASE("tape: the active tape is the newest live one") {
  CHECK(Tape<double>::active() == nullptr);
  Tape<double> outer;
  CHECK(Tape<double>::active() == &outer);
  {
    Tape<double> inner;
    CHECK(Tape<double>::active() == &inner);
    const RecordingScope<double> quiet(&inner, Recording::off);
    CHECK(Tape<double>::active() == &outer);
  }
  CHECK(Tape<double>::active() == &outer);
}

TEST_CASE("tape: without memory in the middle of a recording, it is as before") {
  struct Rule { // its copies fail from the second on: where the tape takes it
    V x;
    int* copies;
    Rule(const V& of, int* count) : x(of), copies(count) {}
    Rule(const Rule& other) : x(other.x), copies(other.copies) {
      if (--*copies < 0)
        throw std::bad_alloc();
    }
    Diagonal<double> operator()() const { return {x}; }
  };
  Tape<double> tape;
  const V x = tape.variable(3.0), y = x * x;
  const Position before = tape.size();
  bool recorded = false;
  for (int left = 0; !recorded; ++left) {
    int copies = left;
    try {
      const V z =
          record("square", Array<double>(9.0), wrt(x, Rule(x, &copies)), wrt(x, Rule(x, &copies)));
      recorded = true;
      CHECK(gradient(z, x, CreateGraph::no).item() == 6);
    } catch (const std::bad_alloc&) {
      CHECK(tape.size() == before);
      CHECK(gradient(y, x, CreateGraph::no).item() == 6);
    }
    REQUIRE(left < 100);
  }
}

TEST_CASE("tape: a keyed input stays one variable while its value does") {
  Tape<double> tape;
  int key = 0;
  const Array<double> value(3.0);
  const V a = tape.variable(&key, value, "w"), b = tape.variable(&key, value, "w");
  CHECK(tape.size() == 1);
  CHECK(gradient(a * b, a).item() == 6.0); // both uses add up
  const Position before = tape.size();
  const V changed = tape.variable(&key, Array<double>(4.0), "w");
  CHECK(changed.item() == 4.0);
  CHECK(tape.size() == before + 1);
  const Array<double> nan(std::nan("")), again = nan, vector{1, 2}, equal{1, 2};
  CHECK(tape.position_of(tape.variable(&key, nan, "w")) ==
        tape.position_of(tape.variable(&key, again, "w")));
  CHECK(tape.position_of(tape.variable(&key, vector, "w")) !=
        tape.position_of(tape.variable(&key, equal, "w")));
}

TEST_CASE("tape: a million scalar operations forward, backward and freed") {
  const std::size_t n = 1000000;
  const auto start = std::chrono::steady_clock::now();
  {
    Tape<double> tape;
    const V x = tape.variable(1.0);
    V y = x;
    for (std::size_t i = 0; i < n / 2; ++i)
      y = y * 1.000001 + 1e-6;
    CHECK(gradient(y, x).item() == doctest::Approx(std::pow(1.000001, n / 2)));
  }
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
  std::cout << "tape: " << spent.count() / static_cast<double>(n)
            << " us for each of 10^6 scalar operations, forward, backward and freed\n";
}

TEST_CASE("dot: what was recorded, drawn") {
  Tape<double> tape;
  const V x = tape.variable(Array<double>{1, 2}, "input \"x\"");
  const V before = cos(x);
  const V y = sum(square(x) * x);
  const V unrelated = exp(x);
  const std::string all = to_dot(tape), part = to_dot(y);
  CHECK(all.find("digraph tape {") == 0);
  CHECK(all.find("label = \"input \\\"x\\\"\\n(2)\"") != std::string::npos);
  CHECK(all.find("label = \"diagonal\"") != std::string::npos);
  CHECK(all.find("exp") != std::string::npos);
  CHECK(all.find("filled") == std::string::npos);
  const std::string marked = to_dot(tape, tape.size() - 1); // the newest entry, exp
  CHECK(marked.find("filled") > marked.find("exp"));
  CHECK(marked.find("filled") != std::string::npos);
  CHECK(part.find("multiply\\n(2)") != std::string::npos);
  CHECK(part.find("exp") == std::string::npos);
  CHECK(part.find("cos") == std::string::npos);
  CHECK(message<TapeError>([] { return to_dot(V(1.0)); }).find("to_dot: a constant") == 0);
}

} // namespace contractive::tests
