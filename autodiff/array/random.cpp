#include <contractive/autodiff/array/random.hpp>

#include <algorithm>
#include <cmath>
#include <xsimd/xsimd.hpp>

namespace contractive {
namespace {

// Box and Muller: two independent normals of two uniforms. As u < 1, the logarithm is finite. On
// numbers and on batches of them.
template <class U> std::pair<U, U> box_muller(const U& u, const U& v, double deviation) {
  using std::cos, std::log, std::sin, std::sqrt;
  const U radius = deviation * sqrt(-2.0 * log(1.0 - u)), angle = 6.283185307179586 * v;
  return {radius * cos(angle), radius * sin(angle)};
}

} // namespace

double Random::normal() {
  const double u = uniform();
  return box_muller(u, uniform(), 1).first;
}

std::uint64_t Random::below(std::uint64_t n) {
  if (n == 0)
    throw Error("random: a number below 0; expected at least one to choose from");
  const std::uint64_t uneven = -n % n; // 2^64 mod n: draws below it would favour small results
  std::uint64_t draw = engine_();
  while (draw < uneven)
    draw = engine_();
  return draw % n;
}

template <class T> Array<T> Random::uniform(const Shape& shape, double limit) {
  return Array<T>::make(shape, [&](T* out) {
    std::generate_n(out, shape.elements(),
                    [&] { return static_cast<T>(limit * (2 * uniform() - 1)); });
  });
}

template <class T> Array<T> Random::normal(const Shape& shape, double deviation) {
  using Batch = xsimd::batch<double>;
  const std::size_t n = shape.elements(), pairs = (n + 1) / 2;
  const std::size_t whole = (pairs + Batch::size - 1) / Batch::size * Batch::size;
  const auto uniforms = [&](double* out) { // what fills the last batch up is not used
    std::generate_n(out, pairs, [&] { return uniform(); });
    std::fill(out + pairs, out + whole, 0.0);
  };
  const auto u = Array<double>::make({whole}, uniforms), v = Array<double>::make({whole}, uniforms);
  return Array<T>::make(shape, [&](T* out) {
    std::array<double, 2 * Batch::size> drawn;
    for (std::size_t i = 0; i < n; i += drawn.size()) {
      const auto [across, up] = box_muller(Batch::load_unaligned(u.data() + i / 2),
                                           Batch::load_unaligned(v.data() + i / 2), deviation);
      across.store_unaligned(drawn.data());
      up.store_unaligned(drawn.data() + Batch::size);
      for (std::size_t k = 0; k < std::min(drawn.size(), n - i); ++k)
        out[i + k] = static_cast<T>(drawn[k / 2 + k % 2 * Batch::size]);
    }
  });
}

std::string Random::state() const { return detail::text(engine_); }

void Random::restore(const std::string& state) {
  auto stream = detail::stream<std::istringstream>(state);
  std::mt19937_64 read;
  if (!(stream >> read) || !(stream >> std::ws).eof())
    throw Error("random: not the state of a generator; expected what state() returned");
  engine_ = read;
}

// clang-format off
using namespace instances;
template AF Random::uniform(const Shape&, double); template AD Random::uniform(const Shape&, double);
template AF Random::normal(const Shape&, double);  template AD Random::normal(const Shape&, double);

} // namespace contractive
