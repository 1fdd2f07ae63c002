#include <contractive/autodiff/jacobian/jacobian.hpp>

#include <contractive/autodiff/derivative/checkpoint.hpp>
#include <contractive/autodiff/jacobian/gram.hpp>
#include <contractive/autodiff/jacobian/plan.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <algorithm>
#include <memory>

namespace contractive {
namespace {

// ||J_b||^2 of a block that kept its structure, between values of these shapes.
template <class T> Variable<T> squared_norm(const Block<T>& block, const Shape& h, const Shape& x) {
  const std::size_t samples = x[0];
  if (std::holds_alternative<IdentityBlock>(block))
    return Array<T>::full({samples}, static_cast<T>(x.inner(0)));
  if (const auto* diagonal = std::get_if<DiagonalBlock<T>>(&block))
    return sum(reshape(broadcast_to(square(diagonal->d), x), {samples, Shape::infer}), 1);
  // ||diag(d) w diag(e)||^2 = sum_j d_j^2 sum_i w_ji^2 e_i^2; without e, Rifai's closed form
  // sum_j d_j^2 ||w_j||^2.
  const auto& [d, w, e, transpose_w] = std::get<SandwichBlock<T>>(block);
  const Variable<T> d2 = broadcast_to(square(d), {samples, h.inner(0)});
  if (e.rank() == 0) {
    const Variable<T> norms = sum_of_squares(w, transpose_w ? 0 : 1, KeepDims::yes);
    return square(e) * reshape(matmul(d2, transpose_w ? transposed(norms) : norms), {samples});
  }
  const Variable<T> e2 = broadcast_to(square(e), {samples, x.inner(0)});
  return sum(d2 * matmul(e2, square(w), transpose_w ? Transpose::none : Transpose::b), 1);
}

// `rows` of a segment's Jacobian, (k, B, n).
template <class T>
Variable<T> rows_of(Planner<T>& planner, const Segment& segment, const Rows& rows) {
  const Block<T> block = sweep_blocks(planner.path, segment, rows);
  return reshape(
      dense_rows(block, planner.path.shape(segment.end()), planner.path.label(segment.end()), rows),
      {rows.count, planner.samples, Shape::infer});
}

// The numbers of rows that fit the budget, in turn.
template <class T> std::vector<Rows> chunks(Planner<T>& planner, const Segment& segment) {
  const std::size_t all = planner.row_count(segment), at_once = planner.rows_at_once(segment);
  std::vector<Rows> result;
  for (std::size_t first = 0; first < all; first += at_once)
    result.push_back({first, std::min(at_once, all - first)});
  return result;
}

// The sum of term(rows) over a segment's rows, or the one term of all rows `together`. If not all
// fit the budget, what is computed from those that do is replayed when a gradient needs it.
template <class T, class Term>
Variable<T> sum_over_rows(const std::shared_ptr<Planner<T>>& planner, const Segment& segment,
                          bool together, const Term& term) {
  const std::vector<Rows> all =
      together ? std::vector{Rows{0, planner->row_count(segment)}} : chunks(*planner, segment);
  std::optional<Variable<T>> total;
  for (const Rows& rows : all) {
    const auto part = [=] { return term(rows_of(*planner, segment, rows)); };
    const Variable<T> sum = all.size() == 1 ? part() : checkpoint<T>(planner->path.tape(), part);
    total = total ? *total + sum : sum;
  }
  return *total;
}

// For a segment that ends at the cut, sum over its rows of row row^T; for one that begins there,
// the rows' products with each other, which need all of them at once: (B, n, n) either way.
template <class T>
Variable<T> gram_at_cut(const std::shared_ptr<Planner<T>>& planner, const Segment& segment,
                        Position cut) {
  const bool ends = segment.end() == cut;
  return sum_over_rows(planner, segment, !ends, [ends](const Variable<T>& rows) {
    return gram(permute(rows, {1, 0, 2}), ends ? GramOf::columns : GramOf::rows);
  });
}

// <A M, A> with A = R diag(d) and M = W W^T, where F = diag(d) W.
template <class T>
Variable<T> shared_gram(const std::shared_ptr<Planner<T>>& planner, const Plan& plan) {
  const auto below = std::get<SandwichBlock<T>>(sweep_blocks(planner->path, plan.below, {}));
  const Variable<T> m = matmul(below.w, below.w, below.transpose_w ? Transpose::a : Transpose::b);
  const Variable<T> factor = below.d * below.e;
  const Variable<T> d =
      factor.rank() == 0 ? factor : broadcast_to(factor, {planner->samples, m.shape()[0]});
  const auto term = [=, forward = plan.above.forward](const Variable<T>& rows) {
    const Variable<T> r = forward ? permute(rows, {2, 1, 0}) : rows;
    return sum(row_dot_symmetric(d.rank() == 0 ? r : scale_rows(r, d), m), 0);
  };
  const Variable<T> total = sum_over_rows(planner, plan.above, plan.above.forward, term);
  return d.rank() == 0 ? square(d) * total : total;
}

} // namespace

template <class T>
Variable<T> jacobian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                  const JacobianOptions& options) {
  constexpr const char* name = "jacobian_squared_norm";
  const RecordingScope<T> scope(options.create_graph == CreateGraph::no ? Tape<T>::tape_of(h, name)
                                                                        : nullptr,
                                Recording::off);
  const auto planner = std::make_shared<Planner<T>>(name, h, x, options.memory_budget);
  if (!planner->path.connected())
    return Array<T>::zeros({planner->samples});
  const Plan plan = planner->plan();
  switch (plan.contraction) {
  case Plan::Contraction::shared_gram:
    return shared_gram(planner, plan);
  case Plan::Contraction::two_grams:
    return sum(gram_at_cut(planner, plan.above, plan.above.bottom) *
                   gram_at_cut(planner, plan.below, plan.below.top),
               {1, 2});
  case Plan::Contraction::structured: // forward, it is transposed, which the norm does not mind
    return squared_norm(sweep_blocks(planner->path, plan.above, {}),
                        planner->path.shape(plan.above.begin()),
                        planner->path.shape(plan.above.end()));
  default:
    return sum_over_rows(planner, plan.above, false, [](const Variable<T>& rows) {
      return sum_of_squares(rows, {0, 2});
    });
  }
}

template <class T>
Variable<T> batch_jacobian(const Variable<T>& h, const Variable<T>& x,
                           const JacobianOptions& options) {
  const RecordingScope<T> scope(
      options.create_graph == CreateGraph::no ? Tape<T>::tape_of(h, "batch_jacobian") : nullptr,
      Recording::off);
  Planner<T> planner("batch_jacobian", h, x, options.memory_budget);
  const std::size_t s = h.shape().inner(0), d = x.shape().inner(0);
  if (!planner.path.connected())
    return Array<T>::zeros({planner.samples, s, d});
  const Segment whole{planner.path.from(), planner.path.to(), d < s}; // whichever has fewer rows
  std::vector<Variable<T>> parts;
  for (const Rows& rows : chunks(planner, whole))
    parts.push_back(rows_of(planner, whole, rows));
  return permute(concatenate(parts), whole.forward ? Axes{1, 2, 0} : Axes{1, 0, 2});
}

template <class T>
std::string explain_jacobian(const Variable<T>& h, const Variable<T>& x,
                             const JacobianOptions& options) {
  Planner<T> planner("explain_jacobian", h, x, options.memory_budget);
  return planner.path.connected() ? planner.explain() : "h does not depend on x: J = 0\n";
}

template <class T>
Variable<T> hessian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                 const JacobianOptions& options) {
  const bool connected = depends("hessian_squared_norm", h, x);
  const std::size_t samples = h.shape()[0], s = h.shape().inner(0), d = x.shape().inner(0);
  const double bytes = static_cast<double>(h.size() * sizeof(T)) * static_cast<double>(d * d);
  if (bytes > static_cast<double>(options.memory_budget))
    throw Error("hessian_squared_norm: h ", h.shape(), ", x ", x.shape(), " have ", s, " * ", d,
                "^2 second derivatives for each of ", samples, " samples, ", bytes / 1e9,
                " GB; expected at most the budget of ",
                static_cast<double>(options.memory_budget) / 1e9,
                " GB; jacobian_difference_norm estimates them");
  if (!connected)
    return Array<T>::zeros({samples});
  // Row k of every sample's Jacobian has x's shape, and is as good an h as any other.
  Tape<T>& tape = *Tape<T>::tape_of(h, "hessian_squared_norm");
  JacobianOptions own = options;
  if (RecordingScope<T>::of(&tape) == Recording::off)
    own.create_graph = CreateGraph::no;
  const Position mark = tape.size();
  Variable<T> total(Array<T>::zeros({samples}));
  for (std::size_t k = 0; k < s; ++k) {
    const Array<T> unit = Array<T>::make(h.shape(), [&](T* out) {
      for (std::size_t i = 0; i < h.size(); ++i)
        out[i] = i % s == k ? T(1) : T(0);
    });
    const Variable<T> row = [&] { // recorded in any case
      const RecordingScope<T> on(&tape, Recording::on);
      return vjp(h, x, Variable<T>(unit));
    }();
    if (row.tracked())
      total += jacobian_squared_norm(row, x, own);
    if (own.create_graph == CreateGraph::no)
      tape.rewind(mark);
  }
  return total;
}

// clang-format off
using namespace instances;
template VF jacobian_squared_norm(const VF&, const VF&, const JacobianOptions&); template VD jacobian_squared_norm(const VD&, const VD&, const JacobianOptions&);
template VF hessian_squared_norm(const VF&, const VF&, const JacobianOptions&); template VD hessian_squared_norm(const VD&, const VD&, const JacobianOptions&);
template VF batch_jacobian(const VF&, const VF&, const JacobianOptions&);   template VD batch_jacobian(const VD&, const VD&, const JacobianOptions&);
template std::string explain_jacobian(const VF&, const VF&, const JacobianOptions&); template std::string explain_jacobian(const VD&, const VD&, const JacobianOptions&);

} // namespace contractive
