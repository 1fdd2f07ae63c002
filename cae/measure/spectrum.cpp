#include <contractive/cae/measure/spectrum.hpp>

#include <contractive/autodiff/jacobian/operator_norm.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/autodiff/tape/tape.hpp>
#include <contractive/cae/measure/tangents.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/layer/init.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::cae {

template <class T> Spectrum spectrum(const ContractiveAutoencoder<T>& model, const Array<T>& x) {
  constexpr std::size_t held_at_once = 20; // Jacobians
  const std::size_t n = x.shape()[0], d = x.size() / std::max<std::size_t>(1, n);
  if (n == 0)
    throw ShapeError("spectrum: x ", x.shape(), "; expected at least one sample");
  const std::size_t count = std::min(d, model.encode(nn::take(x, 0, 1)).size());
  Spectrum result;
  result.values.assign(count, 0);
  nn::for_each_batch(x, held_at_once, [&](const Array<T>& batch) {
    const Array<T> stretch = leading_tangents(model, batch, count).stretch;
    for (std::size_t b = 0; b < stretch.shape()[0]; ++b) {
      double squares = 0, fourths = 0, so_far = 0;
      std::size_t above = 0, ninety = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const double s = static_cast<double>(stretch(b, i));
        result.values[i] += s / static_cast<double>(n);
        squares += s * s;
        fourths += s * s * s * s;
        above += s > 1 ? 1 : 0;
      }
      for (; ninety < count && so_far < 0.9 * squares; ++ninety)
        so_far += std::pow(static_cast<double>(stretch(b, ninety)), 2);
      result.effective_dimension += fourths > 0 ? squares * squares / fourths : 0;
      result.ninety += static_cast<double>(ninety);
      result.expanding += static_cast<double>(above);
      result.contractions += above == 0 ? 1 : 0;
    }
  });
  for (double* sum :
       {&result.effective_dimension, &result.ninety, &result.expanding, &result.contractions})
    *sum /= static_cast<double>(n);
  return result;
}

template <class T>
OperatorNorm operator_norm(const ContractiveAutoencoder<T>& model, const Array<T>& x) {
  constexpr std::size_t together = 100; // they iterate until the last of them is done
  OperatorNormOptions options;
  options.tolerance = 1e-3;
  options.create_graph = CreateGraph::no;
  OperatorNorm result;
  nn::for_each_batch(x, together, [&](const Array<T>& batch) {
    Tape<T> tape;
    const Variable<T> in = tape.variable(batch, "x");
    for (const T norm : jacobian_operator_norm(model.encode(in), in, options).value()) {
      result.mean += static_cast<double>(norm);
      result.contractions += norm <= 1 ? 1 : 0;
    }
  });
  for (double* sum : {&result.mean, &result.contractions})
    *sum /= static_cast<double>(x.shape()[0]);
  return result;
}

template <class T>
std::vector<Contraction> contraction_curve(const ContractiveAutoencoder<T>& model,
                                           const Array<T>& x, const std::vector<double>& radii,
                                           Random& random) {
  std::vector<Contraction> curve;
  const Variable<T> codes = model.encode(x);
  const auto norms = [](const Variable<T>& v) {
    return sqrt(sum_of_squares(reshape(v, {v.shape()[0], Shape::infer}), 1, KeepDims::yes));
  };
  for (const double radius : radii) {
    if (!(radius > 0))
      throw Error("contraction_curve: radius ", radius, "; expected above 0");
    const Variable<T> u(random.normal<T>({x.shape()[0], x.shape().inner(0)}, 1));
    const Variable<T> step = reshape(u * (static_cast<T>(radius) / norms(u)), x.shape());
    const Variable<T> ratio =
        norms(model.encode(x + step) - codes) * (T(1) / static_cast<T>(radius));
    curve.push_back({radius, static_cast<double>(mean(ratio).item()),
                     std::sqrt(static_cast<double>(mean(square(ratio)).item()))});
  }
  return curve;
}

// clang-format off
template Spectrum spectrum(const ContractiveAutoencoder<float>&, const Array<float>&);
template Spectrum spectrum(const ContractiveAutoencoder<double>&, const Array<double>&);
template OperatorNorm operator_norm(const ContractiveAutoencoder<float>&, const Array<float>&);
template OperatorNorm operator_norm(const ContractiveAutoencoder<double>&, const Array<double>&);
template std::vector<Contraction> contraction_curve(const ContractiveAutoencoder<float>&, const Array<float>&, const std::vector<double>&, Random&);
template std::vector<Contraction> contraction_curve(const ContractiveAutoencoder<double>&, const Array<double>&, const std::vector<double>&, Random&);

} // namespace contractive::cae
