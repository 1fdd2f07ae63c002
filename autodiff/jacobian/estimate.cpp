#include <contractive/autodiff/jacobian/estimate.hpp>

#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/derivative/derivative.hpp>
#include <contractive/autodiff/jacobian/path.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <xtensor-blas/xlinalg.hpp>

namespace contractive {
namespace {

// K orthonormal rows of length s, uniform among all such: a Gaussian matrix' QR factor, with the
// signs that make it unique; scaled so that the mean of squares estimates the trace.
template <class T> Array<T> orthogonal(Random& random, std::size_t k, std::size_t s) {
  const double scale = std::sqrt(static_cast<double>(s));
  const Array<double> gaussian = random.normal<double>({s, k}, 1);
  const auto [q, r] = xt::linalg::qr(as_xtensor(gaussian), xt::linalg::qrmode::reduced);
  return Array<T>::make({k, s}, [&, &q = q, &r = r](T* out) {
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < s; ++j)
        *out++ = static_cast<T>((r(i, i) < 0 ? -scale : scale) * q(j, i));
  });
}

// One sample's, (K, s).
template <class T>
Array<T> directions(Random& random, std::size_t k, std::size_t s, Projection kind) {
  if (kind == Projection::gaussian)
    return random.normal<T>({k, s}, 1);
  if (kind == Projection::orthogonal)
    return orthogonal<T>(random, k, s);
  return Array<T>::make({k, s}, [&](T* out) {
    std::generate_n(out, k * s, [&] { return random.uniform() < 0.5 ? T(-1) : T(1); });
  });
}

// Directions (K, B, s), drawn for each sample on its own: shared ones would correlate the errors.
template <class T>
Array<T> directions(const SampleRandom& random, std::size_t k, std::size_t samples, std::size_t s,
                    Projection kind) {
  return Array<T>::make({k, samples, s}, [&](T* out) {
    random.each(samples, [&](std::size_t b, Random& own) {
      const Array<T> drawn = directions<T>(own, k, s, kind);
      for (std::size_t i = 0; i < k; ++i)
        std::copy_n(drawn.data() + i * s, s, out + (i * samples + b) * s);
    });
  });
}

} // namespace

template <class T>
Variable<T> jacobian_squared_norm_estimate(const Variable<T>& h, const Variable<T>& x,
                                           const SampleRandom& random,
                                           const EstimateOptions& options) {
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
template VF jacobian_squared_norm_estimate(const VF&, const VF&, const SampleRandom&, const EstimateOptions&); template VD jacobian_squared_norm_estimate(const VD&, const VD&, const SampleRandom&, const EstimateOptions&);

} // namespace contractive
