#pragma once

#include <contractive/autodiff/tape/variable.hpp>

#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <thread>
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
/// while it is swept: positions keep their meaning. Only the thread that made a tape records on it;
/// threads.hpp says what others may do.
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
  /// Makes the edge's linear map.
  using Recipe = std::function<LinearMap<T>()>;
  const Recipe& recipe(std::size_t edge) const { return recipes_[edge]; }

  /// Forgets every entry from `position` on; variables recorded there can no longer be computed
  /// with. Throws TapeError in another thread than the tape's, as recording does.
  void rewind(Position position);

  /// The tape that x is on, or null. Throws TapeError, naming the operation, when the tape is gone
  /// or was rewound.
  static Tape* tape_of(const Variable<T>& x, const char* operation);
  /// The tape that an operation on x would record on: x's, or null while recording there is off.
  static Tape* recording(const Variable<T>& x, const char* operation);
  /// This thread's newest live tape whose recording is not off, or null.
  static Tape* active();
  Position position_of(const Variable<T>& x) const { return x.position_; }

  /// For record(): appends an entry without edges, of a value or of a shape alone; then its edges
  /// one by one.
  Variable<T> append(std::string operation, Array<T> value);
  Position append(std::string operation, const Shape& shape);
  void connect(Position parent, Recipe recipe);

private:
  bool holds(const Variable<T>& x) const;
  void require_own_thread(const std::string& operation) const;

  std::deque<Entry> entries_;
  std::deque<Recipe> recipes_; // by edge
  // Apart from the rest, so that checks and finding paths read little memory: the first edge of
  // each entry, and of the next one to come; each entry's generation; the parent of each edge.
  std::vector<std::size_t> first_edges_{0};
  std::vector<std::uint32_t> generations_, parents_;
  std::unordered_map<const void*, Variable<T>> keyed_;
  std::shared_ptr<TapeLink<T>> link_;
  std::uint32_t generation_ = 0;
  std::thread::id thread_ = std::this_thread::get_id();
};

enum class Recording { off, on };

/// While it lives, recording on `tape` is off (or on again) in this thread; where it is off, the
/// tape's variables count as constants. The unrecorded sweep is the recorded one in such a scope.
/// One of no tape (null) does nothing.
template <class T> class RecordingScope {
public:
  RecordingScope(const Tape<T>* tape, Recording recording);
  ~RecordingScope();
  RecordingScope(const RecordingScope&) = delete;
  RecordingScope& operator=(const RecordingScope&) = delete;

  /// What the innermost scope of the tape says; on without one.
  static Recording of(const Tape<T>* tape);

private:
  const Tape<T>* tape_;
  Recording recording_;
  const RecordingScope* outer_;
};

} // namespace contractive
