#include <contractive/autodiff/autodiff.hpp>

#include "support/random.hpp"

#include <doctest/doctest.h>
#include <iostream>
#include <random>

// The property that penalties rest on: where the label says that samples are independent, the true
// Jacobian has no element off the diagonal of samples.
namespace contractive::tests {
using V = Variable<double>;

namespace {

// A program of random operations on x; any of them may mix samples or not fit.
class Program {
public:
  explicit Program(std::uint64_t seed) : bits_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits_() % n); }

  V run(const V& x) {
    V value = x;
    for (std::size_t steps = 1 + below(6); steps > 0; --steps) {
      try {
        const V next = step(value, x);
        if (next.size() > 0 && next.size() <= 400 && next.rank() <= 5 && next.tracked())
          value = next;
      } catch (const ShapeError&) {
        // it does not fit: another one
      }
    }
    return value;
  }

private:
  int axis(const V& v) { return static_cast<int>(below(std::max<std::size_t>(1, v.rank()))); }
  V constant(const Shape& shape) { return V(random_array<double>(shape, bits_())); }

  // The same elements under a random shape of at most four axes.
  Shape refactor(std::size_t n) {
    Shape shape;
    while (n > 1 && shape.rank() < 3) {
      std::size_t divisor = 1 + below(n);
      while (n % divisor != 0)
        divisor = 1 + below(n);
      shape.push_back(divisor);
      n /= divisor;
    }
    shape.push_back(n);
    return shape;
  }

  V step(const V& v, const V& x) {
    const std::size_t rank = v.rank();
    if (rank < 2)
      return reshape(v, {v.size(), 1});
    switch (below(21)) {
    case 0:
      return tanh(v);
    case 1:
    case 2:
      return reshape(v, refactor(v.size()));
    case 3: {
      std::vector<int> order(rank);
      for (std::size_t i = 0; i < rank; ++i)
        order[i] = static_cast<int>(i);
      std::shuffle(order.begin(), order.end(), bits_);
      return permute(v, order);
    }
    case 4:
      return slice(v, axis(v), {static_cast<std::ptrdiff_t>(below(2)), {}, below(4) ? 1 : -1});
    case 5: {
      std::vector<Padding> paddings(rank);
      paddings[static_cast<std::size_t>(axis(v))] = {below(2), below(3)};
      return pad(v, paddings);
    }
    case 6: {
      const int a = axis(v);
      const auto n = static_cast<std::int64_t>(v.shape()[static_cast<std::size_t>(a)]);
      return gather(v, Indices{0, n - 1, n / 2}, a);
    }
    case 7:
      return concatenate<double>({v, tanh(v)}, axis(v));
    case 8:
      return stack<double>({v, v * v}, static_cast<int>(below(rank + 1)));
    case 9:
      return sum(v, axis(v), below(2) == 0 ? KeepDims::yes : KeepDims::no);
    case 10:
      return max(v, axis(v), below(2) == 0 ? KeepDims::yes : KeepDims::no);
    case 11:
      return softmax(v, axis(v));
    case 12:
      return matmul(v, constant({v.shape()[rank - 1], 1 + below(4)}));
    case 13:
      return matmul(constant({1 + below(4), v.shape()[rank - 2]}), v);
    case 14:
      return matmul(v, v, below(2) ? Transpose::a : Transpose::b);
    case 15:
      return v * reshape(x, v.shape());
    case 16:
      return v + tanh(v) * constant({v.shape()[rank - 1]});
    case 17:
      return broadcast_to(v, Shape{1 + below(3)} + v.shape());
    case 18:
      return unfold(v, {1 + below(2), 1 + below(2), 1, below(2)});
    case 19:
      return transposed(v);
    default:
      return broadcast_to(reshape(v, v.shape() + Shape{1}), v.shape() + Shape{1 + below(3)});
    }
  }

  std::mt19937_64 bits_;
};

// The largest element of dh_b/dx_c for b != c, and how far the diagonal blocks are from `blocks`.
std::pair<double, double> compare(const Array<double>& full, const Array<double>& blocks) {
  const std::size_t samples = blocks.shape()[0], s = blocks.shape()[1], d = blocks.shape()[2];
  double off = 0, on = 0;
  for (std::size_t b = 0; b < samples; ++b)
    for (std::size_t j = 0; j < s; ++j)
      for (std::size_t c = 0; c < samples; ++c)
        for (std::size_t i = 0; i < d; ++i) {
          const double truth = full[((b * s + j) * samples + c) * d + i];
          if (b != c)
            off = std::max(off, std::abs(truth));
          else
            on =
                std::max(on, std::abs(truth - blocks[(b * s + j) * d + i]) / (1 + std::abs(truth)));
        }
  return {off, on};
}

} // namespace

TEST_CASE("samples: what is accepted has independent samples") {
  const std::size_t wanted = 5000;
  std::size_t accepted = 0, refused = 0;
  std::uint64_t seed = 0;
  for (; accepted < wanted && seed < 40 * wanted; ++seed) {
    Program program(seed);
    const std::size_t samples = 1 + program.below(4);
    const Shape shapes[] = {{samples, 4}, {samples, samples}, {samples, 2, 3}, {samples, 1, 2, 2}};
    const Shape shape = shapes[program.below(4)];
    Tape<double> tape;
    const V x = tape.variable(random_array<double>(shape, seed));
    V h = program.run(x);
    if (h.size() % samples != 0)
      continue;
    h = reshape(h, {samples, h.size() / samples});
    INFO("seed " << seed << ", x " << x.shape() << ", h " << h.shape() << "\n" << to_dot(h));
    try {
      const Array<double> blocks = batch_jacobian(h, x).value();
      const Array<double> norms = jacobian_squared_norm(h, x).value();
      ++accepted;
      const auto [off, on] = compare(jacobian(h, x).value(), blocks);
      const double norm = difference(norms, sum(square(V(blocks)), {1, 2}).value());
      REQUIRE(off == 0);
      REQUIRE(on < 1e-11); // the same products in another order
      REQUIRE(norm < 1e-11);
    } catch (const CouplingError&) {
      ++refused;
    }
  }
  std::cout << "samples: " << accepted << " random programs accepted, none wrongly; " << refused
            << " refused (seeds 0 to " << seed - 1 << ")\n";
  CHECK(accepted >= wanted);
  // What can be shown is shown: a rule that forgets a case refuses more.
  CHECK(refused <= 3072); // by g++ 3,054: it evaluates arguments in another order
}

TEST_CASE("samples: transposed() keeps the axes in front of the last two") {
  for (const Shape& shape : {Shape{2, 3, 4}, Shape{2, 2, 3, 2}}) {
    Tape<double> tape;
    const V x = tape.variable(random_array<double>(shape, 1));
    const V h = reshape(transposed(x), {2, 12});
    INFO("x " << shape);
    CHECK(difference(jacobian_squared_norm(h, x).value(), Array<double>{12, 12}) == 0);
    CHECK(difference(hessian_squared_norm(square(h), x).value(), Array<double>{48, 48}) < 1e-11);
    const auto [off, on] = compare(jacobian(h, x).value(), batch_jacobian(h, x).value());
    CHECK(off == 0);
    CHECK(on == 0);
  }
}

TEST_CASE("samples: what transposed() mixes is refused") {
  for (const Shape& shape : {Shape{2, 3, 4}, Shape{2, 2, 3, 2}}) {
    Tape<double> tape;
    const V x = tape.variable(random_array<double>(shape, 1));
    const V h = permute(reshape(transposed(x), {12, 2}), {1, 0}); // every other element of both
    INFO("x " << shape);
    CHECK_THROWS_AS(jacobian_squared_norm(h, x), CouplingError);
    CHECK_THROWS_AS(hessian_squared_norm(square(h), x), CouplingError);
    CHECK_THROWS_AS(batch_jacobian(h, x), CouplingError);
  }
}

TEST_CASE("samples: a permutation behind leading axes keeps them") {
  Tape<double> tape;
  const V x = tape.variable(random_array<double>({2, 3, 4}, 1));
  const V cubes = pow(permute(x, {0, 2, 1}), 3.0);
  // Three cotangents at once: (3, 2, 3, 4), where the samples are the second axis.
  const V g = vjp(cubes, x, V(random_array<double>({3, 2, 4, 3}, 2)));
  const V h = reshape(permute(g, {1, 0, 2, 3}), {2, 36});
  const auto [off, on] = compare(jacobian(h, x).value(), batch_jacobian(h, x).value());
  CHECK(off == 0);
  CHECK(on < 1e-11);
  CHECK_THROWS_AS(jacobian_squared_norm(reshape(g, {2, 36}), x), CouplingError);
}

} // namespace contractive::tests
