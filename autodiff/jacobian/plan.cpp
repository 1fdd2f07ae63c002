#include <contractive/autodiff/jacobian/plan.hpp>

#include <algorithm>

namespace contractive {
namespace {

using Contraction = Plan::Contraction;

// What becomes of a block, and what it costs for each row.
struct Outcome {
  std::size_t form = 0; // by its index: which matrix it has does not matter between points
  Cost per_row;
};
// The same for a block of any form.
using Outcomes = std::array<Outcome, Form::count>;

// Products, of which each takes one more for the gradient in either operand.
Cost product(double multiply_adds, int gradients) {
  return {multiply_adds, multiply_adds * (1 + gradients), 0};
}

// Of one step for each row. What is done once for all rows is left out, but for matrices.
template <class T>
Cost cost_of(const Form& form, const Form& next, const LinearMap<T>& map, const Shape& here,
             const Shape& there, bool recorded) {
  const auto* w = std::get_if<Product<T>>(&map.kind());
  // What a user's map depends on is not known; rows of the identity are constants.
  const int gradients = recorded ? (w ? w->w.tracked() : 1) + (form.index() > 0) : 0;
  if (!next.rows) // two matrices are multiplied once for all samples
    return w && form.w ? product(static_cast<double>(w->w.size()), gradients) : Cost{};
  Cost cost = product(products(map, here), gradients);
  const bool moved = !std::holds_alternative<Identity<T>>(map.kind()) &&
                     !std::holds_alternative<Move<T, geometry::Reshape>>(map.kind());
  cost.elements =
      static_cast<double>((form.rows ? 0 : here.elements()) + (moved ? there.elements() : 0));
  return cost;
}

// What a sweep over the segment does.
template <class T> Outcomes outcomes(const Planner<T>& planner, const Segment& segment) {
  const Path<T>& path = planner.path;
  std::array<Cost, Form::count> costs{};
  std::array<Form, Form::count> start;
  for (std::size_t i = 0; i < Form::count; ++i)
    start[i] = Form::of(i);
  const auto pass = [&](const LinearMap<T>& map, std::size_t e, Position here, Position there,
                        std::array<Form, Form::count> forms) {
    for (std::size_t i = 0; i < Form::count; ++i) {
      const Form next = passed(forms[i], map, &path.map(e), path.shape(here), path.label(here));
      costs[i] = costs[i] + cost_of(forms[i], next, map, path.shape(here), path.shape(there),
                                    planner.recorded);
      forms[i] = next;
    }
    return forms;
  };
  const auto add = [&](Position there, std::array<Form, Form::count> a, const auto& b) {
    for (std::size_t i = 0; i < Form::count; ++i) {
      const Form both = joined(a[i], b[i]);
      if (both.rows) // those of a or b that were none yet
        costs[i].elements +=
            static_cast<double>(path.shape(there).elements()) * (2 - a[i].rows - b[i].rows);
      a[i] = both;
    }
    return a;
  };
  const auto ends = sweep_segment(path, segment, start, pass, add);
  Outcomes result;
  for (std::size_t i = 0; i < Form::count; ++i)
    result[i] = {ends[i].index(), costs[i]};
  return result;
}

// One after the other.
Outcome then(const Outcome& first, const Outcomes& next) {
  const Outcome& second = next[first.form];
  return {second.form, first.per_row + second.per_row};
}

template <class T>
Sweep sweep_of(const Planner<T>& planner, const Segment& segment, const Outcome& outcome,
               bool leaves_cut = false) {
  const std::size_t rows = planner.path.shape(segment.begin()).elements() / planner.samples;
  const std::size_t length = planner.path.shape(segment.end()).elements() / planner.samples;
  return {segment, Form::of(outcome.form), outcome.per_row, rows, length, leaves_cut};
}

// The sweeps in one direction over points in its order: from the first to each of them; and from
// each to the last, beginning with that. The pieces between neighbours tell all of them.
struct Sweeps {
  storage::Vector<Sweep> arriving, leaving;
};

template <class T>
Sweeps sweeps(const Planner<T>& planner, const std::vector<Position>& points, bool forward) {
  const auto between = [&](std::size_t i, std::size_t j) {
    return forward ? Segment{points[i], points[j], true} : Segment{points[j], points[i], false};
  };
  const std::size_t last = points.size() - 1;
  Sweeps all;
  Outcome so_far;
  storage::Vector<Outcomes> pieces;
  for (std::size_t i = 0; i <= last; ++i) {
    all.arriving.push_back(sweep_of(planner, between(0, i), so_far));
    pieces.push_back(outcomes(planner, between(i, std::min(i + 1, last)))); // at last, of nothing
    so_far = then(so_far, pieces[i]);
  }
  for (std::size_t i = last + 1; i-- > 0;) {
    for (Outcome& first : pieces[i])
      first = i < last ? then(first, pieces[i + 1]) : first;
    all.leaving.push_back(sweep_of(planner, between(i, last), pieces[i][0], true));
  }
  return all;
}

// All rows of one side; those that had structure are formed for a contraction.
template <class T> Cost all_rows(const Planner<T>& planner, const Sweep& side) {
  const double formed = side.form.rows ? 0 : static_cast<double>(planner.samples) * side.size();
  return static_cast<double>(side.rows) * side.per_row + Cost{0, 0, formed};
}

// Whether the plan forms the sweep's rows.
bool in_rows(const Plan& plan, const Sweep& sweep) {
  return sweep.rows > 0 && (plan.contraction == Contraction::two_grams ||
                            (plan.contraction != Contraction::structured && &sweep == &plan.rows));
}

} // namespace

template <class T> Sweep Planner<T>::whole(bool forward) const {
  const Segment all{path.from(), path.to(), forward};
  return sweep_of(*this, all, outcomes(*this, all)[0]);
}

// A pass over memory takes as long as some 32 multiply-adds for each element.
template <class T> double Planner<T>::total(const Cost& cost) const {
  return cost.step + (recorded ? 3 : 1) * 32 * cost.elements;
}

template <class T> std::size_t Planner<T>::rows_at_once(const Sweep& sweep) const {
  const double last = static_cast<double>(path.shape(sweep.segment.end()).elements());
  const double bytes = sizeof(T) * (1.75 * sweep.per_row.elements + 4 * last);
  const auto fit = static_cast<std::size_t>(static_cast<double>(budget) / std::max(1.0, bytes));
  return std::clamp<std::size_t>(fit, 1, sweep.rows);
}

template <class T>
void Planner<T>::each_plan(const std::function<void(const Plan&)>& consider) const {
  std::vector<Position> points{path.from()}; // and cuts whose samples lead; others would be moved
  for (const Position cut : path.cuts())
    if (path.label(cut).stride * samples == path.shape(cut).elements())
      points.push_back(cut);
  points.push_back(path.to());
  const Sweeps up = sweeps(*this, points, true);
  const Sweeps down = sweeps(*this, {points.rbegin(), points.rend()}, false);
  const double batch = static_cast<double>(samples);
  for (const Sweep& whole : {down.arriving.back(), up.arriving.back()})
    if (whole.form.rows) {
      const Cost squares{0, 0, batch * whole.size()};
      consider({Contraction::none, whole, {}, all_rows(*this, whole) + squares});
    } else {
      const double s = static_cast<double>(whole.rows);
      const Cost norm = whole.form.w
                            ? product(batch * (whole.form.e ? whole.size() : s), recorded ? 2 : 0)
                            : Cost{0, 0, batch * s};
      consider({Contraction::structured, whole, {}, s * whole.per_row + norm});
    }
  for (std::size_t i = 1, j = points.size() - 2; j > 0; ++i, --j) {
    const Sweep* const above[] = {&down.arriving[j], &up.leaving[j]};
    const Sweep* const below[] = {&up.arriving[i], &down.leaving[i]};
    const double n = static_cast<double>(up.leaving[j].rows);
    const auto fits = [&](const Sweep& side) {
      return !side.leaves_cut || rows_at_once(side) == side.rows;
    };
    const auto shared_gram = [&](const Sweep& rows, const Sweep& other) {
      if (!fits(rows) || !other.form.w || other.form.e)
        return;
      const double size = batch * rows.size();
      const Cost matrix = n * other.per_row + product(n * other.size(), recorded);
      const Cost form{n * size, n * size * (recorded ? 1.5 : 1),
                      size * (1 + other.form.d + rows.leaves_cut)};
      consider({Contraction::shared_gram, rows, other, all_rows(*this, rows) + matrix + form});
    };
    const auto two_grams = [&](const Sweep& rows, const Sweep& other) {
      // Both of each sample, their cotangents, and one of these with its transpose.
      const double bytes = 6 * batch * n * n * sizeof(T);
      if (!fits(rows) || !fits(other) || bytes > static_cast<double>(budget) / 2)
        return;
      const double size = batch * (rows.size() + other.size());
      const Cost grams = product(n * size, recorded) + Cost{0, 0, size + 2 * batch * n * n};
      consider({Contraction::two_grams, rows, other,
                all_rows(*this, rows) + all_rows(*this, other) + grams});
    };
    for (const Sweep* r : above)
      shared_gram(*r, down.leaving[i]);
    for (const Sweep* f : below)
      shared_gram(*f, up.leaving[j]);
    for (const Sweep* r : above)
      for (const Sweep* f : below)
        two_grams(*r, *f);
  }
}

template <class T> Plan Planner<T>::plan() const {
  std::optional<Plan> best;
  each_plan([&](const Plan& plan) {
    if (!best || total(plan.cost) < total(best->cost))
      best = plan;
  });
  return *best;
}

template <class T> JacobianCost Planner<T>::cost(const Plan& plan) const {
  double bytes = 0;
  for (const Sweep* sweep : {&plan.rows, &plan.other})
    if (in_rows(plan, *sweep))
      bytes += static_cast<double>(rows_at_once(*sweep) * samples * sweep->length * sizeof(T));
  const double h = static_cast<double>(path.shape(path.to()).elements() / samples);
  return {plan.cost.value, plan.cost.step, path.multiply_adds() * h, bytes,
          static_cast<double>(path.span().elements(path.tape()) * sizeof(T)) * h};
}

template <class T> std::string Planner<T>::explain(const Plan& plan) const {
  const auto value = [&](Position p) {
    return detail::text("'", path.tape().entry(p).operation, "' ", path.shape(p));
  };
  const auto describe = [&](const char* name, const Sweep& sweep) {
    const Segment& s = sweep.segment;
    const char* const kind = sweep.form.rows ? "dense"
                             : sweep.form.w  ? "sandwich (diagonal, shared matrix, diagonal)"
                             : sweep.form.e  ? "diagonal"
                                             : "identity";
    std::string result =
        detail::text("  ", name, ": ", s.forward ? "forward" : "reverse", " from ",
                     value(s.begin()), " to ", value(s.end()), "; ", kind, " block");
    if (in_rows(plan, sweep)) {
      result += detail::text(", as rows ", Shape{sweep.rows} + path.shape(s.end()));
      if (const std::size_t at_once = rows_at_once(sweep); at_once < sweep.rows)
        result += detail::text(" in chunks of ", at_once, ", replayed for a gradient");
    }
    return result + "\n";
  };
  const char* const contractions[] = {// in the order of Contraction
                                      "  sum of squares, row by row\n",
                                      "  closed form: no Jacobian is formed\n",
                                      "  <A M, A>, A = R diag(d), M = W W' once for all samples\n",
                                      "  <R'R, F F'> for each sample\n"};
  const bool cut = plan.other.rows > 0, rows_above = plan.rows.segment.top == path.to();
  const JacobianCost costs = cost(plan);
  return detail::text("||dh/dx||^2 of h ", path.shape(path.to()), " in x ", path.shape(path.from()),
                      "\n", describe(cut ? "R" : "J", rows_above ? plan.rows : plan.other),
                      cut ? describe("F", rows_above ? plan.other : plan.rows) : "",
                      contractions[static_cast<int>(plan.contraction)], "  multiply-adds ",
                      costs.value, ", with the gradient ", costs.step, ", naive ", costs.naive,
                      "; bytes of blocks at the ends ", costs.bytes, ", naive ", costs.naive_bytes,
                      "\n");
}

// clang-format off
template struct Planner<float>; template struct Planner<double>;

} // namespace contractive
