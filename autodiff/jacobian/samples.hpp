#pragma once

#include <contractive/autodiff/operation/map.hpp>

#include <optional>

namespace contractive {

/// Which sample each element of a value belongs to: row-major element i is of sample
/// (i / stride) mod count.
struct Label {
  std::size_t stride, count;
  friend bool operator==(const Label& a, const Label& b) {
    return a.stride == b.stride && a.count == b.count;
  }
};

/// The label of map(t), of shape `to`, for a t of shape `from` with this label, or nothing where
/// the map may mix samples: then it mixes, cuts, joins or resizes an axis that is not free of them.
/// An axis of length n with inner size I is free if count = 1, or stride mod (I n) = 0 (all of it
/// lies in one sample), or I mod (stride count) = 0 (each step jumps over whole batches).
template <class T>
std::optional<Label> relabel(const LinearMap<T>& map, const Shape& from, const Shape& to,
                             const Label& label);

} // namespace contractive
