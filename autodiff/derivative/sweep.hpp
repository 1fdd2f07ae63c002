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

private:
  Position first_;
  std::vector<std::optional<C>> slots_;
};

/// Reverse mode: `pull(edge, c)` carries c from an entry to its parent, `add(a, b)` joins what
/// meets there. A slot is emptied once it was passed on, unless `keep(position)`.
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
      C pulled = pull(e, *slots[p]);
      std::optional<C>& slot = slots[parent];
      slot = slot ? add(*slot, pulled) : std::move(pulled);
    }
    if (!keep(p))
      slots[p].reset();
  }
}

/// Forward mode, the same loop upwards: `push(edge, c)` carries c from a parent to the entry.
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
      C pushed = push(e, *slots[parent]);
      slots[p] = slots[p] ? add(*slots[p], pushed) : std::move(pushed);
    }
  }
}

/// Cotangents (or one tangent) and the places where they start.
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
      [&](std::size_t e, const Variable<T>& c) { return tape.recipe(e)().transpose().apply(c); },
      std::plus<>(),
      [&](Position p) { return std::binary_search(wanted.begin(), wanted.end(), p); });
  std::vector<std::optional<Variable<T>>> result;
  for (const Position p : inputs)
    result.push_back(p < span.last() ? slots[p] : std::nullopt);
  return result;
}

/// What arrives at `output` of a tangent that starts at `input`, if anything does.
template <class T>
std::optional<Variable<T>> push(const Tape<T>& tape, Position input, const Variable<T>& tangent,
                                Position output, Position floor = 0) {
  const Span<T> span(tape, {input}, {output}, floor);
  if (!span.contains(output))
    return {};
  Slots<T, Variable<T>> slots(span);
  slots[input] = tangent;
  sweep_up(
      tape, span, slots,
      [&](std::size_t e, const Variable<T>& t) { return tape.recipe(e)().apply(t); },
      std::plus<>());
  return slots[output];
}

} // namespace contractive
