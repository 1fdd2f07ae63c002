#pragma once

#include <contractive/autodiff/array/geometry.hpp>
#include <contractive/autodiff/operation/arithmetic.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/tape/variable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// The linear maps by kind. Each has apply(t), computed in recorded operations, and transpose(),
/// which computes nothing and is again one of them. Kinds name axes from the end, so that extra
/// leading axes of t, K cotangents say, are carried along.
namespace contractive {

/// The identity, t -> t.
template <class T> struct Identity {
  /// Its name, for pictures and messages; J t; the map g -> J^T g.
  static const char* name() { return "identity"; }
  Variable<T> apply(const Variable<T>& t) const { return t; }
  Identity transpose() const { return {}; }
};

/// An elementwise product, t -> d * t; d broadcasts to t.
template <class T> struct Diagonal {
  Variable<T> d; ///< the factors
  /// Its name, for pictures and messages; J t; the map g -> J^T g.
  static const char* name() { return "diagonal"; }
  Variable<T> apply(const Variable<T>& t) const { return t * d; }
  Diagonal transpose() const& { return *this; }
  Diagonal transpose() && { return std::move(*this); }
};

/// A choice: t where the mask is true, else 0. Unlike a product, it lets no infinity or NaN
/// through.
template <class T> struct Select {
  Mask mask; ///< true where t passes
  /// Its name, for pictures and messages; J t; the map g -> J^T g.
  static const char* name() { return "select"; }
  Variable<T> apply(const Variable<T>& t) const { return where(mask, t, Variable<T>(T(0))); }
  Select transpose() const { return *this; }
};

/// A matrix product, t -> op(t) op(w) (right) or op(w) op(t) (left), where op may transpose. w is
/// one matrix for all (rank 2) or one per sample. Closed under transposition:
///   (t -> t w)^T = g -> g w^T,  (t -> t^T w)^T = g -> w g^T,  and the same with sides exchanged.
template <class T> struct Product {
  /// On which side of t the matrix stands.
  enum class Side { left, right };
  Variable<T> w;            ///< the matrix, or one for each sample
  Side side;                ///< where it stands
  bool transpose_w = false; ///< whether op transposes w
  bool transpose_t = false; ///< whether op transposes t

  /// Its name, for pictures and messages; J t; the map g -> J^T g.
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

  /// What matmul() is told, of which operands are transposed.
  static Transpose flags(bool a, bool b) {
    return a ? (b ? Transpose::both : Transpose::a) : (b ? Transpose::b : Transpose::none);
  }
};

/// A geometry as a map, or its transpose.
template <class T, class Geometry> struct Move {
  Geometry geometry;       ///< how elements move
  bool transposed = false; ///< whether by the geometry's transpose
  /// Its name, for pictures and messages; J t; the map g -> J^T g.
  const char* name() const { return geometry.name(transposed); }
  Variable<T> apply(const Variable<T>& t) const;
  Move transpose() const { return {geometry, !transposed}; }
};

namespace detail {
/// x moved as the geometry says; x itself where that changes nothing.
template <class T, class Geometry>
Variable<T> move(const Variable<T>& x, const Geometry& geometry) {
  return geometry.trivial() ? x : Move<T, Geometry>{geometry}.apply(x);
}
/// The same by the geometry's transpose.
template <class T, class Geometry>
Variable<T> move_back(const Variable<T>& x, const Geometry& geometry) {
  return geometry.trivial() ? x : Move<T, Geometry>{geometry, true}.apply(x);
}
} // namespace detail

/// The open door: a linear map of a user's own. `forward` applies it and `backward` applies its
/// transpose; both must carry extra leading axes along, and be made of the engine's operations, if
/// they are to be differentiated again.
template <class T> struct Custom {
  /// A linear function of one variable.
  using Function = std::function<Variable<T>(const Variable<T>&)>;
  Function forward;  ///< t -> J t
  Function backward; ///< g -> J^T g
  /// How many leading axes of operand and result the map keeps apart, acting within each index of
  /// them alone. Without it, per-sample Jacobians throw CouplingError.
  std::optional<std::size_t> free_axes{};
  /// Of one application: what Jacobians' plans are compared by.
  double multiply_adds = 0;

  /// Its name, for pictures and messages; J t; the map g -> J^T g.
  static const char* name() { return "custom"; }
  Variable<T> apply(const Variable<T>& t) const { return forward(t); }
  Custom transpose() const { return {backward, forward, free_axes, multiply_adds}; }
};

/// A linear map t -> J t between arrays: the one form of a derivative rule, one of a closed set of
/// kinds. Any other question about maps is a free function over the kinds.
template <class T> class LinearMap {
public:
  /// Any one of the kinds.
  using Kind =
      std::variant<Identity<T>, Diagonal<T>, Select<T>, Product<T>, Move<T, geometry::Reshape>,
                   Move<T, geometry::Permute>, Move<T, geometry::Broadcast>,
                   Move<T, geometry::Slice>, Move<T, geometry::Gather>, Custom<T>>;

  /// Of one kind.
  template <class One, class = std::enable_if_t<std::is_constructible_v<Kind, One>>>
  LinearMap(One kind) : kind_(std::move(kind)) {}
  /// The slope of an elementwise function: Diagonal.
  LinearMap(Variable<T> slope) : kind_(Diagonal<T>{std::move(slope)}) {}

  /// J t, and the map g -> J^T g.
  Variable<T> apply(const Variable<T>& t) const {
    return std::visit([&](const auto& kind) { return kind.apply(t); }, kind_);
  }
  LinearMap transpose() const& {
    return std::visit([](const auto& kind) { return LinearMap(kind.transpose()); }, kind_);
  }
  LinearMap transpose() && { // most are their own transpose, and need not be copied
    return std::visit([](auto& kind) { return LinearMap(std::move(kind).transpose()); }, kind_);
  }
  /// The kind's name, for pictures and messages.
  std::string name() const {
    return std::visit([](const auto& kind) { return std::string(kind.name()); }, kind_);
  }
  /// Which kind it is, for std::visit and std::get_if.
  const Kind& kind() const { return kind_; }

private:
  Kind kind_;
};

} // namespace contractive
