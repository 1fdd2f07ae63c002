#pragma once

#include <limits>

/// What tests accept, and why. All are relative to the largest element, or to 1 if that is smaller.
namespace contractive::tests {

/// Two orders of summing, or a vector's function against the standard library's, over some hundred
/// elements: a few dozen units in the last place.
template <class T> inline constexpr double rounding = 64 * std::numeric_limits<T>::epsilon();

/// A derivative of order n in float against double: each order adds a factor of inner derivatives,
/// up to 30 on the table's domains, to the rounding errors.
inline constexpr double float_derivative[] = {0, 2e-5, 2e-4, 2e-3};

/// Central differences in double: h^2 = 4e-11 times a third derivative of up to 1000 on the table's
/// domains.
inline constexpr double central = 5e-8;

} // namespace contractive::tests
