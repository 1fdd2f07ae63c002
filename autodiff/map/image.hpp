#pragma once

#include <contractive/autodiff/geometry.hpp>
#include <contractive/autodiff/variable.hpp>

namespace contractive {

template <class T> struct Fold;

/// Images (..., h, w, c) to the patches that a window sees, (..., oh, ow, patch).
template <class T> struct Unfold {
  Patches sizes;
  static const char* name() { return "unfold"; }
  Variable<T> apply(const Variable<T>& t) const;
  Fold<T> transpose() const { return {sizes}; }
};

/// The transpose of Unfold: adds patches up into images.
template <class T> struct Fold {
  Patches sizes;
  static const char* name() { return "fold"; }
  Variable<T> apply(const Variable<T>& t) const;
  Unfold<T> transpose() const { return {sizes}; }
};

} // namespace contractive
