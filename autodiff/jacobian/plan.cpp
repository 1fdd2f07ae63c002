#include <contractive/autodiff/jacobian/plan.hpp>

#include <algorithm>

namespace contractive {
namespace {

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

} // namespace

template <class T> std::size_t row_count(Path<T>& path, const Segment& segment) {
  return path.shape(segment.begin()).elements() / path.label(segment.begin()).count;
}

template <class T>
std::size_t rows_at_once(Path<T>& path, const Segment& segment, std::size_t budget) {
  Cost each;
  sweep_blocks(path, segment, {0, 0}, &each);
  const double last = static_cast<double>(path.shape(segment.end()).elements());
  const double bytes = sizeof(T) * (1.75 * each.elements + 4 * last);
  const auto fit = static_cast<std::size_t>(static_cast<double>(budget) / std::max(1.0, bytes));
  return std::clamp<std::size_t>(fit, 1, row_count(path, segment));
}

namespace {

// A sweep of no rows computes nothing but says what each row would cost.
template <class T> Probe probe(Path<T>& path, const Segment& segment) {
  Cost each;
  const Block<T> block = sweep_blocks(path, segment, {0, 0}, &each);
  const bool dense = std::holds_alternative<DenseBlock<T>>(block);
  if (!dense) // a contraction of rows forms them
    each.elements += static_cast<double>(path.shape(segment.end()).elements());
  const auto* sandwich = std::get_if<SandwichBlock<T>>(&block);
  return {segment, static_cast<double>(row_count(path, segment)) * each, dense,
          sandwich && sandwich->e.rank() == 0};
}

const Probe& cheaper(const Probe& a, const Probe& b) {
  return b.cost.total() < a.cost.total() ? b : a;
}

// The segment on one side of a cut. The sweep that begins at the cut needs all its rows at once.
template <class T> Probe side(Path<T>& path, const Segment& to_cut, std::size_t budget) {
  const Segment from_cut{to_cut.bottom, to_cut.top, !to_cut.forward};
  const Probe ends = probe(path, to_cut);
  const bool fits = rows_at_once(path, from_cut, budget) == row_count(path, from_cut);
  return fits ? cheaper(ends, probe(path, from_cut)) : ends;
}

// Each row through every product: what a sweep with one-hot seeds costs.
template <class T> double naive_cost(Path<T>& path) {
  double each = 0;
  const Tape<T>& tape = path.tape();
  for (Position p = path.from(); p <= path.to(); ++p)
    for (std::size_t e = tape.first_edge(p); path.span().contains(p) && e < tape.last_edge(p); ++e)
      if (path.span().contains(tape.parent(e)))
        each += products(path.map(e), path.shape(p));
  return each * elements(path, path.to());
}

} // namespace

template <class T> Plan make_plan(Path<T>& path, std::size_t budget) {
  const NoRecord<T> quiet(&path.tape());
  const Position x = path.from(), h = path.to();
  const Probe down = probe(path, {x, h, false}), up = probe(path, {x, h, true});
  const Probe& whole = down.dense == up.dense ? cheaper(down, up) : down.dense ? up : down;
  Plan best{whole.dense ? Plan::Contraction::none : Plan::Contraction::structured,
            whole.segment,
            {},
            whole.dense ? whole.cost : Cost{},
            naive_cost(path)};
  if (!whole.dense)
    return best;
  const double samples = static_cast<double>(path.label(x).count);
  const double d = elements(path, x), s = elements(path, h);
  for (const Position cut : path.cuts()) {
    if (path.label(cut).stride * path.label(cut).count != path.shape(cut).elements())
      continue; // samples do not lead: its rows would have to be moved first
    const double n = elements(path, cut);
    const Probe above = side(path, {cut, h, false}, budget);
    const Probe below = side(path, {x, cut, true}, budget), shared = probe(path, {x, cut, false});
    const auto consider = [&](Plan::Contraction contraction, const Probe& f, const Cost& joining) {
      const Cost cost = above.cost + joining;
      if (cost.total() < best.cost.total())
        best = {contraction, above.segment, f.segment, cost, best.naive};
    };
    if (shared.shared)
      consider(Plan::Contraction::shared_gram, shared,
               {n * n * (samples * s + d), 2 * samples * s * n});
    // Both Gram matrices of each sample, their cotangents, and one of these with its transpose.
    if (6 * samples * n * n * sizeof(T) <= static_cast<double>(budget) / 2)
      consider(Plan::Contraction::two_grams, below,
               below.cost + Cost{samples * n * n * (s + d), samples * n * (2 * n + s + d)});
  }
  return best;
}

template <class T> std::string describe(Path<T>& path, const Plan& plan, std::size_t budget) {
  const NoRecord<T> quiet(&path.tape());
  const auto value = [&](Position p) {
    return text("'", path.tape().entry(p).operation, "' ", path.shape(p));
  };
  const char* const kinds[] = {"identity", "diagonal",
                               "sandwich (diagonal, shared matrix, diagonal)", "dense"};
  double bytes = 0;
  const auto sweep = [&](const char* name, const Segment& s, bool in_rows) {
    const Block<T> block = sweep_blocks(path, s, {0, 0});
    const std::size_t rows = row_count(path, s), at_once = rows_at_once(path, s, budget);
    std::string result =
        text("  ", name, ": ", s.forward ? "forward" : "reverse", " from ", value(s.begin()),
             " to ", value(s.end()), "; ", kinds[block.index()], " block");
    if (in_rows) {
      const Shape chunk = Shape{at_once} + path.shape(s.end());
      bytes += static_cast<double>(chunk.elements() * sizeof(T));
      result += text(", as rows ", Shape{rows} + path.shape(s.end()));
      result += at_once < rows ? text(" in chunks of ", at_once, ", replayed for a gradient") : "";
    }
    return result + "\n";
  };
  std::string result =
      text("||dh/dx||^2 of h ", path.shape(path.to()), " in x ", path.shape(path.from()), "\n");
  switch (plan.contraction) {
  case Plan::Contraction::structured:
    result += sweep("J", plan.above, false) + "  closed form: no Jacobian is formed\n";
    break;
  case Plan::Contraction::none:
    result += sweep("J", plan.above, true) + "  sum of squares, row by row\n";
    break;
  case Plan::Contraction::shared_gram:
    result += sweep("R", plan.above, true) + sweep("F", plan.below, false) +
              "  <A M, A>, A = R diag(d), M = W W' once for all samples\n";
    break;
  case Plan::Contraction::two_grams:
    result += sweep("R", plan.above, true) + sweep("F", plan.below, true) +
              "  <R'R, F F'> for each sample\n";
    break;
  }
  const double dense = static_cast<double>(path.span().elements(path.tape()) * sizeof(T)) *
                       elements(path, path.to());
  return result + text("  multiply-adds ", plan.cost.multiply_adds, ", naive ", plan.naive,
                       "; bytes of blocks at the ends ", bytes, ", naive ", dense, "\n");
}

template std::string describe(Path<float>&, const Plan&, std::size_t);
template std::string describe(Path<double>&, const Plan&, std::size_t);
template Plan make_plan(Path<float>&, std::size_t);
template Plan make_plan(Path<double>&, std::size_t);
template std::size_t row_count(Path<float>&, const Segment&);
template std::size_t row_count(Path<double>&, const Segment&);
template std::size_t rows_at_once(Path<float>&, const Segment&, std::size_t);
template std::size_t rows_at_once(Path<double>&, const Segment&, std::size_t);

} // namespace contractive
