#include "autodiff/operation/operations.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace contractive::tests {
namespace {

const std::vector<Shapes> none;

// The elements along the flagged axes, gathered for each index of the rest.
Naive reduction(std::vector<int> axes, bool keep,
                const std::function<Real(const std::vector<Real>&)>& f) {
  return [=](const std::vector<Tensor>& v) {
    const Tensor& x = v[0];
    const auto flags = detail::resolve_axes("naive", axes, x.rank());
    Shape kept, dropped;
    for (std::size_t i = 0; i < x.rank(); ++i) {
      kept.push_back(flags[i] ? 1 : x.shape()[i]);
      if (!flags[i])
        dropped.push_back(x.shape()[i]);
    }
    return build(kept,
                 [&](const Shape& index) {
                   std::vector<Real> run;
                   for_each_index(x.shape(), [&](const Shape& i) {
                     bool mine = true;
                     for (std::size_t a = 0; a < x.rank(); ++a)
                       mine = mine && (flags[a] || i[a] == index[a]);
                     if (mine)
                       run.push_back(at(x, i));
                   });
                   return f(run);
                 })
        .reshaped(keep ? kept : dropped);
  };
}

Real total(const std::vector<Real>& run) {
  Real sum = 0;
  for (const Real x : run)
    sum += x;
  return sum;
}
Real squares(const std::vector<Real>& run) {
  Real sum = 0;
  for (const Real x : run)
    sum += x * x;
  return sum;
}
Real average(const std::vector<Real>& run) { return total(run) / static_cast<Real>(run.size()); }
Real largest(const std::vector<Real>& run) { return *std::max_element(run.begin(), run.end()); }
Real smallest(const std::vector<Real>& run) { return *std::min_element(run.begin(), run.end()); }
Real product(const std::vector<Real>& run) {
  Real product = 1;
  for (const Real x : run)
    product *= x;
  return product;
}
Real length(const std::vector<Real>& run) { return std::sqrt(squares(run)); }
Real variance(const std::vector<Real>& run) {
  Real sum = 0;
  for (const Real x : run)
    sum += (x - average(run)) * (x - average(run));
  return sum / static_cast<Real>(run.size());
}
Real deviation(const std::vector<Real>& run) { return std::sqrt(variance(run)); }
Real log_sum_exp(const std::vector<Real>& run) {
  Real sum = 0;
  for (const Real x : run)
    sum += std::exp(x);
  return std::log(sum);
}

// f(x_i, all x along the last axis)
Naive along_last(const std::function<Real(Real, const std::vector<Real>&)>& f) {
  return [=](const std::vector<Tensor>& v) {
    const Tensor& x = v[0];
    return build(x.shape(), [&](const Shape& index) {
      std::vector<Real> run;
      Shape i = index;
      for (i[x.rank() - 1] = 0; i.back() < x.shape().back(); ++i[x.rank() - 1])
        run.push_back(at(x, i));
      return f(at(x, index), run);
    });
  };
}

const std::vector<Shapes> tensors{{{2, 3, 4}}, {{1, 3, 1}}, {{2, 1, 5}}, {{3, 2, 19}}};
const std::vector<Shapes> with_empty{
    {{2, 3, 4}}, {{1, 3, 1}}, {{2, 0, 3}}, {{0, 2, 3}}, {{1, 70, 3}}};

const std::vector<Shapes> with_zeros{{{2, 3, 4}}, {{1, 3, 1}}, {{0, 2, 3}}};

Naive sums_up_to(std::size_t axis) {
  return [=](const std::vector<Tensor>& v) {
    return build(v[0].shape(), [&](Shape i) {
      Real sum = 0;
      for (std::size_t last = i[axis] + 1, k = 0; k < last; ++k) {
        i[axis] = k;
        sum += at(v[0], i);
      }
      return sum;
    });
  };
}

// The elements of matrices for which keep(j - i).
Naive kept(const std::function<bool(std::ptrdiff_t)>& keep) {
  return [=](const std::vector<Tensor>& v) {
    return build(v[0].shape(), [&](const Shape& i) {
      const std::size_t n = i.rank();
      const bool inside =
          keep(static_cast<std::ptrdiff_t>(i[n - 1]) - static_cast<std::ptrdiff_t>(i[n - 2]));
      return inside ? at(v[0], i) : Real(0);
    });
  };
}

// The k-th diagonals of matrices.
Naive diagonals(std::ptrdiff_t k) {
  return [=](const std::vector<Tensor>& v) {
    const Shape s = v[0].shape(), front = s.first(s.rank() - 2);
    const auto m = static_cast<std::ptrdiff_t>(s[s.rank() - 2]),
               n = static_cast<std::ptrdiff_t>(s.back());
    std::size_t count = 0;
    for (std::ptrdiff_t i = 0; i < m; ++i)
      count += i + k >= 0 && i + k < n;
    const std::size_t down = k < 0 ? static_cast<std::size_t>(-k) : 0,
                      right = k > 0 ? static_cast<std::size_t>(k) : 0;
    return build(front + Shape{count}, [&](const Shape& i) {
      return at(v[0], i.first(front.rank()) + Shape{down + i.back(), right + i.back()});
    });
  };
}

} // namespace

// clang-format off
std::vector<Row> reduce_rows() {
  const std::vector<Shapes> rank2{{{2, 3}}};
  std::vector<Row> rows{
  {"sum",            with_empty, -2, 2, [](auto& v) { return sum(v[0]); },                   reduction({0, 1, 2}, false, total), none},
  {"sum 1",          with_empty, -2, 2, [](auto& v) { return sum(v[0], 1); },                reduction({1}, false, total), {{{2}}}},
  {"sum -1 keep",    with_empty, -2, 2, [](auto& v) { return sum(v[0], -1, KeepDims::yes); },         reduction({-1}, true, total), {{{}}}},
  {"sum 0 2",        with_empty, -2, 2, [](auto& v) { return sum(v[0], {0, 2}); },           reduction({0, 2}, false, total), rank2},
  {"sum_of_squares", with_empty, -2, 2, [](auto& v) { return sum_of_squares(v[0], {0, 2}); }, reduction({0, 2}, false, squares), rank2},
  {"sum_of_squares 1", with_empty, -2, 2, [](auto& v) { return sum_of_squares(v[0], 1, KeepDims::yes); }, reduction({1}, true, squares), {{{2}}}},
  {"mean",           tensors, -2, 2,    [](auto& v) { return mean(v[0]); },                  reduction({0, 1, 2}, false, average), none},
  {"mean 0 1",       tensors, -2, 2,    [](auto& v) { return mean(v[0], {0, 1}); },          reduction({0, 1}, false, average), {{{2}}}},
  {"max",            tensors, -2, 2,    [](auto& v) { return max(v[0]); },                   reduction({0, 1, 2}, false, largest), {{{0}}}},
  {"max 1",          tensors, -2, 2,    [](auto& v) { return max(v[0], 1); },                reduction({1}, false, largest), {{{2, 0, 3}}}},
  {"max 0 2 keep",   tensors, -2, 2,    [](auto& v) { return max(v[0], {0, 2}, KeepDims::yes); },     reduction({0, 2}, true, largest), rank2},
  {"min",            tensors, -2, 2,    [](auto& v) { return min(v[0]); },                   reduction({0, 1, 2}, false, smallest), {{{0}}}},
  {"min 0 2 keep",   tensors, -2, 2,    [](auto& v) { return min(v[0], {0, 2}, KeepDims::yes); },     reduction({0, 2}, true, smallest), rank2},
  {"prod 1",         with_empty, 0.9, 1.1, [](auto& v) { return prod(v[0], 1); },            reduction({1}, false, product), {{{2}}}},
  {"prod 0 2 keep",  tensors, 0.9, 1.1,    [](auto& v) { return prod(v[0], {0, 2}, KeepDims::yes); },    reduction({0, 2}, true, product), rank2},
  {"norm",           with_zeros, 0.5, 2, [](auto& v) { return norm(v[0]); },                 reduction({0, 1, 2}, false, length), none},
  {"norm 0 2 keep",  with_zeros, 0.5, 2, [](auto& v) { return norm(v[0], {0, 2}, KeepDims::yes); },   reduction({0, 2}, true, length), rank2},
  {"var",            tensors, -2, 2,    [](auto& v) { return var(v[0]); },                   reduction({0, 1, 2}, false, variance), none},
  {"var 1",          tensors, -2, 2,    [](auto& v) { return var(v[0], 1); },                reduction({1}, false, variance), {{{2}}}},
  {"stddev 0 1",     {{{2, 3, 4}}, {{1, 5, 1}}, {{3, 1, 2}}}, -2, 2, [](auto& v) { return stddev(v[0], {0, 1}); }, reduction({0, 1}, false, deviation), {{{2}}}},
  {"cumsum 1",       with_empty, -2, 2, [](auto& v) { return cumsum(v[0], 1); },             sums_up_to(1), {{{2}}}},
  {"cumsum -1",      tensors, -2, 2,    [](auto& v) { return cumsum(v[0], -1); },            sums_up_to(2), {{{}}}},
  {"logsumexp",      tensors, -2, 2,    [](auto& v) { return logsumexp(v[0]); },             reduction({0, 1, 2}, false, log_sum_exp), none},
  {"logsumexp -1",   tensors, -2, 2,    [](auto& v) { return logsumexp(v[0], -1); },         reduction({-1}, false, log_sum_exp), none},
  {"softmax",        tensors, -2, 2,    [](auto& v) { return softmax(v[0]); },
     along_last([](Real x, auto& run) { return std::exp(x - log_sum_exp(run)); }), none},
  {"log_softmax",    tensors, -2, 2,    [](auto& v) { return log_softmax(v[0]); },
     along_last([](Real x, auto& run) { return x - log_sum_exp(run); }), none},
  };
  // More than a block of columns, or of terms.
  for (Row& row : rows)
    row.large = {{{2, 3, 300}}, {{1, 1100, 2}}, {{1, 1, 2100}}};
  return rows;
}

std::vector<Row> move_rows() {
  const std::vector<Shapes> matrices{{{3, 3}}, {{2, 4}}, {{4, 2}}, {{1, 1}}, {{2, 3, 2}}, {{0, 2}}, {{2, 0}}};
  const std::vector<Shapes> threes{{{2, 3, 4}}, {{1, 3, 4}}, {{2, 3, 1}}, {{5, 3, 2}}};
  return {
  {"reshape",      {{{2, 6}}, {{12}}, {{3, 4}}, {{1, 12}}}, -2, 2, [](auto& v) { return reshape(v[0], {3, Shape::infer, 2}); },
     [](auto& v) { return v[0].reshaped({3, v[0].size() / 6, 2}); }, {{{5}}}},
  {"permute",      threes, -2, 2, [](auto& v) { return permute(v[0], {2, 0, 1}); },
     [](auto& v) { const Shape s = v[0].shape(); return build({s[2], s[0], s[1]}, [&](const Shape& i) { return at(v[0], {i[1], i[2], i[0]}); }); }, {{{2, 2}}}},
  {"transposed",   threes, -2, 2, [](auto& v) { return transposed(v[0]); },
     [](auto& v) { const Shape s = v[0].shape(); return build({s[0], s[2], s[1]}, [&](const Shape& i) { return at(v[0], {i[0], i[2], i[1]}); }); }, {{{2}}}},
  {"broadcast_to", {{{3, 1}}, {{1}}, {{}}, {{1, 1, 4}}, {{2, 3, 4}}}, -2, 2, [](auto& v) { return broadcast_to(v[0], {2, 3, 4}); },
     [](auto& v) { return build({2, 3, 4}, [&](const Shape& i) { return at(v[0], i); }); }, {{{5}}, {{1, 2, 3, 4}}}},
  {"slice",        threes, -2, 2, [](auto& v) { return slice(v[0], {{}, {1, {}, 1}, {{}, {}, -2}}); },
     [](auto& v) { const Shape s = v[0].shape(); return build({s[0], 2, (s[2] + 1) / 2}, [&](const Shape& i) { return at(v[0], {i[0], i[1] + 1, s[2] - 1 - 2 * i[2]}); }); }, {{{2}}}},
  {"slice axis",   threes, -2, 2, [](auto& v) { return slice(v[0], 1, {-3, -1, 2}); },
     [](auto& v) { const Shape s = v[0].shape(); return build({s[0], 1, s[2]}, [&](const Shape& i) { return at(v[0], {i[0], 0, i[2]}); }); }, {{{2}}}},
  {"slice empty",  threes, -2, 2, [](auto& v) { return slice(v[0], 1, {2, 1}); },
     [](auto& v) { const Shape s = v[0].shape(); return Tensor::zeros({s[0], 0, s[2]}); }, none},
  {"pad",          threes, -2, 2, [](auto& v) { return pad(v[0], {{1, 0}, {0, 2}, {1, 1}}); },
     [](auto& v) { const Shape s = v[0].shape(); return build({s[0] + 1, s[1] + 2, s[2] + 2}, [&](const Shape& i) {
        const bool inside = i[0] >= 1 && i[1] < s[1] && i[2] >= 1 && i[2] <= s[2];
        return inside ? at(v[0], {i[0] - 1, i[1], i[2] - 1}) : Real(0); }); }, {{{2}}}},
  {"pad value",    {{{3}}, {{1}}, {{0}}}, -2, 2, [](auto& v) { return pad(v[0], {{1, 1}}, decltype(v[0].item())(7)); },
     [](auto& v) { const std::size_t n = v[0].size(); return build({n + 2}, [&](const Shape& i) { return i[0] == 0 || i[0] == n + 1 ? Real(7) : at(v[0], {i[0] - 1}); }); }, none},
  {"concatenate",  {{{2, 3}, {2, 1}}, {{1, 2}, {1, 2}}, {{2, 0}, {2, 3}}}, -2, 2, [](auto& v) { return concatenate<std::decay_t<decltype(v[0].item())>>({v[0], v[1], v[0]}, 1); },
     [](auto& v) { const std::size_t a = v[0].shape()[1], b = v[1].shape()[1]; return build({v[0].shape()[0], 2 * a + b}, [&](const Shape& i) {
        return i[1] < a ? at(v[0], i) : i[1] < a + b ? at(v[1], {i[0], i[1] - a}) : at(v[0], {i[0], i[1] - a - b}); }); }, {{{2, 3}, {3, 3}}, {{2}, {2, 2}}}},
  {"stack",        {{{2, 3}, {2, 3}}, {{1, 1}, {1, 1}}, {{4, 2}, {4, 2}}}, -2, 2, [](auto& v) { return stack<std::decay_t<decltype(v[0].item())>>({v[0], v[1]}, 1); },
     [](auto& v) { const Shape s = v[0].shape(); return build({s[0], 2, s[1]}, [&](const Shape& i) { return at(v[i[1]], {i[0], i[2]}); }); }, {{{2, 3}, {2, 2}}}},
  {"squeeze",      {{{2, 1, 3}}, {{1, 1}}, {{1}}, {{}}, {{1, 0}}, {{4}}}, -2, 2, [](auto& v) { return squeeze(v[0]); },
     [](auto& v) { Shape to; for (const std::size_t n : v[0].shape()) if (n != 1) to.push_back(n); return v[0].reshaped(to); }, none},
  {"squeeze 1",    {{{2, 1, 3}}, {{1, 1}}, {{0, 1}}}, -2, 2, [](auto& v) { return squeeze(v[0], 1); },
     [](auto& v) { const Shape s = v[0].shape(); return v[0].reshaped(s.first(1) + s.last(s.rank() - 2)); }, {{{2, 2}}, {{1}}, {{2, 0}}}},
  {"expand_dims",  {{{2, 3}}, {{1}}, {{}}, {{0}}}, -2, 2, [](auto& v) { return expand_dims(v[0], -1); },
     [](auto& v) { return v[0].reshaped(v[0].shape() + Shape{1}); }, {{{1, 1, 1, 1, 1, 1, 1, 1}}}},
  {"split",        {{{2, 6}}, {{1, 3}}, {{3, 0}}}, -2, 2, [](auto& v) { const auto parts = split(v[0], 3, 1); return parts[0] * parts[2] + parts[1]; },
     [](auto& v) { const std::size_t n = v[0].shape()[1] / 3; return build({v[0].shape()[0], n}, [&](const Shape& i) {
        return at(v[0], i) * at(v[0], {i[0], 2 * n + i[1]}) + at(v[0], {i[0], n + i[1]}); }); }, {{{2, 4}}, {{3}}}},
  {"flip",         threes, -2, 2, [](auto& v) { return flip(v[0], 1); },
     [](auto& v) { return build(v[0].shape(), [&](const Shape& i) { return at(v[0], {i[0], 2 - i[1], i[2]}); }); }, {{{2}}}},
  {"tril",         matrices, -2, 2, [](auto& v) { return tril(v[0]); }, kept([](auto above) { return above <= 0; }), {{{2}}}},
  {"tril 1",       matrices, -2, 2, [](auto& v) { return tril(v[0], 1); }, kept([](auto above) { return above <= 1; }), none},
  {"triu",         matrices, -2, 2, [](auto& v) { return triu(v[0]); }, kept([](auto above) { return above >= 0; }), {{{2}}}},
  {"triu -1",      matrices, -2, 2, [](auto& v) { return triu(v[0], -1); }, kept([](auto above) { return above >= -1; }), none},
  {"diagonal",     matrices, -2, 2, [](auto& v) { return diagonal(v[0]); }, diagonals(0), {{{2}}}},
  {"diagonal 1",   matrices, -2, 2, [](auto& v) { return diagonal(v[0], 1); }, diagonals(1), none},
  {"diagonal -2",  matrices, -2, 2, [](auto& v) { return diagonal(v[0], -2); }, diagonals(-2), none},
  {"trace",        matrices, -2, 2, [](auto& v) { return trace(v[0]); },
     [](auto& v) { const Tensor d = diagonals(0)(v); return build(d.shape().first(d.rank() - 1), [&](const Shape& i) {
        Real sum = 0; for (std::size_t k = 0; k < d.shape().back(); ++k) sum += at(d, i + Shape{k}); return sum; }); }, {{{2}}}},
  {"scatter_add",  {{{2, 3}, {2, 4}}, {{1, 3}, {1, 1}}, {{0, 3}, {0, 4}}, {{2, 3}, {}}}, -2, 2, [](auto& v) { return scatter_add(v[0], Indices{2, 0, 2, -2}, v[1], 1); },
     [](auto& v) { Tensor sum = v[0]; const std::size_t p[] = {2, 0, 2, 1}; for_each_index({v[0].shape()[0], 4}, [&](const Shape& i) {
        sum[i[0] * 3 + p[i[1]]] += at(v[1], i); }); return sum; }, {{{2, 2}, {2, 4}}, {{2, 3}, {2, 3}}}},
  {"scatter_add along", {{{3, 2}, {1, 2}}}, -2, 2, [](auto& v) { return scatter_add(v[0], Indices({1, 2}, {2, 0}), v[1]); },
     [](auto& v) { Tensor sum = v[0]; sum[4] += v[1][0]; sum[1] += v[1][1]; return sum; }, {{{3, 3}, {1, 3}}}},
  {"gather take",  threes, -2, 2, [](auto& v) { return gather(v[0], Indices{2, 0, 2, -2}, 1); },
     [](auto& v) { const std::size_t p[] = {2, 0, 2, 1}; const Shape s = v[0].shape(); return build({s[0], 4, s[2]}, [&](const Shape& i) { return at(v[0], {i[0], p[i[1]], i[2]}); }); }, {{{2, 2, 2}}}},
  {"gather along", {{{3, 2}}, {{4, 2}}}, -2, 2, [](auto& v) { return gather(v[0], Indices({1, 2}, {2, 0}), 0); },
     [](auto& v) { return build({1, 2}, [&](const Shape& i) { return at(v[0], {i[1] == 0 ? 2u : 0u, i[1]}); }); }, {{{3, 3}}, {{2, 2}}}},
  };
}
// clang-format on

} // namespace contractive::tests
