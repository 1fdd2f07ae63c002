#pragma once

#include <cstddef>
#include <vector>

/// The matrix products that a step cannot do without.
namespace contractive::bench {

/// A product c (batches of m, n) = a b over k, as BLAS gets it.
struct Gemm {
  std::size_t batches, m, n, k;
};
using Gemms = std::vector<Gemm>;

double multiply_adds(const Gemms& products);
Gemms operator+(Gemms a, const Gemms& more);

/// A dense block of `rows` rows through a layer (m, n): forward, and both gradients.
Gemms dense_rows(std::size_t rows, std::size_t m, std::size_t n);
/// <A M, A> with M = W W' for W (n, d) and `rows` rows of A in the whole batch: M, P = A M,
/// A' diag(c) A (half of it by syrk: k / 2), and the gradient of W through M.
Gemms shared_gram(std::size_t rows, std::size_t n, std::size_t d);

/// Of a chain of dense layers of these sizes and the linear decoder behind it: forward, gradient in
/// the weights, gradient in the input unless that is the data.
Gemms plain_step(std::vector<std::size_t> sizes, std::size_t batch);
/// Of the chain's penalty: those of the plan that needs fewest multiply-adds for value and
/// gradient, among all cuts, directions and contractions, counted without the library's planner.
Gemms chain_penalty(const std::vector<std::size_t>& sizes, std::size_t batch);

} // namespace contractive::bench
