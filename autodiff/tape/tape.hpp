#pragma once

#include <contractive/autodiff/tape/arena.hpp>
#include <contractive/autodiff/tape/variable.hpp>

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace contractive {

/// One recorded value: what made it, and its shape.
struct Entry {
  std::string_view operation; ///< the name that record() was given
  const Shape& shape;         ///< of the value
};

/// Makes the linear map of an edge.
template <class T> struct Recipe {
  virtual ~Recipe() = default;
  /// The map from the operand's tangents to the entry's.
  virtual LinearMap<T> operator()() const = 0;
};

/// What derivatives are taken of: inputs are made by variable(), operations on them are recorded,
/// and gradient() and its kin go through the record. It has to live as long as one computes with
/// its variables.
///
/// A Wengert list: every operation on a tracked variable appends an entry, in the order of
/// computation. From an entry to each operand leads an edge, with one derivative rule: the recipe
/// of the linear map from the operand's tangents to the entry's. It runs when a sweep needs it, so
/// recording computes no derivative. The newest live tape is the thread's active one. It may grow
/// while it is swept: positions keep their meaning. Only the thread that made a tape records on it;
/// threads.hpp says what others may do.
template <class T> class Tape {
public:
  /// Becomes this thread's active tape until it is destroyed.
  Tape();
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// An input with this value: derivatives in it can be taken. explain_jacobian() and to_dot()
  /// show its name.
  Variable<T> variable(Array<T> value, const std::string& name = "variable");
  /// The one tracked input that stands for `key` while its value is this very buffer: how a
  /// parameter that is used twice stays one variable.
  Variable<T> variable(const void* key, const Array<T>& value, const std::string& name);

  /// The number of entries.
  Position size() const { return entries_.size(); }
  /// The entry at a position less than size().
  Entry entry(Position position) const { return {entries_[position].operation, shape(position)}; }
  /// Its shape alone.
  const Shape& shape(Position position) const { return *entries_[position].shape; }
  /// The edges of one entry, from the first to before the last: indices for parent() and recipe().
  std::size_t first_edge(Position position) const { return entries_[position].first_edge; }
  std::size_t last_edge(Position position) const {
    return position + 1 < size() ? first_edge(position + 1) : recipes_.size();
  }
  /// The position of the operand that an edge leads to.
  Position parent(std::size_t edge) const { return parents_[edge]; }
  /// The recipe of an edge's map.
  const Recipe<T>& recipe(std::size_t edge) const { return recipes_[edge]; }

  /// Forgets every entry from `position` on; variables recorded there can no longer be computed
  /// with. Throws TapeError in another thread than the tape's, as recording does.
  void rewind(Position position);

  /// The tape that x is on, or null. Throws TapeError, naming the operation, when the tape is gone
  /// or was rewound.
  static Tape* tape_of(const Variable<T>& x, const char* operation);
  /// The tape that an operation on x would record on: x's, or null while recording there is off.
  /// Throws TapeError in another thread than the tape's, which then is not looked at.
  static Tape* recording(const Variable<T>& x, const char* operation);
  /// This thread's newest live tape whose recording is not off, or null.
  static Tape* active();
  /// Where on its tape x is; of a constant, 0.
  Position position_of(const Variable<T>& x) const { return x.place_.position; }

  /// For record(): appends an entry without edges, of a value or of a shape alone; then its edges
  /// one by one. The operation's name has to outlive the tape, as literals do.
  Variable<T> append(const char* operation, Array<T> value);
  Position append(const char* operation, const Shape& shape);
  template <class Rule> void connect(Position parent, Rule rule);

private:
  struct Node {
    const char* operation;
    const Shape* shape;
    std::uint64_t generation;
    std::size_t first_edge;
  };
  bool holds(const Variable<T>& x) const;
  [[noreturn]] static void throw_lost(const Variable<T>& x, const char* operation);
  static void require_thread(const TapeLink<T>& link, std::string_view operation);

  storage::Vector<Node> entries_;
  std::deque<Shape> shapes_; // of the entries, in their order; equal neighbours share one
  std::unordered_set<std::string> names_;
  storage::Vector<std::uint32_t> parents_; // by edge, as the recipes are
  Arena<Recipe<T>> recipes_;
  std::unordered_map<const void*, Variable<T>> keyed_;
  TapeLink<T>* const link_;
};

/// Whether what is computed with a tape's variables is recorded.
enum class Recording { off, on };

/// While it lives, recording on `tape` is off (or on again) in this thread; where it is off, the
/// tape's variables count as constants. The unrecorded sweep is the recorded one in such a scope.
/// One of no tape (null) does nothing.
template <class T> class RecordingScope {
public:
  /// Switches recording on the tape on or off.
  RecordingScope(const Tape<T>* tape, Recording recording);
  ~RecordingScope();
  RecordingScope(const RecordingScope&) = delete;
  RecordingScope& operator=(const RecordingScope&) = delete;

  /// What the innermost scope of the tape says; on without one.
  static Recording of(const Tape<T>* tape) {
    for (const RecordingScope* scope = innermost_; scope; scope = scope->outer_)
      if (scope->tape_ == tape)
        return scope->recording_;
    return Recording::on;
  }

private:
  const Tape<T>* tape_;
  Recording recording_;
  const RecordingScope* outer_;
  static inline thread_local const RecordingScope* innermost_ = nullptr;
};

// Here, as every operation passes through them.

template <class T> inline bool Tape<T>::holds(const Variable<T>& x) const {
  return x.place_.position < size() &&
         entries_[x.place_.position].generation == x.place_.generation;
}

template <class T> inline Tape<T>* Tape<T>::tape_of(const Variable<T>& x, const char* operation) {
  if (!x.place_.link)
    return nullptr;
  Tape* const tape = x.place_.link->tape; // first: the next owner comes after its generation
  const bool last = x.place_.generation == x.place_.link->current; // recorded since the last rewind
  if (tape && (last || (x.place_.generation >= x.place_.link->first && tape->holds(x))))
    return tape;
  throw_lost(x, operation);
}

template <class T> inline Tape<T>* Tape<T>::recording(const Variable<T>& x, const char* operation) {
  Tape* const tape = tape_of(x, operation);
  if (!tape || RecordingScope<T>::of(tape) == Recording::off)
    return nullptr;
  require_thread(*x.place_.link, operation);
  return tape;
}

template <class T> inline Variable<T> Tape<T>::append(const char* operation, Array<T> value) {
  const Position position = append(operation, value.shape());
  return {std::move(value), {link_, entries_.back().generation, position}};
}

template <class T> template <class Rule> inline void Tape<T>::connect(Position parent, Rule rule) {
  struct Made final : Recipe<T> {
    explicit Made(Rule&& its) : rule(std::move(its)) {}
    LinearMap<T> operator()() const override { return rule(); }
    Rule rule;
  };
  parents_.push_back(static_cast<std::uint32_t>(parent));
  recipes_.template emplace_back<Made>(std::move(rule));
}

} // namespace contractive
