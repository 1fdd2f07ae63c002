#pragma once

#include <contractive/autodiff/operation/map.hpp>
#include <contractive/autodiff/tape/span.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

/// The loop over a tape, either way. What travels along the edges is a parameter: cotangents and
/// tangents for derivatives, labels and blocks for Jacobians.
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

/// From parents to children (forward mode) or back (reverse mode): `carry(from, edge, to, c)` takes
/// c along an edge, and `add(to, a, b)` joins what meets there. In reverse mode, a slot is emptied
/// once it was passed on, unless `keep(position)`.
template <class T, class C, class Carry, class Add, class Keep>
void sweep(const Tape<T>& tape, const Span<T>& span, Slots<T, C>& slots, bool forward,
           const Carry& carry, const Add& add, const Keep& keep) {
  for (Position i = span.floor(); i < span.last(); ++i) {
    const Position p = forward ? i : span.floor() + span.last() - 1 - i;
    if (!span.contains(p))
      continue;
    for (std::size_t e = tape.first_edge(p), end = tape.last_edge(p); e < end; ++e) {
      const Position parent = tape.parent(e), from = forward ? parent : p,
                     to = forward ? p : parent;
      if (!span.contains(parent) || !slots[from])
        continue;
      C arrived = carry(from, e, to, *slots[from]);
      std::optional<C>& slot = slots[to];
      slot = slot ? add(to, *slot, arrived) : std::move(arrived);
    }
    if (!forward && !keep(p))
      slots[p].reset();
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

/// Cotangents or tangents, and the positions where they start.
template <class T> using Seeds = std::vector<std::pair<Position, Variable<T>>>;

/// What arrives at `wanted` positions of cotangents that start at outputs or, forward, of tangents
/// that start at inputs; nothing where none does. Extra leading axes of seeds are carried along.
/// Entries below `floor` are not passed through: derivatives there are partial ones.
template <class T>
std::vector<std::optional<Variable<T>>> carried(const Tape<T>& tape, const Seeds<T>& seeds,
                                                const std::vector<Position>& wanted, bool forward,
                                                Position floor = 0) {
  std::vector<Position> starts, kept = wanted;
  for (const auto& seed : seeds)
    starts.push_back(seed.first);
  std::sort(kept.begin(), kept.end());
  const Span<T> span(tape, forward ? starts : wanted, forward ? wanted : starts, floor);
  Slots<T, Variable<T>> slots(span);
  for (const auto& [p, t] : seeds)
    if (span.contains(p))
      slots[p] = slots[p] ? *slots[p] + t : t;
  sweep(
      tape, span, slots, forward,
      [&](Position from, std::size_t e, Position to, const Variable<T>& t) {
        if (t.rank() - tape.shape(from).rank() + tape.shape(to).rank() > Shape::max_rank)
          throw ShapeError(tape.entry(to).operation, ": a block of tangents or cotangents ",
                           t.shape(), " has too many axes at a value of shape ", tape.shape(to),
                           "; arrays have at most ", Shape::max_rank, ": reshape() to fewer axes");
        const LinearMap<T> map = forward ? tape.recipe(e)() : tape.recipe(e)().transpose();
        return checked(tape, std::max(from, to), t, tape.shape(from), map.apply(t), tape.shape(to));
      },
      [](Position, const Variable<T>& a, const Variable<T>& b) { return a + b; },
      [&](Position p) { return std::binary_search(kept.begin(), kept.end(), p); });
  std::vector<std::optional<Variable<T>>> result;
  for (const Position p : wanted)
    result.push_back(span.contains(p) ? slots[p] : std::nullopt);
  return result;
}

} // namespace contractive
