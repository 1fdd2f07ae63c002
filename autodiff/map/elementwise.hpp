#pragma once

#include <contractive/autodiff/variable.hpp>

namespace contractive {

/// t -> t
template <class T> struct Identity {
  static const char* name() { return "identity"; }
  Variable<T> apply(const Variable<T>& t) const { return t; }
  Identity transpose() const { return {}; }
};

/// t -> d * t, elementwise; d broadcasts to t.
template <class T> struct Diagonal {
  Variable<T> d;
  static const char* name() { return "diagonal"; }
  Variable<T> apply(const Variable<T>& t) const { return t * d; }
  Diagonal transpose() const { return *this; }
};

/// t -> t where the mask is true, else 0: unlike a product, it lets no infinity or NaN through.
template <class T> struct Select {
  Mask mask;
  static const char* name() { return "select"; }
  Variable<T> apply(const Variable<T>& t) const { return where(mask, t, Variable<T>(T(0))); }
  Select transpose() const { return *this; }
};

} // namespace contractive
