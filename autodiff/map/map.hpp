#pragma once

#include <contractive/autodiff/map/custom.hpp>
#include <contractive/autodiff/map/elementwise.hpp>
#include <contractive/autodiff/map/image.hpp>
#include <contractive/autodiff/map/move.hpp>
#include <contractive/autodiff/map/product.hpp>
#include <contractive/autodiff/map/sum.hpp>

#include <string>
#include <utility>
#include <variant>

namespace contractive {

/// A linear map t -> J t between arrays: the one form of a derivative rule. It is one of a closed
/// set of kinds, each with apply(t), computed in recorded operations, and transpose(), which
/// computes nothing and is again one of them. Kinds name axes from the end, so that extra leading
/// axes of t, K cotangents say, are carried along. Any other question about maps is a free function
/// over the kinds.
template <class T> class LinearMap {
public:
  using Kind = std::variant<Identity<T>, Diagonal<T>, Select<T>, Product<T>, Reshape<T>, Permute<T>,
                            Broadcast<T>, SumTo<T>, Slice<T>, Embed<T>, Gather<T>, Scatter<T>,
                            Unfold<T>, Fold<T>, Custom<T>>;

  template <class One, class = std::enable_if_t<std::is_constructible_v<Kind, One>>>
  LinearMap(One kind) : kind_(std::move(kind)) {}

  Variable<T> apply(const Variable<T>& t) const {
    return std::visit([&](const auto& kind) { return kind.apply(t); }, kind_);
  }
  LinearMap transpose() const {
    return std::visit([](const auto& kind) { return LinearMap(kind.transpose()); }, kind_);
  }
  /// The kind's name, for pictures and messages.
  std::string name() const {
    return std::visit([](const auto& kind) { return std::string(kind.name()); }, kind_);
  }
  const Kind& kind() const { return kind_; }

private:
  Kind kind_;
};

} // namespace contractive
