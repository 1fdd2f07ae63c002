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
  {"gather take",  threes, -2, 2, [](auto& v) { return gather(v[0], Indices{2, 0, 2, -2}, 1); },
     [](auto& v) { const std::size_t p[] = {2, 0, 2, 1}; const Shape s = v[0].shape(); return build({s[0], 4, s[2]}, [&](const Shape& i) { return at(v[0], {i[0], p[i[1]], i[2]}); }); }, {{{2, 2, 2}}}},
  {"gather along", {{{3, 2}}, {{4, 2}}}, -2, 2, [](auto& v) { return gather(v[0], Indices({1, 2}, {2, 0}), 0); },
     [](auto& v) { return build({1, 2}, [&](const Shape& i) { return at(v[0], {i[1] == 0 ? 2u : 0u, i[1]}); }); }, {{{3, 3}}, {{2, 2}}}},
  };
}
// clang-format on

} // namespace contractive::tests
