#pragma once

#include <contractive/autodiff/geometry.hpp>
#include <contractive/autodiff/variable.hpp>

#include <vector>

namespace contractive {

/// The same elements under another shape.
template <class T> struct Reshape {
  Shape from, to;
  static const char* name() { return "reshape"; }
  Variable<T> apply(const Variable<T>& t) const;
  Reshape transpose() const { return {to, from}; }
};

/// Axis i of the result is axis axes[i] of t, counted among the last axes.size() ones.
template <class T> struct Permute {
  std::vector<std::size_t> axes;
  static const char* name() { return "permute"; }
  Variable<T> apply(const Variable<T>& t) const;
  Permute transpose() const;
};

template <class T> struct Embed;

/// Takes a part of the last axes.
template <class T> struct Slice {
  Cut cut;
  static const char* name() { return "slice"; }
  Variable<T> apply(const Variable<T>& t) const;
  Embed<T> transpose() const { return {cut}; }
};

/// The transpose of Slice: puts a part back into zeros.
template <class T> struct Embed {
  Cut cut;
  static const char* name() { return "embed"; }
  Variable<T> apply(const Variable<T>& t) const;
  Slice<T> transpose() const { return {cut}; }
};

template <class T> struct Scatter;

/// Picks elements by position along one axis of arrays that end in `before`; the result ends in
/// `after`, which differs in that axis alone. Positions are (k), or (..., k, ...) like `after`.
template <class T> struct Gather {
  Shape before, after;
  std::size_t axis;
  Indices positions;
  static const char* name() { return "gather"; }
  Variable<T> apply(const Variable<T>& t) const;
  Scatter<T> transpose() const { return {before, after, axis, positions}; }
};

/// The transpose of Gather: adds each element back to where it was picked.
template <class T> struct Scatter {
  Shape before, after;
  std::size_t axis;
  Indices positions;
  static const char* name() { return "scatter"; }
  Variable<T> apply(const Variable<T>& t) const;
  Gather<T> transpose() const { return {before, after, axis, positions}; }
};

} // namespace contractive
