#pragma once

#include "floor.hpp"

#include <contractive/autodiff/autodiff.hpp>

#include <functional>
#include <string>
#include <vector>

namespace contractive::bench {

using V = Variable<float>;
using D = Variable<double>;

/// What a step adds to the reconstruction's error: nothing, the mean of ||dh_b/dx_b||^2, or an
/// estimate of it from one Rademacher direction per sample.
enum class Penalty { none, exact, estimate };

constexpr std::size_t samples = 128;

/// A function of x and its parameters, in either precision.
struct Encoder {
  std::function<V(const V&, const std::vector<V>&)> single;
  std::function<D(const D&, const std::vector<D>&)> exact;
  template <class F> Encoder(const F& f) : single(f), exact(f) {}
};

/// An encoder on a batch of samples of this shape, and the matrix products that one step's value
/// and gradient need by its plan: its floor.
struct Case {
  std::string name; ///< its first word is what find_case() knows it by
  Shape sample;
  std::vector<Shape> parameters; ///< the encoder's
  std::size_t code;
  Encoder encoder;
  Gemms floor;
  Penalty penalty = Penalty::exact;
  std::size_t batch = samples;
  bool adam = false; ///< a timed step updates the parameters too
};
const std::vector<Case>& cases();

/// The case of this name; or a chain of dense layers such as "784-512-256:sigmoid", with another
/// batch than 128 as "784-512-256:sigmoid@64". Throws Error when it is neither.
const Case& find_case(const std::string& name);

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

/// The directions (batch, code) that a step with Penalty::estimate draws.
Array<float> directions(const Case& c);

/// In double, how far the penalty and its gradients in x and the encoder's parameters are,
/// relative, from those of a loop over the code's units: one recorded gradient each, without any
/// structure.
double distance_from_rows(const Case& c);

/// What explain_jacobian() says about the case's penalty.
std::string explain(const Case& c);

/// The floor's products alone.
void floor_products(const Case& c);

} // namespace contractive::bench
