#include "scalars.hpp"

namespace contractive::bench {

std::vector<double> scalars(std::size_t operations) {
  Tape<double> tape;
  std::vector<Variable<double>> from;
  for (const double value : scalars_start)
    from.push_back(tape.variable(value));
  Variable<double> y = from[0];
  for (std::size_t i = 0; i < operations; ++i)
    y = i % 2 == 0 ? y * from[1] : y + from[2];
  std::vector<double> result{y.item()};
  for (const auto& g : gradient<double>({y}, from))
    result.push_back(g.item());
  return result;
}

} // namespace contractive::bench
