#pragma once

#include <contractive/autodiff/product.hpp>

namespace contractive {

/// t -> op(t) op(w) (right) or op(w) op(t) (left), where op may transpose. w is one matrix for all
/// (rank 2) or one per sample. Closed under transposition:
///   (t -> t w)^T = g -> g w^T,  (t -> t^T w)^T = g -> w g^T,  and the same with sides exchanged.
template <class T> struct Product {
  enum class Side { left, right };
  Variable<T> w;
  Side side;
  bool transpose_w = false, transpose_t = false;

  static const char* name() { return "product"; }
  Variable<T> apply(const Variable<T>& t) const {
    return side == Side::right ? matmul(t, w, flags(transpose_t, transpose_w))
                               : matmul(w, t, flags(transpose_w, transpose_t));
  }
  Product transpose() const {
    if (!transpose_t)
      return {w, side, !transpose_w, false};
    return {w, side == Side::right ? Side::left : Side::right, transpose_w, true};
  }

  static Transpose flags(bool a, bool b) {
    return a ? (b ? Transpose::both : Transpose::a) : (b ? Transpose::b : Transpose::none);
  }
};

} // namespace contractive
