#pragma once

#include <contractive/autodiff/tape.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <vector>

/// The two loops over a tape. What travels along the edges is a parameter: cotangents and tangents
/// for derivatives, labels and blocks for Jacobians.
namespace contractive {

/// What a sweep holds while it runs: nothing if it is to be recorded, else a NoRecord of the tape.
template <class T> std::optional<NoRecord<T>> recording(const Tape<T>* tape, bool create_graph) {
  return create_graph ? std::optional<NoRecord<T>>{}
                      : std::optional<NoRecord<T>>{std::in_place, tape};
}

/// The entries that lie on a path from any input to any output; both ends belong to it. Paths do
/// not lead through entries below `floor`, where inputs may lie.
template <class T> class Span {
public:
  Span(const Tape<T>& tape, const std::vector<Position>& inputs,
       const std::vector<Position>& outputs, Position floor = 0)
      : first_(inputs.empty() ? 0 : *std::min_element(inputs.begin(), inputs.end())), size_(0),
        floor_(std::max(first_, floor)) {
    for (const Position output : outputs)
      size_ = std::max(size_, output < first_ ? 0 : output - first_ + 1);
    std::vector<char> reaches(size_, 0);
    on_path_.assign(size_, 0);
    for (const Position input : inputs)
      if (input - first_ < size_)
        on_path_[input - first_] = 1;
    for (const Position output : outputs)
      if (output >= first_)
        reaches[output - first_] = 1;
    const auto parents = [&](Position p, const auto& visit) {
      for (std::size_t e = tape.first_edge(p), end = tape.last_edge(p); e < end; ++e)
        if (p >= floor_ && tape.parent(e) >= first_)
          visit(tape.parent(e) - first_);
    };
    for (std::size_t i = 0; i < size_; ++i)
      parents(first_ + i, [&](std::size_t parent) { on_path_[i] |= on_path_[parent]; });
    for (std::size_t i = size_; i-- > 0; on_path_[i] &= reaches[i])
      if (reaches[i])
        parents(first_ + i, [&](std::size_t parent) { reaches[parent] = 1; });
  }

  /// What an output was computed from, without the entries below `floor`.
  static Span behind(const Tape<T>& tape, Position output, Position floor = 0) {
    std::vector<Position> all(output - floor + 1);
    std::iota(all.begin(), all.end(), floor);
    return Span(tape, all, {output});
  }

  bool contains(Position p) const {
    return p >= first_ && p - first_ < size_ && on_path_[p - first_];
  }
  Position first() const { return first_; }
  Position last() const { return first_ + size_; }
  Position floor() const { return floor_; }
  std::size_t size() const { return size_; }

  /// The number of elements of all values on the path: what one row of a block has to be kept for.
  std::size_t elements(const Tape<T>& tape) const {
    std::size_t count = 0;
    for (Position p = first(); p < last(); ++p)
      count += contains(p) ? tape.entry(p).shape.elements() : 0;
    return count;
  }

private:
  Position first_;
  std::size_t size_;
  Position floor_;
  std::vector<char> on_path_;
};

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
                                             Position floor = 0);
/// What arrives at `output` of a tangent that starts at `input`, if anything does.
template <class T>
std::optional<Variable<T>> push(const Tape<T>& tape, Position input, const Variable<T>& tangent,
                                Position output, Position floor = 0);

} // namespace contractive
