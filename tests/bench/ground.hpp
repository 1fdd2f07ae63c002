#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// xtensor's side of tests/bench/ground.cpp. It is compiled three times, since its settings are
/// macros which change its types: each time into a library that shows nothing but one function.
namespace contractive::ground {

/// What the kernels work on: matrices (rows, columns) a and b, positions of rows, and the rest.
template <class T> struct Operands {
  std::size_t rows, columns;
  const T *a, *b, *row, *column, *scalar;
  const bool* mask;
  const std::int64_t* positions; ///< (rows)
};

/// One kernel as an xtensor expression.
template <class T> struct Expression {
  std::string kernel;
  std::function<void(const Operands<T>&)> fresh;              ///< to a container of its own
  std::function<void(const Operands<T>&, void* out)> noalias; ///< to memory that is there
};
template <class T> using Expressions = std::vector<Expression<T>>;

#define CONTRACTIVE_GROUND(way)                                                                    \
  [[gnu::visibility("default")]] void way(Expressions<float>&);                                    \
  [[gnu::visibility("default")]] void way(Expressions<double>&);
CONTRACTIVE_GROUND(plain)   // as xtensor comes
CONTRACTIVE_GROUND(simd)    // XTENSOR_USE_XSIMD
CONTRACTIVE_GROUND(threads) // and XTENSOR_USE_TBB, from as many elements on as our own loops
#undef CONTRACTIVE_GROUND

} // namespace contractive::ground
