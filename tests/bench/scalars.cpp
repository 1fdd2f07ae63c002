#include "scalars.hpp"

namespace contractive::bench {

std::vector<double> scalars(std::size_t operations, bool tracked) {
  Tape<double> tape;
  std::vector<Variable<double>> from;
  for (const double value : scalars_start)
    from.push_back(tracked || from.empty() ? tape.variable(value) : Variable<double>(value));
  Variable<double> y = from[0];
  for (std::size_t i = 0; i < operations; ++i)
    y = i % 2 == 0 ? y * from[1] : y + from[2];
  from.resize(tracked ? 3 : 1);
  std::vector<double> result{y.item()};
  for (const auto& g : gradient<double>({y}, from, CreateGraph::no))
    result.push_back(g.item());
  return result;
}

} // namespace contractive::bench
