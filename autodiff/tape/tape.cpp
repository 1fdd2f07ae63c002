#include <contractive/autodiff/tape/tape.hpp>

#include <algorithm>

namespace contractive {
namespace {

template <class T> std::vector<std::shared_ptr<TapeLink<T>>>& live_tapes() {
  thread_local std::vector<std::shared_ptr<TapeLink<T>>> tapes;
  return tapes;
}

template <class T> const RecordingScope<T>*& innermost() {
  thread_local const RecordingScope<T>* scope = nullptr;
  return scope;
}

} // namespace

template <class T> Tape<T>::Tape() : link_(std::make_shared<TapeLink<T>>(TapeLink<T>{this})) {
  live_tapes<T>().push_back(link_);
}

template <class T> Tape<T>::~Tape() {
  link_->tape = nullptr;
  auto& tapes = live_tapes<T>(); // of this thread: elsewhere, active() passes over the dead link
  tapes.erase(std::remove(tapes.begin(), tapes.end(), link_), tapes.end());
}

template <class T> Tape<T>* Tape<T>::active() {
  const auto& tapes = live_tapes<T>();
  for (auto link = tapes.rbegin(); link != tapes.rend(); ++link)
    if ((*link)->tape && RecordingScope<T>::of((*link)->tape) == Recording::on)
      return (*link)->tape;
  return nullptr;
}

template <class T>
Variable<T> Tape<T>::variable(const void* key, const Array<T>& value, const std::string& name) {
  Variable<T>& known = keyed_[key];
  const bool current = known.tracked() && known.value().same(value) && holds(known);
  if (!current)
    known = variable(value, name);
  return known;
}

template <class T> void Tape<T>::rewind(Position position) {
  if (position >= size())
    return;
  require_own_thread("rewind");
  parents_.resize(first_edge(position));
  recipes_.resize(first_edge(position));
  first_edges_.resize(position + 1);
  generations_.resize(position);
  entries_.resize(position);
  ++generation_;
}

template <class T> Tape<T>* Tape<T>::tape_of(const Variable<T>& x, const char* operation) {
  if (!x.link_)
    return nullptr;
  Tape* const tape = x.link_->tape;
  if (tape && tape->holds(x))
    return tape;
  throw TapeError(operation, ": an operand of shape ", x.shape(), " was recorded on a ",
                  tape ? "part of the tape that was rewound; "
                       : "tape that is gone; expected a live one, ",
                  "detach() the operand to use it as a constant");
}

template <class T> Tape<T>* Tape<T>::recording(const Variable<T>& x, const char* operation) {
  Tape* const tape = tape_of(x, operation);
  return tape && RecordingScope<T>::of(tape) == Recording::on ? tape : nullptr;
}

template <class T> bool Tape<T>::holds(const Variable<T>& x) const {
  return x.position_ < generations_.size() && generations_[x.position_] == x.generation_;
}

template <class T> void Tape<T>::require_own_thread(const std::string& operation) const {
  if (thread_ != std::this_thread::get_id())
    throw TapeError(operation, ": the tape belongs to another thread, the one that made it; "
                               "expected a tape of this thread's own, with detach() for what comes "
                               "from elsewhere, or nothing recorded: CreateGraph::no");
}

template <class T> Position Tape<T>::append(std::string operation, const Shape& shape) {
  require_own_thread(operation);
  if (size() > std::numeric_limits<std::uint32_t>::max())
    throw TapeError(operation, ": the tape is full; expected fewer than 2^32 entries");
  const Position position = size();
  try {
    entries_.push_back({std::move(operation), shape});
    generations_.push_back(generation_);
    first_edges_.push_back(first_edges_.back());
  } catch (...) { // no memory: as if it had not been tried
    rewind(position);
    throw;
  }
  return position;
}

template <class T> Variable<T> Tape<T>::append(std::string operation, Array<T> value) {
  const Position position = append(std::move(operation), value.shape());
  return {std::move(value), link_, static_cast<std::uint32_t>(position), generation_};
}

template <class T> void Tape<T>::connect(Position parent, Recipe recipe) {
  parents_.push_back(static_cast<std::uint32_t>(parent));
  recipes_.push_back(std::move(recipe));
  ++first_edges_.back();
}

template <class T>
RecordingScope<T>::RecordingScope(const Tape<T>* tape, Recording recording)
    : tape_(tape), recording_(recording), outer_(innermost<T>()) {
  innermost<T>() = this;
}

template <class T> RecordingScope<T>::~RecordingScope() { innermost<T>() = outer_; }

template <class T> Recording RecordingScope<T>::of(const Tape<T>* tape) {
  for (const RecordingScope* scope = innermost<T>(); scope; scope = scope->outer_)
    if (scope->tape_ == tape)
      return scope->recording_;
  return Recording::on;
}

// clang-format off
template class Tape<float>;           template class Tape<double>;
template class RecordingScope<float>; template class RecordingScope<double>;

} // namespace contractive
