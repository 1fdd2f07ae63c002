#include <contractive/autodiff/jacobian/jacobian.hpp>

#include <contractive/autodiff/derivative/checkpoint.hpp>
#include <contractive/autodiff/jacobian/gram.hpp>
#include <contractive/autodiff/jacobian/plan.hpp>
#include <contractive/autodiff/operation/contract.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <algorithm>
#include <memory>

namespace contractive {
namespace {

// ||J_b||^2 of a block that kept its structure, between values of these shapes.
template <class T>
Variable<T> closed_form(const Block<T>& block, const Shape& from, const Shape& to) {
  const std::size_t samples = from[0];
  if (!block.form.w && !block.form.e)
    return Array<T>::full({samples}, static_cast<T>(to.inner(0)));
  if (!block.form.w)
    return sum(reshape(broadcast_to(square(block.e), to), {samples, Shape::infer}), 1);
  // ||diag(d) w diag(e)||^2 = sum_j d_j^2 sum_i w_ji^2 e_i^2; without e, Rifai's closed form
  // sum_j d_j^2 ||w_j||^2.
  const bool across = block.form.transpose_w;
  const Variable<T> d2 = broadcast_to(square(block.d), {samples, from.inner(0)});
  if (block.form.e) {
    const Variable<T> e2 = broadcast_to(square(block.e), to);
    return sum(d2 * matmul(e2, square(block.w), across ? Transpose::none : Transpose::b), 1);
  }
  const Variable<T> norms = sum_of_squares(block.w, across ? 0 : 1, KeepDims::yes);
  return reshape(matmul(d2, across ? transposed(norms) : norms), {samples});
}

// The numbers of rows that fit the budget, in turn.
template <class T> std::vector<Rows> chunks(const Planner<T>& planner, const Sweep& sweep) {
  const std::size_t at_once = planner.rows_at_once(sweep);
  std::vector<Rows> result;
  for (std::size_t first = 0; first < sweep.rows; first += at_once)
    result.push_back({first, std::min(at_once, sweep.rows - first)});
  return result;
}

// The sum of term(rows) over a sweep's rows. Those that do not fit the budget are replayed when a
// gradient needs them; a sweep that leaves the cut has all of them at once.
template <class T, class Term>
Variable<T> sum_over_rows(const PlannerPtr<T>& planner, const Sweep& sweep, const Term& term) {
  std::optional<Variable<T>> total;
  const std::vector<Rows> all = chunks(*planner, sweep);
  for (const Rows& rows : all) {
    const auto part = [=, s = sweep.segment] { return term(sweep_rows(planner->path, s, rows)); };
    const Variable<T> sum = all.size() == 1 ? part() : checkpoint<T>(planner->path.tape(), part);
    total = total ? *total + sum : sum;
  }
  return *total;
}

// At the cut, (B, n, n) of the rows or, of a sweep that leaves it, of the columns.
template <class T> Variable<T> gram_at_cut(const PlannerPtr<T>& planner, const Sweep& side) {
  const GramOf of = side.leaves_cut ? GramOf::rows : GramOf::columns;
  return sum_over_rows(planner, side, [of](const Variable<T>& rows) {
    return gram(permute(rows, {1, 0, 2}), of);
  });
}

// Each sample's sum of squares.
template <class T> Variable<T> by_rows(const PlannerPtr<T>& planner, const Sweep& whole) {
  return sum_over_rows(planner, whole, [](const Variable<T>& rows) {
    return sum_of_squares(rows, {0, 2});
  });
}

// <A M, A> with A = rows diag(d) and M = W W^T, where the other side is diag(d) W; and what it
// would be if W's rows were orthogonal: (2, B).
template <class T> Variable<T> shared_gram(const PlannerPtr<T>& planner, const Plan& plan) {
  const Block<T> other = sweep_block(planner->path, plan.other.segment, {});
  const Variable<T> m = gram(other.w, other.form.transpose_w ? GramOf::columns : GramOf::rows);
  return sum_over_rows(planner, plan.rows, [=, turn = plan.rows.leaves_cut](const auto& rows) {
    const Variable<T> r = turn ? permute(rows, {2, 1, 0}) : rows;
    const Variable<T> a = other.form.d ? detail::sum_of_products<T>({r, other.d}, r.shape()) : r;
    const Variable<T> constant = a.detach();
    const Variable<T> scale = detail::sum_of_products<T>({constant, constant, diagonal(m.detach())},
                                                         {1, a.shape()[1], 1});
    return stack<T>({sum(row_dot_symmetric(a, m), 0), reshape(scale, {Shape::infer})});
  });
}

// <R^T R, F F^T>, and what it would be if either were diagonal: (2, B).
template <class T> Variable<T> two_grams(const PlannerPtr<T>& planner, const Plan& plan) {
  const Variable<T> r = gram_at_cut(planner, plan.rows), f = gram_at_cut(planner, plan.other);
  return stack<T>({sum(r * f, {1, 2}), sum(diagonal(r.detach()) * diagonal(f.detach()), 1)});
}

// The norms of (norms, scales). A contraction of Gram matrices is off by rounding errors of its
// scale, and so is its gradient in whatever scales the block; a sample where most of that cancels
// takes its norm from rows.
template <class T>
Variable<T> kept_accurate(const PlannerPtr<T>& planner, const Variable<T>& norms_and_scales) {
  const Variable<T> norms = norms_and_scales[0];
  const Mask kept = norms >= norms_and_scales.detach()[1] * T(0.01);
  if (std::all_of(kept.begin(), kept.end(), [](bool one) { return one; }))
    return norms;
  const Path<T>& path = planner->path; // swept from the smaller end
  const bool forward = path.shape(path.from()).elements() < path.shape(path.to()).elements();
  return where(kept, norms, by_rows(planner, planner->whole(forward)));
}

// What a planner says of its plan, with nothing recorded; where there is none to make, `otherwise`.
template <class T, class Answer>
Answer ask(const char* name, const Variable<T>& h, const Variable<T>& x,
           const JacobianOptions& options, Answer (Planner<T>::*question)(const Plan&) const,
           const Answer& otherwise) {
  const Tape<T>* const tape = Tape<T>::tape_of(h, name);
  const JacobianOptions own = detail::as_recorded(options, tape);
  const RecordingScope<T> off(tape, Recording::off);
  const Planner<T> planner(name, h, x, own);
  return planner.path.connected() ? (planner.*question)(planner.plan()) : otherwise;
}

} // namespace

template <class T> Variable<T> squared_norm(const PlannerPtr<T>& planner, const Plan& plan) {
  const Path<T>& path = planner->path;
  const Segment& s = plan.rows.segment;
  switch (plan.contraction) {
  case Plan::Contraction::none:
    return by_rows(planner, plan.rows);
  case Plan::Contraction::structured: // forward, it is transposed, which the norm does not mind
    return closed_form(sweep_block(path, s, {}), path.shape(s.begin()), path.shape(s.end()));
  case Plan::Contraction::shared_gram:
    return kept_accurate(planner, shared_gram(planner, plan));
  default:
    return kept_accurate(planner, two_grams(planner, plan));
  }
}

template <class T>
Variable<T> jacobian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                  const JacobianOptions& options) {
  constexpr const char* name = "jacobian_squared_norm";
  const Tape<T>* const tape = Tape<T>::tape_of(h, name);
  const JacobianOptions own = detail::as_recorded(options, tape);
  const RecordingScope<T> scope(own.create_graph == CreateGraph::no ? tape : nullptr,
                                Recording::off);
  const auto planner = std::make_shared<const Planner<T>>(name, h, x, own);
  if (!planner->path.connected())
    return Array<T>::zeros({planner->samples});
  return squared_norm(planner, planner->plan());
}

template <class T>
Variable<T> batch_jacobian(const Variable<T>& h, const Variable<T>& x,
                           const JacobianOptions& options) {
  const RecordingScope<T> scope(
      options.create_graph == CreateGraph::no ? Tape<T>::tape_of(h, "batch_jacobian") : nullptr,
      Recording::off);
  const Planner<T> planner("batch_jacobian", h, x, options);
  const std::size_t s = h.shape().inner(0), d = x.shape().inner(0);
  if (!planner.path.connected())
    return Array<T>::zeros({planner.samples, s, d});
  const Sweep whole = planner.whole(d < s); // whichever has fewer rows
  std::vector<Variable<T>> parts;
  for (const Rows& rows : chunks(planner, whole))
    parts.push_back(sweep_rows(planner.path, whole.segment, rows));
  return permute(concatenate(parts), whole.segment.forward ? Axes{1, 2, 0} : Axes{1, 0, 2});
}

template <class T>
JacobianCost jacobian_cost(const Variable<T>& h, const Variable<T>& x,
                           const JacobianOptions& options) {
  return ask("jacobian_cost", h, x, options, &Planner<T>::cost, {});
}

template <class T>
std::string explain_jacobian(const Variable<T>& h, const Variable<T>& x,
                             const JacobianOptions& options) {
  return ask<T, std::string>("explain_jacobian", h, x, options, &Planner<T>::explain,
                             "h does not depend on x: J = 0\n");
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
  const JacobianOptions own = detail::as_recorded(options, &tape);
  const RecordingScope<T> on(&tape, Recording::on); // each row's path from x
  const Position mark = tape.size();
  Variable<T> total(Array<T>::zeros({samples}));
  for (std::size_t k = 0; k < s; ++k) {
    const Array<T> unit = Array<T>::make(h.shape(), [&](T* out) {
      for (std::size_t i = 0; i < h.size(); ++i)
        out[i] = i % s == k ? T(1) : T(0);
    });
    const Variable<T> row = vjp(h, x, Variable<T>(unit));
    if (row.tracked())
      total += jacobian_squared_norm(row, x, own);
    if (own.create_graph == CreateGraph::no)
      tape.rewind(mark);
  }
  return total;
}

// clang-format off
using namespace instances;
template VF squared_norm(const PlannerPtr<float>&, const Plan&); template VD squared_norm(const PlannerPtr<double>&, const Plan&);
template VF jacobian_squared_norm(const VF&, const VF&, const JacobianOptions&); template VD jacobian_squared_norm(const VD&, const VD&, const JacobianOptions&);
template VF hessian_squared_norm(const VF&, const VF&, const JacobianOptions&); template VD hessian_squared_norm(const VD&, const VD&, const JacobianOptions&);
template VF batch_jacobian(const VF&, const VF&, const JacobianOptions&);   template VD batch_jacobian(const VD&, const VD&, const JacobianOptions&);
template JacobianCost jacobian_cost(const VF&, const VF&, const JacobianOptions&); template JacobianCost jacobian_cost(const VD&, const VD&, const JacobianOptions&);
template std::string explain_jacobian(const VF&, const VF&, const JacobianOptions&); template std::string explain_jacobian(const VD&, const VD&, const JacobianOptions&);

} // namespace contractive
