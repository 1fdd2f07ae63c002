#include <contractive/autodiff/jacobian/estimate.hpp>

#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/path.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <xtensor-blas/xlinalg.hpp>

namespace contractive {
namespace {

// For each sample, K orthonormal rows of length s, uniform among all such: a Gaussian matrix' QR
// factor, with the signs that make it unique; scaled so that the mean of squares estimates the
// trace.
template <class T>
void orthogonal(Random& random, std::size_t k, std::size_t samples, std::size_t s, T* out) {
  const double scale = std::sqrt(static_cast<double>(s));
  for (std::size_t b = 0; b < samples; ++b) {
    const Array<double> gaussian = random.normal<double>({s, k}, 1);
    const auto [q, r] = xt::linalg::qr(as_xtensor(gaussian), xt::linalg::qrmode::reduced);
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < s; ++j)
        out[(i * samples + b) * s + j] = static_cast<T>((r(i, i) < 0 ? -scale : scale) * q(j, i));
  }
}

// Directions (K, B, s), drawn for each sample on its own: shared ones would correlate the errors.
template <class T>
Array<T> directions(Random& random, std::size_t k, std::size_t samples, std::size_t s,
                    Projection kind) {
  const Shape shape{k, samples, s};
  if (kind == Projection::gaussian)
    return random.normal<T>(shape, 1);
  return Array<T>::make(shape, [&](T* out) {
    if (kind == Projection::orthogonal)
      orthogonal(random, k, samples, s, out);
    else
      std::generate_n(out, shape.elements(), [&] { return random.uniform() < 0.5 ? T(-1) : T(1); });
  });
}

} // namespace

template <class T>
Variable<T> jacobian_squared_norm_estimate(const Variable<T>& h, const Variable<T>& x,
                                           Random& random, const EstimateOptions& options) {
  constexpr const char* name = "jacobian_squared_norm_estimate";
  const bool connected = depends(name, h, x);
  const bool forward = options.probe == EstimateOptions::Probe::input;
  const Variable<T>& probed = forward ? x : h;
  const std::size_t samples = x.shape()[0], s = probed.shape().inner(0), k = options.projections;
  if (k == 0 || (options.kind == Projection::orthogonal && k > s))
    throw Error(name, ": ", k, " projections of ", s, " dimensions; expected at least 1",
                options.kind == Projection::orthogonal ? " and at most as many" : "");
  if (!connected)
    return Array<T>::zeros({samples});
  const Array<T> drawn =
      directions<T>(random, k, samples, s, options.kind).reshaped(Shape{k} + probed.shape());
  const Variable<T> rows = forward ? jvp(h, x, Variable<T>(drawn), options.create_graph)
                                   : vjp(h, x, Variable<T>(drawn), options.create_graph);
  return sum(reshape(square(rows), {k, samples, Shape::infer}), {0, 2}) *
         (T(1) / static_cast<T>(k));
}

// clang-format off
using namespace instances;
template VF jacobian_squared_norm_estimate(const VF&, const VF&, Random&, const EstimateOptions&); template VD jacobian_squared_norm_estimate(const VD&, const VD&, Random&, const EstimateOptions&);

} // namespace contractive
