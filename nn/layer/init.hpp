#pragma once

#include <contractive/autodiff/array/array.hpp>
#include <contractive/autodiff/array/random.hpp>

/// Initial values of weights. `in` and `out` are the numbers of inputs and outputs of one unit.
namespace contractive::nn {

/// The weights that a layer starts from.
enum class Init {
  glorot,  ///< uniform +-sqrt(6 / (in + out)); Glorot, Bengio 2010, eq. 16
  sigmoid, ///< four times that, for sigmoid units; deeplearning.net's cA, Glorot, Bengio 2010
  he,      ///< normal, deviation sqrt(2 / in), for relu and its kin; He et al. 2015
  lecun,   ///< normal, deviation sqrt(1 / in); LeCun et al. 1998
};
/// An array of this shape with such values.
template <class T>
[[nodiscard]] Array<T> initial(Init init, const Shape& shape, std::size_t in, std::size_t out,
                               Random& random);

} // namespace contractive::nn
