#pragma once

#include <contractive/autodiff/variable.hpp>

namespace contractive {

template <class T> struct SumTo;

/// Repeats an array of shape `from` to shape `to` by numpy's rules. Of extra leading axes of t it
/// knows that they come first: new axes are inserted behind them.
template <class T> struct Broadcast {
  Shape from, to;
  static const char* name() { return "broadcast"; }
  Variable<T> apply(const Variable<T>& t) const;
  SumTo<T> transpose() const { return {to, from}; }
};

/// The transpose of Broadcast: sums an array of shape `from` to shape `to`.
template <class T> struct SumTo {
  Shape from, to;
  static const char* name() { return "sum"; }
  Variable<T> apply(const Variable<T>& t) const;
  Broadcast<T> transpose() const { return {to, from}; }
};

} // namespace contractive
