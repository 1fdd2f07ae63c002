#include <contractive/nn/random.hpp>

#include <contractive/autodiff/array/error.hpp>

#include <cmath>

namespace contractive::nn {

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform())); // 1 - u is never 0
  return radius * std::cos(6.283185307179586 * uniform());
}

std::uint64_t Random::below(std::uint64_t n) {
  const std::uint64_t uneven = -n % n; // 2^64 mod n: draws below it would favour small results
  std::uint64_t draw = engine_();
  while (draw < uneven)
    draw = engine_();
  return draw % n;
}

std::string Random::state() const { return text(engine_); }

void Random::restore(const std::string& state) {
  std::istringstream stream(state);
  std::mt19937_64 read; // so that a damaged text leaves this generator as it was
  if (!(stream >> read) || !(stream >> std::ws).eof())
    throw Error("random: not the state of a generator; expected what state() returned");
  engine_ = read;
}

} // namespace contractive::nn
