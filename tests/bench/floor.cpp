#include "floor.hpp"

#include <algorithm>

namespace contractive::bench {
namespace {

using Sizes = std::vector<std::size_t>;

// One row for each unit of the `from`-th layer of values, from there to the `to`-th, up or down.
// The first layer's weights, scaled, are rows already.
Gemms swept(const Sizes& sizes, std::size_t batch, std::size_t from, std::size_t to) {
  Gemms all;
  const std::size_t rows = sizes[from] * batch;
  if (from < to)
    for (std::size_t i = from + 1; i < to; ++i)
      all = all + dense_rows(rows, sizes[i + 1], sizes[i]);
  else
    for (std::size_t i = from - 1; i > to; --i)
      all = all + dense_rows(rows, sizes[i - 1], sizes[i]);
  return all;
}

// X' X of (k, n) for each sample, and its gradient.
Gemms gram(std::size_t batch, std::size_t n, std::size_t k) {
  return {{batch, n, n, k}, {batch, k, n, n}};
}

} // namespace

double multiply_adds(const Gemms& products) {
  double total = 0;
  for (const Gemm& g : products)
    total += static_cast<double>(g.batches) * static_cast<double>(g.m) * static_cast<double>(g.n) *
             static_cast<double>(g.k);
  return total;
}

Gemms operator+(Gemms a, const Gemms& more) {
  a.insert(a.end(), more.begin(), more.end());
  return a;
}

Gemms dense_rows(std::size_t rows, std::size_t m, std::size_t n) {
  return {{1, rows, m, n}, {1, m, n, rows}, {1, rows, n, m}};
}

Gemms shared_gram(std::size_t rows, std::size_t n, std::size_t d) {
  return {{1, n, n, d}, {1, rows, n, n}, {1, n, n, rows / 2}, {1, n, d, n}};
}

Gemms plain_step(Sizes sizes, std::size_t batch) {
  sizes.push_back(sizes[0]);
  Gemms all;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    all.push_back({1, batch, sizes[i + 1], sizes[i]});
    all.push_back({1, sizes[i], sizes[i + 1], batch});
    if (i > 0)
      all.push_back({1, batch, sizes[i], sizes[i + 1]});
  }
  return all;
}

Gemms chain_penalty(const Sizes& sizes, std::size_t batch) {
  const std::size_t top = sizes.size() - 1, d = sizes[0], s = sizes[top];
  if (top == 1)
    return {}; // closed form
  std::vector<Gemms> plans{swept(sizes, batch, top, 0), swept(sizes, batch, 0, top)};
  for (std::size_t cut = 1; cut < top; ++cut)
    for (const Gemms& above : {swept(sizes, batch, top, cut), swept(sizes, batch, cut, top)}) {
      const std::size_t n = sizes[cut];
      if (cut == 1)
        plans.push_back(above + shared_gram(s * batch, n, d));
      for (const Gemms& below : {swept(sizes, batch, 0, cut), swept(sizes, batch, cut, 0)})
        plans.push_back(above + below + gram(batch, n, s) + gram(batch, n, d));
    }
  return *std::min_element(plans.begin(), plans.end(), [](const Gemms& a, const Gemms& b) {
    return multiply_adds(a) < multiply_adds(b);
  });
}

} // namespace contractive::bench
