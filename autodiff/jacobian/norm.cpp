#include <contractive/autodiff/jacobian/jacobian.hpp>

#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/jacobian/gram.hpp>
#include <contractive/autodiff/jacobian/plan.hpp>
#include <contractive/autodiff/move.hpp>
#include <contractive/autodiff/product.hpp>
#include <contractive/autodiff/reduce.hpp>

#include <algorithm>

namespace contractive {
namespace {

// (B, ...) -> (B), and (K, B, ...) -> (B)
template <class T> Variable<T> sum_per_sample(const Variable<T>& x, std::size_t samples) {
  return sum(reshape(x, {samples, infer}), 1);
}

// ||J_b||^2 of a block that kept its structure, between values of these shapes.
template <class T> Variable<T> squared_norm(const Block<T>& block, const Shape& h, const Shape& x) {
  const std::size_t samples = x[0];
  if (std::holds_alternative<IdentityBlock>(block))
    return Array<T>::full({samples}, static_cast<T>(x.inner(0)));
  if (const auto* diagonal = std::get_if<DiagonalBlock<T>>(&block))
    return sum_per_sample(broadcast_to(square(diagonal->d), x), samples);
  // ||diag(d) w diag(e)||^2 = sum_j d_j^2 sum_i w_ji^2 e_i^2; without e, Rifai's closed form
  // sum_j d_j^2 ||w_j||^2.
  const auto& [d, w, e, transpose_w] = std::get<SandwichBlock<T>>(block);
  const Variable<T> d2 = broadcast_to(square(d), {samples, h.inner(0)});
  if (e.rank() == 0) {
    const Variable<T> norms = sum_of_squares(w, transpose_w ? 0 : 1, true);
    return square(e) * reshape(matmul(d2, transpose_w ? transposed(norms) : norms), {samples});
  }
  const Variable<T> e2 = broadcast_to(square(e), {samples, x.inner(0)});
  return sum(d2 * matmul(e2, square(w), transpose_w ? Transpose::none : Transpose::b), 1);
}

// Calls `take` with rows (k, B, n) of a segment's Jacobian: all at once, or as many as fit the
// budget when each row is kept for every value on the way.
template <class T, class Take>
void for_rows(Path<T>& path, const Segment& segment, std::size_t budget, const Take& take) {
  const Span<T> span(path.tape(), {segment.bottom}, {segment.top});
  const std::size_t bytes = std::max<std::size_t>(1, span.elements(path.tape()) * sizeof(T));
  const std::size_t at_once = std::max<std::size_t>(1, budget / bytes);
  const Position seed = segment.forward ? segment.bottom : segment.top;
  const Position end = segment.forward ? segment.top : segment.bottom;
  const std::size_t total = path.shape(seed).elements() / path.label(seed).count;
  for (std::size_t first = 0; first < total; first += at_once) {
    const Rows rows{first, std::min(at_once, total - first)};
    const Block<T> block = sweep_blocks(path, segment, rows);
    take(reshape(dense_rows(block, path.shape(end), path.label(end), rows),
                 {rows.count, path.label(end).count, infer}));
  }
}
constexpr std::size_t unlimited = static_cast<std::size_t>(-1);

// For a segment that ends at the cut, sum over its rows of row row^T; for one that begins there,
// the rows' products with each other, which need all of them at once: (B, n, n) either way.
template <class T>
Variable<T> gram_at_cut(Path<T>& path, const Segment& segment, bool ends, std::size_t budget) {
  std::optional<Variable<T>> total;
  for_rows(path, segment, ends ? budget : unlimited, [&](const Variable<T>& rows) {
    const Variable<T> g = gram(permute(rows, {1, 0, 2}), ends);
    total = total ? *total + g : g;
  });
  return *total;
}

// <A M, A> with A = R diag(d) and M = W W^T, where F = diag(d) W.
template <class T>
Variable<T> shared_gram(Path<T>& path, const Plan& plan, std::size_t samples, std::size_t budget) {
  const auto below = std::get<SandwichBlock<T>>(sweep_blocks(path, plan.below, {0, 0}));
  const Variable<T> m = matmul(below.w, below.w, below.transpose_w ? Transpose::a : Transpose::b);
  const Variable<T> d = below.d * below.e;
  Variable<T> total = Array<T>::zeros({samples});
  for_rows(path, plan.above, plan.above.forward ? unlimited : budget, [&](const Variable<T>& rows) {
    const Variable<T> r = plan.above.forward ? permute(rows, {2, 1, 0}) : rows;
    const Variable<T> a = d.rank() == 0 ? r : r * reshape(d, {1, d.shape()[0], infer});
    total = total + sum(row_dot_symmetric(a, m), 0);
  });
  return d.rank() == 0 ? square(d) * total : total;
}

} // namespace

template <class T>
Variable<T> jacobian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                  const JacobianOptions& options) {
  const auto quiet = recording(Tape<T>::home(h, "jacobian_squared_norm"), options.create_graph);
  Path<T> path("jacobian_squared_norm", h, x);
  const std::size_t samples = x.shape()[0];
  Variable<T> total = Array<T>::zeros({samples});
  if (!path.connected())
    return total;
  const Plan plan = make_plan(path);
  switch (plan.contraction) {
  case Plan::Contraction::shared_gram:
    return shared_gram(path, plan, samples, options.memory_budget);
  case Plan::Contraction::two_grams:
    return sum(gram_at_cut(path, plan.above, !plan.above.forward, options.memory_budget) *
                   gram_at_cut(path, plan.below, plan.below.forward, options.memory_budget),
               {1, 2});
  case Plan::Contraction::structured:
    return plan.above.forward // transposed, which the norm does not mind
               ? squared_norm(sweep_blocks(path, plan.above, {0, 0}), x.shape(), h.shape())
               : squared_norm(sweep_blocks(path, plan.above, {0, 0}), h.shape(), x.shape());
  case Plan::Contraction::none:
    break;
  }
  for_rows(path, plan.above, options.memory_budget, [&](const Variable<T>& rows) {
    total = total + sum_of_squares(rows, {0, 2});
  });
  return total;
}

template <class T>
Variable<T> batch_jacobian(const Variable<T>& h, const Variable<T>& x,
                           const JacobianOptions& options) {
  const auto quiet = recording(Tape<T>::home(h, "batch_jacobian"), options.create_graph);
  Path<T> path("batch_jacobian", h, x);
  const std::size_t samples = x.shape()[0], s = h.shape().inner(0), d = x.shape().inner(0);
  if (!path.connected())
    return Array<T>::zeros({samples, s, d});
  const bool forward = d < s; // whichever has fewer rows
  std::vector<Variable<T>> parts;
  for_rows(path, {path.from(), path.to(), forward}, options.memory_budget,
           [&](const Variable<T>& rows) { parts.push_back(rows); });
  const Variable<T> all = concatenate(parts);
  return permute(all, forward ? Axes{1, 2, 0} : Axes{1, 0, 2});
}

template <class T> std::string explain_jacobian(const Variable<T>& h, const Variable<T>& x) {
  Path<T> path("explain_jacobian", h, x);
  return path.connected() ? describe(path, make_plan(path)) : "h does not depend on x: J = 0\n";
}

// clang-format off
using F = Variable<float>; using D = Variable<double>; using O = JacobianOptions;
template F jacobian_squared_norm(const F&, const F&, const O&);
template D jacobian_squared_norm(const D&, const D&, const O&);
template F batch_jacobian(const F&, const F&, const O&);
template D batch_jacobian(const D&, const D&, const O&);
template std::string explain_jacobian(const F&, const F&);
template std::string explain_jacobian(const D&, const D&);

} // namespace contractive
