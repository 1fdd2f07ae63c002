#include "cases.hpp"

#include <algorithm>

namespace contractive::bench {
namespace {

// sum_b ||dh_b/dx_b||^2 and its gradients, unit by unit; each unit's recording is dropped again.
std::vector<D> by_rows(Tape<double>& tape, const D& h, const D& x, const std::vector<D>& inputs) {
  std::vector<D> sums(inputs.size() + 1, D(0.0));
  const Position mark = tape.size();
  for (std::size_t unit = 0; unit < h.shape()[1]; ++unit, tape.rewind(mark)) {
    const Array<double> seed = Array<double>::make(h.shape(), [&](double* out) {
      for (std::size_t i = 0; i < h.size(); ++i)
        out[i] = i % h.shape()[1] == unit ? 1 : 0;
    });
    const D squares = sum(square(vjp(h, x, D(seed))));
    const auto gradients = gradient<double>({squares}, inputs, CreateGraph::no, Unreached::zeros);
    sums[0] = sums[0] + squares.detach();
    for (std::size_t i = 0; i < inputs.size(); ++i)
      sums[i + 1] = sums[i + 1] + gradients[i];
  }
  return sums;
}

} // namespace

double distance_from_rows(const Case& c) {
  Tape<double> tape;
  const Start& from = start(c);
  std::vector<D> inputs{tape.variable(from.x.as<double>())};
  for (std::size_t i = 0; i < c.parameters.size(); ++i)
    inputs.push_back(tape.variable(from.parameters[i].as<double>()));
  const D h = c.encoder.exact(inputs[0], {inputs.begin() + 1, inputs.end()});
  const std::vector<D> rows = by_rows(tape, h, inputs[0], inputs);
  std::vector<D> ours{sum(jacobian_squared_norm(h, inputs[0]))};
  for (const D& g : gradient<double>({ours[0]}, inputs, CreateGraph::no, Unreached::zeros))
    ours.push_back(g);
  double worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double norm = std::sqrt(sum(square(rows[i])).item());
    const double distance = std::sqrt(sum(square(ours[i] - rows[i])).item());
    worst = std::max(worst, norm > 0 ? distance / norm : distance);
  }
  return worst;
}

} // namespace contractive::bench
