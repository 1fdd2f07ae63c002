#pragma once

#include <contractive/autodiff/tape/tape.hpp>

#include <algorithm>
#include <vector>

/// Which part of a tape lies between inputs and outputs.
namespace contractive {

/// Which of the entries from `first` up to `last` any output depends on, the outputs themselves
/// among them. Entries below `floor` are not passed through.
template <class T>
storage::Vector<char> reaching(const Tape<T>& tape, const std::vector<Position>& outputs,
                               Position first, Position last, Position floor = 0) {
  storage::Vector<char> flags(last - first, 0);
  for (const Position output : outputs)
    if (output >= first)
      flags[output - first] = 1;
  for (Position p = last; p-- > std::max(first, floor);)
    if (flags[p - first])
      for (std::size_t e = tape.first_edge(p), end = tape.last_edge(p); e < end; ++e)
        if (tape.parent(e) >= first)
          flags[tape.parent(e) - first] = 1;
  return flags;
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
    on_path_.assign(size_, 0);
    for (const Position input : inputs)
      if (input - first_ < size_)
        on_path_[input - first_] = 1;
    const storage::Vector<char> reaches = reaching(tape, outputs, first_, last(), floor_);
    for (Position p = first_; p < last(); ++p) {
      for (std::size_t e = tape.first_edge(p), end = tape.last_edge(p); e < end; ++e)
        if (p >= floor_ && tape.parent(e) >= first_)
          on_path_[p - first_] |= on_path_[tape.parent(e) - first_];
      on_path_[p - first_] &= reaches[p - first_];
    }
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
      count += contains(p) ? tape.shape(p).elements() : 0;
    return count;
  }

private:
  Position first_;
  std::size_t size_;
  Position floor_;
  storage::Vector<char> on_path_;
};

} // namespace contractive
