#include <contractive/autodiff/jacobian/plan.hpp>

#include <algorithm>

namespace contractive {
namespace {

using Contraction = Plan::Contraction;

// What one sweep of a segment would do: its cost, and whether structure is left at its end.
struct Probe {
  Segment segment;
  Cost cost;
  bool dense, shared;
};

// Of one sample.
template <class T> double elements(Path<T>& path, Position p) {
  return static_cast<double>(path.shape(p).elements() / path.label(p).count);
}

// A sweep of no rows computes nothing but says what each row would cost.
template <class T> Probe probe(Planner<T>& planner, const Segment& segment) {
  Cost per_row;
  const Block<T> block = sweep_blocks(planner.path, segment, {}, &per_row);
  const bool dense = std::holds_alternative<DenseBlock<T>>(block);
  if (!dense) // a contraction of rows forms them
    per_row.elements += static_cast<double>(planner.path.shape(segment.end()).elements());
  const auto* sandwich = std::get_if<SandwichBlock<T>>(&block);
  return {segment, static_cast<double>(planner.row_count(segment)) * per_row, dense,
          sandwich && sandwich->e.rank() == 0};
}

const Probe& cheaper(const Probe& a, const Probe& b) {
  return b.cost.total() < a.cost.total() ? b : a;
}

// The segment on one side of a cut. The sweep that begins at the cut needs all its rows at once.
template <class T> Probe side(Planner<T>& planner, const Segment& to_cut) {
  const Segment from_cut{to_cut.bottom, to_cut.top, !to_cut.forward};
  const Probe ends = probe(planner, to_cut);
  const bool fits = planner.rows_at_once(from_cut) == planner.row_count(from_cut);
  return fits ? cheaper(ends, probe(planner, from_cut)) : ends;
}

} // namespace

template <class T> std::size_t Planner<T>::rows_at_once(const Segment& segment) {
  Cost per_row;
  sweep_blocks(path, segment, {}, &per_row);
  const double last = static_cast<double>(path.shape(segment.end()).elements());
  const double bytes = sizeof(T) * (1.75 * per_row.elements + 4 * last);
  const auto fit = static_cast<std::size_t>(static_cast<double>(budget) / std::max(1.0, bytes));
  return std::clamp<std::size_t>(fit, 1, row_count(segment));
}

template <class T> Plan Planner<T>::plan() {
  const RecordingScope<T> off(&path.tape(), Recording::off);
  const Position x = path.from(), h = path.to();
  const Probe down = probe(*this, {x, h, false}), up = probe(*this, {x, h, true});
  const Probe& whole = down.dense == up.dense ? cheaper(down, up) : down.dense ? up : down;
  Plan best{
      Contraction::none, whole.segment, {}, whole.cost, path.multiply_adds() * elements(path, h)};
  if (!whole.dense)
    return {Contraction::structured, whole.segment, {}, {}, best.naive};
  const double batch = static_cast<double>(samples);
  const double d = elements(path, x), s = elements(path, h);
  for (const Position cut : path.cuts()) {
    if (path.label(cut).stride * samples != path.shape(cut).elements())
      continue; // samples do not lead: its rows would have to be moved first
    const double n = elements(path, cut);
    const Probe above = side(*this, {cut, h, false}), below = side(*this, {x, cut, true});
    const Probe shared = probe(*this, {x, cut, false});
    const auto consider = [&](Contraction contraction, const Probe& f, const Cost& joining) {
      const Cost cost = above.cost + joining;
      if (cost.total() < best.cost.total())
        best = {contraction, above.segment, f.segment, cost, best.naive};
    };
    if (shared.shared)
      consider(Contraction::shared_gram, shared, {n * n * (batch * s + d), 2 * batch * s * n});
    // Both Gram matrices of each sample, their cotangents, and one of these with its transpose.
    if (6 * batch * n * n * sizeof(T) <= static_cast<double>(budget) / 2)
      consider(Contraction::two_grams, below,
               below.cost + Cost{batch * n * n * (s + d), batch * n * (2 * n + s + d)});
  }
  return best;
}

template <class T> std::string Planner<T>::explain() {
  const Plan best = plan();
  const RecordingScope<T> off(&path.tape(), Recording::off);
  const auto value = [&](Position p) {
    return detail::text("'", path.tape().entry(p).operation, "' ", path.shape(p));
  };
  const char* const kinds[] = {"identity", "diagonal",
                               "sandwich (diagonal, shared matrix, diagonal)", "dense"};
  const char* const contractions[] = {// in the order of Contraction
                                      "  sum of squares, row by row\n",
                                      "  closed form: no Jacobian is formed\n",
                                      "  <A M, A>, A = R diag(d), M = W W' once for all samples\n",
                                      "  <R'R, F F'> for each sample\n"};
  double bytes = 0;
  const auto sweep = [&](const char* name, const Segment& s, bool in_rows) {
    const Block<T> block = sweep_blocks(path, s, {});
    const std::size_t rows = row_count(s), at_once = rows_at_once(s);
    std::string result = detail::text("  ", name, ": ", s.forward ? "forward" : "reverse", " from ",
                                      value(s.begin()), " to ", value(s.end()), "; ",
                                      kinds[block.index()], " block");
    if (in_rows) {
      const Shape chunk = Shape{at_once} + path.shape(s.end());
      bytes += static_cast<double>(chunk.elements() * sizeof(T));
      result += detail::text(", as rows ", Shape{rows} + path.shape(s.end()));
      result += at_once < rows
                    ? detail::text(" in chunks of ", at_once, ", replayed for a gradient")
                    : "";
    }
    return result + "\n";
  };
  const bool cut =
      best.contraction == Contraction::shared_gram || best.contraction == Contraction::two_grams;
  std::string result = detail::text(
      "||dh/dx||^2 of h ", path.shape(path.to()), " in x ", path.shape(path.from()), "\n",
      sweep(cut ? "R" : "J", best.above, best.contraction != Contraction::structured));
  if (cut)
    result += sweep("F", best.below, best.contraction == Contraction::two_grams);
  const double dense = static_cast<double>(path.span().elements(path.tape()) * sizeof(T)) *
                       elements(path, path.to());
  return result + detail::text(contractions[static_cast<int>(best.contraction)], "  multiply-adds ",
                               best.cost.multiply_adds, ", naive ", best.naive,
                               "; bytes of blocks at the ends ", bytes, ", naive ", dense, "\n");
}

// clang-format off
template struct Planner<float>; template struct Planner<double>;

} // namespace contractive
