#pragma once

#include <contractive/autodiff/operation/map.hpp>
#include <contractive/autodiff/tape/variable.hpp>

#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace contractive {

/// A place on a tape, in the order of recording.
using Position = std::size_t;

/// One recorded value: what made it, and its shape.
struct Entry {
  std::string operation;
  Shape shape;
};

/// A Wengert list: every operation on a tracked variable appends an entry, in the order of
/// computation. From an entry to each operand leads an edge, with one derivative rule: the recipe
/// of the linear map from the operand's tangents to the entry's. It runs when a sweep needs it, so
/// recording computes no derivative. The newest live tape is the thread's active one. It may grow
/// while it is swept: positions keep their meaning.
template <class T> class Tape {
public:
  /// Becomes this thread's active tape until it is destroyed.
  Tape();
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// A tracked input.
  Variable<T> variable(Array<T> value, std::string name = "variable") {
    return append(std::move(name), std::move(value));
  }
  /// The one tracked input that stands for `key` while its value is this very buffer: how a
  /// parameter that is used twice stays one variable.
  Variable<T> variable(const void* key, const Array<T>& value, const std::string& name);

  /// The number of entries.
  Position size() const { return entries_.size(); }
  const Entry& entry(Position position) const { return entries_[position]; }
  /// The edges of one entry: indices for parent() and map().
  std::size_t first_edge(Position position) const { return first_edges_[position]; }
  std::size_t last_edge(Position position) const { return first_edges_[position + 1]; }
  Position parent(std::size_t edge) const { return parents_[edge]; }
  LinearMap<T> map(std::size_t edge) const { return recipes_[edge](); }

  /// Forgets every entry from `position` on; variables recorded there can no longer be computed
  /// with.
  void rewind(Position position);

  /// The tape that x is on, or null. Throws TapeError, naming the operation, when the tape is gone
  /// or was rewound.
  static Tape* home(const Variable<T>& x, const char* operation);
  /// The tape that an operation on x would record on: its home, or null under a NoRecord.
  static Tape* of(const Variable<T>& x, const char* operation);
  /// This thread's newest live tape that is not suspended, or null.
  static Tape* active();
  Position position_of(const Variable<T>& x) const { return x.position_; }

  /// For record(): appends an entry without edges, then its edges one by one.
  Variable<T> append(std::string operation, Array<T> value);
  void connect(Position parent, std::function<LinearMap<T>()> map);
  /// For record(): x's place as an operand of shape `as`; where x has to be broadcast to it, an
  /// entry of its own says so. Its value is never formed.
  Position place(const Variable<T>& x, const Shape& as);

private:
  void enter(std::string operation, const Shape& shape);
  bool holds(const Variable<T>& x) const;

  std::deque<Entry> entries_;
  std::deque<std::function<LinearMap<T>()>> recipes_; // by edge
  // Apart from the rest, so that checks and finding paths read little memory: the first edge of
  // each entry, and of the next one to come; each entry's generation; the parent of each edge.
  std::vector<std::size_t> first_edges_{0};
  std::vector<std::uint32_t> generations_, parents_;
  std::unordered_map<const void*, Variable<T>> keyed_;
  std::shared_ptr<TapeLink<T>> link_;
  std::uint32_t generation_ = 0;
};

/// While it lives, nothing in this thread records on `tape`: its variables count as constants. The
/// unrecorded sweep is the recorded one under a NoRecord. One of no tape (null) does nothing, one
/// that is `lifted` undoes those around.
template <class T> class NoRecord {
public:
  explicit NoRecord(const Tape<T>* tape, bool lifted = false);
  ~NoRecord();
  NoRecord(const NoRecord&) = delete;
  NoRecord& operator=(const NoRecord&) = delete;

  static bool covers(const Tape<T>* tape);

private:
  const Tape<T>* tape_;
  bool lifted_;
  const NoRecord* outer_;
};

/// An operand and its rule, as record() takes them; the rest is record()'s own.
template <class T, class Rule> struct Operand {
  const Variable<T>& variable;
  Rule rule;
  const Shape& as; // the shape that the operation sees it in
  Tape<T>* tape = nullptr;
  Position place = 0;
};

/// The derivative rule with respect to one operand: `rule` returns the linear map from x's tangents
/// to the result's, or its factor where it is elementwise. It may take the result as its argument;
/// only then is the result kept alive.
template <class T, class Rule> Operand<T, Rule> wrt(const Variable<T>& x, Rule rule) {
  return {x, std::move(rule), x.shape()};
}
/// The same for an operand that the operation broadcasts to `as`.
template <class T, class Rule>
Operand<T, Rule> wrt(const Variable<T>& x, const Shape& as, Rule rule) {
  return {x, std::move(rule), as};
}

/// The body of record(): `each(f)` calls f for every operand.
template <class T, class Each>
Variable<T> record_each(const char* operation, Array<T> value, const Each& each) {
  Tape<T>* tape = nullptr;
  each([&](auto& operand) {
    operand.tape = Tape<T>::of(operand.variable, operation);
    if (tape && operand.tape && tape != operand.tape)
      throw TapeError(text(operation, ": operands are recorded on two different tapes; expected "
                                      "one, detach() those that are constants here"));
    tape = operand.tape ? operand.tape : tape;
  });
  if (!tape)
    return Variable<T>(std::move(value));
  each([&](auto& operand) {
    if (operand.tape)
      operand.place = tape->place(operand.variable, operand.as);
  });
  const Variable<T> y = tape->append(operation, std::move(value));
  each([&](auto& operand) {
    if (!operand.tape)
      return;
    auto& rule = operand.rule;
    if constexpr (std::is_invocable_v<decltype(rule), const Variable<T>&>)
      tape->connect(operand.place, [rule, y]() -> LinearMap<T> { return rule(y); });
    else
      tape->connect(operand.place, [rule]() -> LinearMap<T> { return rule(); });
  });
  return y;
}

/// Makes a primitive: its value, and one rule per differentiable operand. Records on the tape that
/// the operands are on; without one, the result is a constant.
/// Throws TapeError when operands are on two tapes, or on one that is gone.
template <class T, class... Rules>
Variable<T> record(const char* operation, Array<T> value, Operand<T, Rules>... operands) {
  return record_each(operation, std::move(value), [&](const auto& f) { (f(operands), ...); });
}
/// The same for any number of operands whose rules have one type.
template <class T, class Rule>
Variable<T> record(const char* operation, Array<T> value, std::vector<Operand<T, Rule>> operands) {
  return record_each(operation, std::move(value), [&](const auto& f) {
    for (auto& operand : operands)
      f(operand);
  });
}

/// f(), computed now and again in each sweep that passes it, so that the tape keeps none of what f
/// records: less memory for more time. Derivatives are those of f() itself, to any order.
/// f must compute the same each time, from variables that are on the tape before: TapeError if it
/// enters one (a module's first use of a parameter, say), whose derivative would be lost.
/// Chen et al., arXiv 1604.06174, 2016; Griewank 1992.
template <class T> Variable<T> checkpoint(Tape<T>& tape, const std::function<Variable<T>()>& f);

/// What was recorded, in Graphviz's language: `dot -Tsvg` draws it. Boxes are entries with their
/// shapes, arrows carry the kind of linear map.
template <class T> std::string to_dot(const Tape<T>& tape);
/// The part of the tape that the variable was computed from.
template <class T> std::string to_dot(const Variable<T>& variable);

} // namespace contractive
