#pragma once

#include <contractive/autodiff/operation/map.hpp>
#include <contractive/autodiff/tape/span.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

/// The two loops over a tape. What travels along the edges is a parameter: cotangents and tangents
/// for derivatives, labels and blocks for Jacobians.
namespace contractive {

/// One slot per entry of a span: what has arrived there.
template <class T, class C> class Slots {
public:
  explicit Slots(const Span<T>& span) : first_(span.first()), slots_(span.size()) {}
  std::optional<C>& operator[](Position p) { return slots_[p - first_]; }
  const std::optional<C>& operator[](Position p) const { return slots_[p - first_]; }

private:
  Position first_;
  storage::Vector<std::optional<C>> slots_;
};

/// Reverse mode: `pull(child, edge, parent, c)` carries c from an entry to its parent, and
/// `add(parent, a, b)` joins what meets there. A slot is emptied once it was passed on, unless
/// `keep(position)`.
template <class T, class C, class Pull, class Add, class Keep>
void sweep_down(const Tape<T>& tape, const Span<T>& span, Slots<T, C>& slots, const Pull& pull,
                const Add& add, const Keep& keep) {
  for (Position p = span.last(); p-- > span.floor();) {
    if (!span.contains(p) || !slots[p])
      continue;
    for (std::size_t e = tape.first_edge(p), end = tape.last_edge(p); e < end; ++e) {
      const Position parent = tape.parent(e);
      if (!span.contains(parent))
        continue;
      C pulled = pull(p, e, parent, *slots[p]);
      std::optional<C>& slot = slots[parent];
      slot = slot ? add(parent, *slot, pulled) : std::move(pulled);
    }
    if (!keep(p))
      slots[p].reset();
  }
}

/// Forward mode, the same loop upwards: `push(child, edge, parent, c)` carries c from a parent to
/// its child, where `add(child, a, b)` joins.
template <class T, class C, class Push, class Add>
void sweep_up(const Tape<T>& tape, const Span<T>& span, Slots<T, C>& slots, const Push& push,
              const Add& add) {
  for (Position p = span.floor(); p < span.last(); ++p) {
    if (!span.contains(p))
      continue;
    for (std::size_t e = tape.first_edge(p), end = tape.last_edge(p); e < end; ++e) {
      const Position parent = tape.parent(e);
      if (!span.contains(parent) || !slots[parent])
        continue;
      C pushed = push(p, e, parent, *slots[parent]);
      slots[p] = slots[p] ? add(p, *slots[p], pushed) : std::move(pushed);
    }
  }
}

/// What a rule of the entry made of t: leading axes are carried along, what is behind them goes
/// from one value's shape to the other's. Throws ShapeError, naming the operation, where it does
/// not.
template <class T>
Variable<T> checked(const Tape<T>& tape, Position p, const Variable<T>& t, const Shape& from,
                    Variable<T> result, const Shape& to) {
  if (t.shape() == from && result.shape() == to)
    return result;
  const Shape expected = t.shape().first(t.rank() - from.rank()) + to;
  if (result.shape() != expected)
    throw ShapeError(tape.entry(p).operation, ": a derivative rule took ", t.shape(), " to ",
                     result.shape(), "; expected ", expected, ", as the value is ", tape.shape(p));
  return result;
}

/// Cotangents, or tangents, that meet.
template <class T> Variable<T> joined(Position, const Variable<T>& a, const Variable<T>& b) {
  return a + b;
}

/// Cotangents or tangents, and the positions where they start.
template <class T> using Seeds = std::vector<std::pair<Position, Variable<T>>>;

/// What arrives at `inputs` of cotangents that start at outputs; nothing where an input is not
/// reached. Extra leading axes of the seeds are carried along. Entries below `floor` are not passed
/// through: derivatives there are partial ones.
template <class T>
std::vector<std::optional<Variable<T>>> pull(const Tape<T>& tape, const Seeds<T>& seeds,
                                             const std::vector<Position>& inputs,
                                             Position floor = 0) {
  std::vector<Position> outputs;
  for (const auto& seed : seeds)
    outputs.push_back(seed.first);
  const Span<T> span(tape, inputs, outputs, floor);
  std::vector<Position> wanted = inputs;
  std::sort(wanted.begin(), wanted.end());
  Slots<T, Variable<T>> slots(span);
  for (const auto& [p, cotangent] : seeds)
    if (span.contains(p))
      slots[p] = slots[p] ? *slots[p] + cotangent : cotangent;
  sweep_down(
      tape, span, slots,
      [&](Position child, std::size_t e, Position parent, const Variable<T>& c) {
        return checked(tape, child, c, tape.shape(child), tape.recipe(e)().transpose().apply(c),
                       tape.shape(parent));
      },
      joined<T>, [&](Position p) { return std::binary_search(wanted.begin(), wanted.end(), p); });
  std::vector<std::optional<Variable<T>>> result;
  for (const Position p : inputs)
    result.push_back(p < span.last() ? slots[p] : std::nullopt);
  return result;
}

/// What arrives at `output` of tangents that start at inputs, if anything does.
template <class T>
std::optional<Variable<T>> push(const Tape<T>& tape, const Seeds<T>& seeds, Position output,
                                Position floor = 0) {
  std::vector<Position> inputs;
  for (const auto& seed : seeds)
    inputs.push_back(seed.first);
  const Span<T> span(tape, inputs, {output}, floor);
  if (!span.contains(output))
    return {};
  Slots<T, Variable<T>> slots(span);
  for (const auto& [p, tangent] : seeds)
    if (span.contains(p))
      slots[p] = tangent;
  sweep_up(
      tape, span, slots,
      [&](Position child, std::size_t e, Position parent, const Variable<T>& t) {
        return checked(tape, child, t, tape.shape(parent), tape.recipe(e)().apply(t),
                       tape.shape(child));
      },
      joined<T>);
  return slots[output];
}

} // namespace contractive
