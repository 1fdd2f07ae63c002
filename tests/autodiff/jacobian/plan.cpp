// What a plan does at the limits: of the budget, and of where samples lie on the way.
#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"
#include "support/rows.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;

namespace {

V constant(const Shape& shape, std::uint64_t seed) { return V(random_array<double>(shape, seed)); }

// The rows at once that the plan speaks of, or 0 where it speaks of no chunks.
std::size_t chunk(const V& h, const V& x, std::size_t budget) {
  const std::string plan = explain_jacobian(h, x, {budget, CreateGraph::yes}),
                    words = "in chunks of ";
  const std::size_t at = plan.find(words);
  return at == std::string::npos ? 0 : std::stoul(plan.substr(at + words.size()));
}

} // namespace

TEST_CASE("plan: as many rows at once as the budget has room for") {
  // Softmax has no structure; of 12 rows, one takes the same number of bytes as the next.
  Tape<double> tape;
  const V x = tape.variable(random_array<double>({5, 12}, 1));
  const V h = softmax(x);
  std::size_t two = 1; // bytes that two rows take, by halving
  for (std::size_t step = std::size_t{1} << 20; step > 0; step /= 2)
    if (chunk(h, x, two + step) == 1)
      two += step;
  ++two;
  REQUIRE(chunk(h, x, two - 1) == 1);
  REQUIRE(chunk(h, x, two) == 2);
  CHECK(two >= 2 * 4 * 5 * 12 * sizeof(double)); // of the shape of x, with what its norm needs
  for (std::size_t rows = 3; rows < 12; ++rows) {
    CHECK(chunk(h, x, two * rows / 2 + 8) == rows);
    CHECK(chunk(h, x, two * rows / 2 - 8) == rows - 1);
  }
  CHECK(chunk(h, x, two * 12 / 2 + 8) == 0); // all of them
  CHECK(chunk(h, x, two * 12 / 2 - 8) == 11);
  CHECK(chunk(h, x, 1) == 1);
  // Rows that fit are not replayed; others are, chunk by chunk.
  const auto replays = [&](std::size_t budget) {
    const Position mark = tape.size();
    static_cast<void>(jacobian_squared_norm(h, x, {budget, CreateGraph::yes}));
    std::size_t count = 0;
    for (Position p = mark; p < tape.size(); ++p)
      count += tape.entry(p).operation == "checkpoint";
    tape.rewind(mark);
    return count;
  };
  CHECK(replays(two * 12 / 2 + 8) == 0);
  CHECK(replays(two * 5 / 2 + 8) == 3);
  // Whatever the chunks, the norm is the same.
  const Array<double> whole = jacobian_squared_norm(h, x).value();
  for (const std::size_t rows : {1u, 5u, 7u, 11u}) { // 5 and 7 do not divide 12
    const JacobianOptions options{two * rows / 2 + 8, CreateGraph::yes};
    CHECK(difference(jacobian_squared_norm(h, x, options).value(), whole) < 1e-13);
    CHECK(difference(sum(square(batch_jacobian(h, x, options)), {1, 2}).value(), whole) < 1e-13);
  }
}

TEST_CASE("plan: two Gram matrices for each sample where half the budget holds six") {
  // A neck of 3 between 40 and 30: per sample (3, 3) on either side.
  Tape<double> tape;
  const V x = tape.variable(random_array<double>({6, 40}, 1));
  const V neck = tanh(matmul(tanh(matmul(x, constant({40, 20}, 2))), constant({20, 3}, 3)));
  const V h = tanh(matmul(neck, constant({3, 30}, 4)));
  const auto grams = [&](std::size_t budget) {
    return explain_jacobian(h, x, {budget, CreateGraph::yes}).find("<R'R, F F'>") !=
           std::string::npos;
  };
  CHECK(grams(std::size_t{1} << 30));
  const std::size_t least = 2 * 6 * (6 * 3 * 3) * sizeof(double);
  CHECK_FALSE(grams(least - 1));
  CHECK(grams(least));
}

TEST_CASE("plan: samples may leave the first axis and come back") {
  const auto agrees = [](const Array<double>& at, const std::function<V(const V&)>& f) {
    const Array<double> expected = jacobian_by_rows<double>(f, at);
    const Array<double> norms = sum(square(V(expected)), {1, 2}).value();
    Tape<double> tape;
    const V x = tape.variable(at);
    const V h = f(x);
    CHECK(difference(jacobian_squared_norm(h, x).value(), norms) < 1e-12);
    CHECK(difference(batch_jacobian(h, x).value(), expected) < 1e-12);
  };
  const Array<double> at = random_array<double>({3, 5}, 1);
  const V w = constant({5, 4}, 2), square_w = constant({5, 5}, 3);
  agrees(at, [=](const V& x) { return tanh(matmul(transposed(x), w, Transpose::a)); });
  agrees(at, [=](const V& x) { return transposed(tanh(matmul(w, transposed(x), Transpose::a))); });
  agrees(at, [=](const V& x) { return transposed(matmul(w, x, Transpose::both)); });
  // A diagonal and a dense block meet where the samples lie on the last axis.
  agrees(at, [=](const V& x) {
    const V t = transposed(x);
    return transposed(tanh(t) + matmul(square_w, sin(t)));
  });
  agrees(at, [=](const V& x) {
    const V t = transposed(x);
    return matmul(transposed(sin(t) * matmul(square_w, t)), w);
  });
  // One element for each sample, without an axis of its own.
  agrees(random_array<double>({4}, 5), [](const V& x) { return x * sin(x); });
}

TEST_CASE("plan: what has no first axis is refused") {
  Tape<double> tape;
  const V scalar = tape.variable(2.0);
  const V vector = scalar * V(Array<double>{1, 2});
  for (const V& h : {square(scalar), vector})
    CHECK(message<ShapeError>([&] { return jacobian_squared_norm(h, scalar); }) ==
          detail::text("jacobian_squared_norm: h ", h.shape(),
                       ", x (); expected the samples on the first axis of both"));
}

} // namespace contractive::tests
