#include <contractive/cae/report/pictures.hpp>

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/reduce.hpp>
#include <contractive/cae/report/picture.hpp>
#include <contractive/nn/data/batches.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace contractive::cae {
namespace {

// (N, ...) as grey images (N, h, w), or an empty array where they are none.
template <class T> Array<T> as_images(const Array<T>& x, const Shape& sample) {
  const std::size_t n = x.shape()[0], d = sample.elements();
  if (sample.rank() == 3) {
    const Array<T> images = x.reshaped(Shape{n} + sample);
    return mean(Variable<T>(images), -1).value();
  }
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(d))));
  constexpr std::size_t least_side = 8; // fewer are rather the columns of a table
  return side * side == d && side >= least_side ? x.reshaped({n, side, side}) : Array<T>();
}

// The tiles of all strips, (3 N (m + 1), height, width), or an empty array.
template <class T>
Array<T> tangent_tiles(const Array<T>& x, const Array<T>& tangents, const Shape& sample) {
  const std::size_t n = x.shape()[0], d = x.shape()[1], m = tangents.shape()[1];
  constexpr T tiny = std::numeric_limits<T>::min();
  const T low = *std::min_element(x.begin(), x.end()), high = *std::max_element(x.begin(), x.end());
  const auto grey = [=](T value) { return high > low ? (value - low) / (high - low) : T(0.5); };
  const Array<T> tiles = Array<T>::make({3 * n * (m + 1), d}, [&](T* out) {
    for (std::size_t line = 0; line < 3 * n; ++line) {
      const T* const at = x.data() + line / 3 * d;
      out = std::transform(at, at + d, out, grey);
      for (std::size_t k = 0; k < m; ++k, out += d) {
        const T* const t = tangents.data() + (line / 3 * m + k) * d;
        const T step = T(0.4) * std::sqrt(std::inner_product(at, at + d, at, T(0)) /
                                          std::max(std::inner_product(t, t + d, t, T(0)), tiny));
        const T top = std::abs(
            *std::max_element(t, t + d, [](T a, T b) { return std::abs(a) < std::abs(b); }));
        for (std::size_t j = 0; j < d; ++j)
          out[j] = line % 3 == 0 ? (top > 0 ? (t[j] / top + 1) / 2 : T(0.5))
                                 : grey(at[j] + (line % 3 == 1 ? step : -step) * t[j]);
      }
    }
  });
  return as_images(tiles, sample);
}

} // namespace

template <class T> std::vector<std::size_t> by_variance(const Array<T>& codes) {
  const Variable<T> h(codes);
  const Array<T> variance = mean(square(h - mean(h, 0)), 0).value();
  std::vector<std::size_t> order(variance.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return variance[a] > variance[b]; });
  return order;
}

template <class T>
bool write_filters(const std::string& path, const Network<T>& network, const Array<T>& x,
                   std::size_t count) {
  if (!network.weight)
    return false;
  const Array<T> all = network.filters();
  const std::size_t n = std::min(count, all.shape()[0]);
  std::vector<std::size_t> order = by_variance(network.encode(x));
  if (order.size() != all.shape()[0]) { // a deeper encoder: in their own order
    order.resize(all.shape()[0]);
    std::iota(order.begin(), order.end(), std::size_t{0});
  }
  order.resize(n);
  const Array<T> images = as_images(nn::take(all, order), network.first);
  if (images.rank() != 3)
    return false;
  const auto columns = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(n))));
  const std::size_t zoom = images.shape()[1] < 14 ? 6 : 2;
  write_png(path, grid(images, columns, Scaling::symmetric, zoom));
  return true;
}

template <class T>
bool write_reconstructions(const std::string& path, const ContractiveAutoencoder<T>& model,
                           const Array<T>& x, const Shape& sample) {
  const Array<T> pairs =
      reshape(concatenate<T>({x, model.reconstruct(x)}, 1), {2 * x.shape()[0], x.shape()[1]})
          .value();
  const Array<T> images = as_images(pairs, sample);
  if (images.rank() != 3)
    return false;
  write_png(path, grid(images, 12,
                       model.loss() == Loss::cross_entropy ? Scaling::unit : Scaling::own, 2));
  return true;
}

template <class T>
bool write_samples(const std::string& path, const Array<T>& x, const Shape& sample) {
  const Array<T> images = as_images(x, sample);
  if (images.rank() == 3)
    write_png(path, grid(images, 10, Scaling::unit, 2));
  return images.rank() == 3;
}

template <class T>
std::vector<Array<T>> tangent_strips(const Array<T>& x, const Array<T>& tangents,
                                     const Shape& sample) {
  const Array<T> tiles = tangent_tiles(x, tangents, sample);
  const std::size_t across = tangents.shape()[1] + 1;
  std::vector<Array<T>> strips;
  for (std::size_t i = 0; tiles.rank() == 3 && i < x.shape()[0]; ++i)
    strips.push_back(
        grid(nn::take(tiles, 3 * i * across, 3 * (i + 1) * across), across, Scaling::unit, 2));
  return strips;
}

template <class T>
bool write_tangents(const std::string& path, const Array<T>& x, const Array<T>& tangents,
                    const Shape& sample) {
  const Array<T> tiles = tangent_tiles(x, tangents, sample);
  if (tiles.rank() != 3)
    return false;
  write_png(path, grid(tiles, tangents.shape()[1] + 1, Scaling::unit, 2));
  return true;
}

template std::vector<std::size_t> by_variance(const Array<float>&);
template std::vector<std::size_t> by_variance(const Array<double>&);
template bool write_filters(const std::string&, const Network<float>&, const Array<float>&,
                            std::size_t);
template bool write_filters(const std::string&, const Network<double>&, const Array<double>&,
                            std::size_t);
template bool write_reconstructions(const std::string&, const ContractiveAutoencoder<float>&,
                                    const Array<float>&, const Shape&);
template bool write_reconstructions(const std::string&, const ContractiveAutoencoder<double>&,
                                    const Array<double>&, const Shape&);
template bool write_samples(const std::string&, const Array<float>&, const Shape&);
template bool write_samples(const std::string&, const Array<double>&, const Shape&);
template std::vector<Array<float>> tangent_strips(const Array<float>&, const Array<float>&,
                                                  const Shape&);
template std::vector<Array<double>> tangent_strips(const Array<double>&, const Array<double>&,
                                                   const Shape&);
template bool write_tangents(const std::string&, const Array<float>&, const Array<float>&,
                             const Shape&);
template bool write_tangents(const std::string&, const Array<double>&, const Array<double>&,
                             const Shape&);

} // namespace contractive::cae
