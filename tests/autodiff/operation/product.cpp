// Products that are large enough to be cut into a part for each thread.
#include <contractive/autodiff/autodiff.hpp>
#include <contractive/autodiff/jacobian/gram.hpp>

#include "support/random.hpp"
#include "support/tolerance.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;

namespace {

double largest_difference(const Array<double>& a, const Array<double>& b) {
  REQUIRE(a.shape() == b.shape());
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

V range(const V& x, int axis, std::size_t from, std::size_t to) {
  return slice(x, axis, {static_cast<std::ptrdiff_t>(from), static_cast<std::ptrdiff_t>(to)});
}

} // namespace

TEST_CASE("product: what is cut for the threads is what small products give") {
  const int before = thread_count();
  const std::size_t k = 67;
  for (const int threads : {2, 3})
    for (const bool tall : {true, false})
      for (const bool flip_a : {false, true})
        for (const bool flip_b : {false, true})
          for (const std::size_t batch : {1u, 2u}) {
            set_threads(threads);
            const std::size_t m = tall ? 1201 : 47, n = tall ? 47 : 1201; // 3.8 million each
            const V a(random_array<double>(flip_a ? Shape{batch, k, m} : Shape{batch, m, k}, 1));
            const V b(random_array<double>(flip_b ? Shape{n, k} : Shape{k, n}, 2));
            const Transpose flip = flip_a   ? flip_b ? Transpose::both : Transpose::a
                                   : flip_b ? Transpose::b
                                            : Transpose::none;
            const Array<double> whole = matmul(a, b, flip).value();
            std::vector<V> parts; // each too small to be cut
            for (std::size_t first = 0; first < std::max(m, n); first += 100) {
              const std::size_t last = std::min(first + 100, std::max(m, n));
              parts.push_back(tall ? matmul(range(a, flip_a ? 2 : 1, first, last), b, flip)
                                   : matmul(a, range(b, flip_b ? 0 : 1, first, last), flip));
            }
            // Of the order of 1: sums of 67 products.
            CHECK(largest_difference(whole, concatenate(parts, tall ? 1 : 2).value()) <
                  rounding<double>);
          }
  set_threads(before);
}

TEST_CASE("product: a cut Gram matrix is the sum over its parts") {
  const int before = thread_count();
  for (const int threads : {2, 3}) {
    set_threads(threads);
    const V a(random_array<double>({6007, 31}, 1));
    for (const auto& [low, high] : {std::pair{0.5, 1.5}, {-1.5, -0.5}, {-1.0, 1.0}, {0.7, 0.7}}) {
      const V c(random_array<double>({6007}, 2, low, high));
      V sum(Array<double>::zeros({31, 31}));
      for (std::size_t first = 0; first < 6007; first += 500) {
        const std::size_t last = std::min<std::size_t>(first + 500, 6007);
        sum += weighted_gram(range(a, 0, first, last), range(c, 0, first, last));
      }
      // Its diagonal is of the order of 1,000.
      CHECK(largest_difference(weighted_gram(a, c).value(), sum.value()) < 1000 * rounding<double>);
    }
  }
  set_threads(before);
}

} // namespace contractive::tests
