#pragma once

#include <contractive/autodiff/autodiff.hpp>

#include <functional>
#include <string>
#include <vector>

namespace contractive::bench {

using V = Variable<float>;

/// A product c (batches of m, n) = a b over k, as BLAS gets it.
struct Gemm {
  std::size_t batches, m, n, k;
};

/// An encoder on samples of this shape, 128 of them, and the matrix products that one step's value
/// and gradient need by its plan: its floor.
struct Case {
  std::string name;
  Shape sample;
  std::vector<Shape> parameters; ///< the encoder's
  std::size_t code;
  std::function<V(const V&, const std::vector<V>&)> encoder;
  std::vector<Gemm> floor;
  bool penalised = true;
};
const std::vector<Case>& cases();

constexpr std::size_t samples = 128;

/// The objective and its gradients: in the encoder's parameters, then the decoder's (code, d), (d).
struct StepResult {
  float value;
  std::vector<Array<float>> gradients;
};
StepResult step(const Case& c, float lambda);

/// The inputs and parameters that every run of a case starts from.
struct Start {
  Array<float> x;
  std::vector<Array<float>> parameters; ///< the encoder's, then the decoder's
};
const Start& start(const Case& c);

/// The floor's products alone.
void floor_products(const Case& c);

} // namespace contractive::bench
