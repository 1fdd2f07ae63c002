#include <contractive/autodiff/tape/tape.hpp>

#include <limits>
#include <mutex>
#include <utility>

namespace contractive {
namespace {

// All links, and those that serve no tape. Never destroyed: any variable may still look at its own.
template <class T> struct Links {
  std::mutex mutex;
  std::deque<TapeLink<T>> all;
  TapeLink<T>* free = nullptr;
};
template <class T> Links<T>& links() {
  static Links<T>& instance = *new Links<T>;
  return instance;
}

template <class T> TapeLink<T>* take_link() {
  const std::lock_guard<std::mutex> lock(links<T>().mutex);
  TapeLink<T>*& free = links<T>().free;
  return free ? std::exchange(free, free->next) : &links<T>().all.emplace_back();
}

// The links of the tapes that this thread has made, the newest first.
template <class T> thread_local TapeLink<T>* newest = nullptr;

// Frees those whose tapes are gone. A tape that is destroyed in another thread leaves its link
// here.
template <class T> void free_links() {
  const std::lock_guard<std::mutex> lock(links<T>().mutex);
  for (TapeLink<T>** at = &newest<T>; TapeLink<T>* const link = *at;)
    if (link->tape)
      at = &link->next;
    else {
      *at = link->next;
      link->next = std::exchange(links<T>().free, link);
    }
}

} // namespace

template <class T> Tape<T>::Tape() : link_(take_link<T>()) {
  link_->thread = std::this_thread::get_id();
  link_->first = ++link_->current;
  link_->tape = this;
  link_->next = std::exchange(newest<T>, link_);
}

template <class T> Tape<T>::~Tape() {
  link_->tape = nullptr;
  free_links<T>();
}

template <class T> Tape<T>* Tape<T>::active() {
  for (const TapeLink<T>* link = newest<T>; link; link = link->next)
    if (Tape* const tape = link->tape; tape && RecordingScope<T>::of(tape) == Recording::on)
      return tape;
  return nullptr;
}

template <class T> Variable<T> Tape<T>::variable(Array<T> value, const std::string& name) {
  require_thread(*link_, name);
  return append(names_.insert(name).first->c_str(), std::move(value));
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
  require_thread(*link_, "rewind");
  const std::size_t edges = first_edge(position);
  parents_.resize(edges);
  entries_.resize(position);
  while (!shapes_.empty() && (position == 0 || entries_.back().shape != &shapes_.back()))
    shapes_.pop_back();
  ++link_->current;
  recipes_.shrink(edges);
}

template <class T> void Tape<T>::throw_lost(const Variable<T>& x, const char* operation) {
  const bool rewound = x.place_.link->tape && x.place_.generation >= x.place_.link->first;
  throw TapeError(operation, ": an operand of shape ", x.shape(), " was recorded on a ",
                  rewound ? "part of the tape that was rewound; "
                          : "tape that is gone; expected a live one, ",
                  "detach() the operand to use it as a constant");
}

template <class T>
void Tape<T>::require_thread(const TapeLink<T>& link, std::string_view operation) {
  if (link.thread != std::this_thread::get_id())
    throw TapeError(operation, ": the tape belongs to another thread, the one that made it; "
                               "expected a tape of this thread's own, with detach() for what comes "
                               "from elsewhere, or nothing recorded: CreateGraph::no");
}

template <class T> Position Tape<T>::append(const char* operation, const Shape& shape) {
  if (size() > std::numeric_limits<std::uint32_t>::max())
    throw TapeError(operation, ": the tape is full; expected fewer than 2^32 entries");
  if (shapes_.empty() || shapes_.back() != shape)
    shapes_.push_back(shape);
  entries_.push_back({operation, &shapes_.back(), link_->current, recipes_.size()});
  return size() - 1;
}

template <class T>
RecordingScope<T>::RecordingScope(const Tape<T>* tape, Recording recording)
    : tape_(tape), recording_(recording), outer_(innermost_) {
  innermost_ = this;
}

template <class T> RecordingScope<T>::~RecordingScope() { innermost_ = outer_; }

// clang-format off
template class Tape<float>;           template class Tape<double>;
template class RecordingScope<float>; template class RecordingScope<double>;

} // namespace contractive
