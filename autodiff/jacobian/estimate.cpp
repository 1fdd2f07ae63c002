#include <contractive/autodiff/jacobian/estimate.hpp>

#include <contractive/autodiff/derivative.hpp>
#include <contractive/autodiff/elementwise.hpp>
#include <contractive/autodiff/jacobian/path.hpp>
#include <contractive/autodiff/move.hpp>
#include <contractive/autodiff/random.hpp>
#include <contractive/autodiff/reduce.hpp>
#include <contractive/autodiff/xtensor.hpp>

#include <xtensor-blas/xlinalg.hpp>

namespace contractive {
namespace {

// K orthonormal rows of length s, uniform among all such: a Gaussian matrix' QR factor, with the
// signs that make it unique; scaled so that the mean of squares estimates the trace.
void orthogonal_rows(std::mt19937_64& random, xt::xarray<double>& rows) {
  const std::size_t k = rows.shape()[0], s = rows.shape()[1];
  xt::xarray<double> gaussian = xt::xarray<double>::from_shape({s, k});
  for (double& g : gaussian)
    g = normal(random);
  const auto [q, r] = xt::linalg::qr(gaussian, xt::linalg::qrmode::reduced);
  const double scale = std::sqrt(static_cast<double>(s));
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < s; ++j)
      rows(i, j) = (r(i, i) < 0 ? -scale : scale) * q(j, i);
}

// Directions (K, B, s), drawn for each sample on its own: shared ones would correlate the errors.
template <class T>
Array<T> directions(std::mt19937_64& random, std::size_t count, std::size_t samples, std::size_t s,
                    Projection kind) {
  return Array<T>::make({count, samples, s}, [&](T* out) {
    xt::xarray<double> rows = xt::xarray<double>::from_shape({count, s});
    for (std::size_t b = 0; b < samples; ++b) {
      if (kind == Projection::orthogonal)
        orthogonal_rows(random, rows);
      else
        for (double& v : rows)
          v = kind == Projection::gaussian ? normal(random) : uniform(random) < 0.5 ? -1.0 : 1.0;
      for (std::size_t k = 0; k < count; ++k)
        for (std::size_t j = 0; j < s; ++j)
          out[(k * samples + b) * s + j] = static_cast<T>(rows(k, j));
    }
  });
}

} // namespace

template <class T>
Variable<T> jacobian_squared_norm_estimate(const Variable<T>& h, const Variable<T>& x,
                                           std::mt19937_64& random,
                                           const EstimateOptions& options) {
  constexpr const char* name = "jacobian_squared_norm_estimate";
  const bool connected = depends(name, h, x);
  const Variable<T>& probed = options.forward ? x : h;
  const std::size_t samples = x.shape()[0], s = probed.shape().inner(0), k = options.projections;
  if (k == 0 || (options.kind == Projection::orthogonal && k > s))
    throw Error(text(name, ": ", k, " projections of ", s, " dimensions; expected at least 1",
                     options.kind == Projection::orthogonal ? " and at most as many" : ""));
  if (!connected)
    return Array<T>::zeros({samples});
  const Array<T> drawn =
      directions<T>(random, k, samples, s, options.kind).reshaped(Shape{k} + probed.shape());
  const Variable<T> rows = options.forward ? jvp(h, x, Variable<T>(drawn), options.create_graph)
                                           : vjp(h, x, Variable<T>(drawn), options.create_graph);
  return sum(reshape(square(rows), {k, samples, infer}), {0, 2}) * (T(1) / static_cast<T>(k));
}

// clang-format off
using F = Variable<float>; using D = Variable<double>; using G = std::mt19937_64;
template F jacobian_squared_norm_estimate(const F&, const F&, G&, const EstimateOptions&);
template D jacobian_squared_norm_estimate(const D&, const D&, G&, const EstimateOptions&);

} // namespace contractive
