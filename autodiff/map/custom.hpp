#pragma once

#include <contractive/autodiff/variable.hpp>

#include <functional>
#include <optional>
#include <string>

namespace contractive {

/// The open door: a linear map of a user's own, from arrays of shape `from` to arrays of shape
/// `to`. `forward` applies it and `backward` applies its transpose; both must carry extra leading
/// axes along, and be made of the engine's operations, if they are to be differentiated again.
template <class T> struct Custom {
  using Function = std::function<Variable<T>(const Variable<T>&)>;
  std::string title;
  Shape from, to;
  Function forward, backward;
  /// How many leading axes of `from` and `to` the map keeps apart, acting within each index of them
  /// alone. Without it, per-sample Jacobians throw CouplingError.
  std::optional<std::size_t> free_axes{};

  const char* name() const { return title.c_str(); }
  Variable<T> apply(const Variable<T>& t) const { return forward(t); }
  Custom transpose() const { return {title, to, from, backward, forward, free_axes}; }
};

} // namespace contractive
