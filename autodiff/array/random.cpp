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

// Every bit of the result depends on every bit of both. Steele, Lea, Flood 2014.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a + 0x9e3779b97f4a7c15 * (b + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

const SampleRandom*& active_random() {
  static thread_local const SampleRandom* active = nullptr;
  return active;
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

SampleRandom::SampleRandom(std::uint64_t seed, std::uint64_t epoch,
                           std::vector<std::size_t> samples)
    : seed_(mixed(seed, epoch)), samples_(std::move(samples)) {}

SampleRandom::SampleRandom(Random& random) : seed_(random.bits()) {}

std::uint64_t SampleRandom::next_place(std::size_t n) const {
  if (!samples_.empty() && n % samples_.size() != 0)
    throw Error("random: draws for ", n, " samples; expected ", samples_.size(),
                ", as many as the batch has, or a multiple");
  return place_++;
}

std::uint64_t SampleRandom::seed_of(std::uint64_t place, std::size_t b, std::size_t n) const {
  const std::uint64_t drawn = mixed(seed_, place);
  if (samples_.empty())
    return mixed(drawn, b);
  const std::size_t each = n / samples_.size();
  return mixed(mixed(drawn, samples_[b / each]), b % each);
}

template <class T> Array<T> SampleRandom::normal(const Shape& shape, double deviation) const {
  const std::size_t inner = shape.inner(0);
  return Array<T>::make(shape, [&](T* out) {
    each(shape[0], [&](std::size_t b, Random& own) {
      const Array<T> row = own.normal<T>({inner}, deviation);
      std::copy_n(row.data(), inner, out + b * inner);
    });
  });
}

const SampleRandom* SampleRandom::active() { return active_random(); }

SampleRandom::Scope::Scope(const SampleRandom& random) : before_(active_random()) {
  active_random() = &random;
}
SampleRandom::Scope::~Scope() { active_random() = before_; }

// clang-format off
using namespace instances;
template AF Random::uniform(const Shape&, double); template AD Random::uniform(const Shape&, double);
template AF Random::normal(const Shape&, double);  template AD Random::normal(const Shape&, double);
template AF SampleRandom::normal(const Shape&, double) const; template AD SampleRandom::normal(const Shape&, double) const;

} // namespace contractive
