#pragma once

#include <contractive/cae/report/axis.hpp>
#include <contractive/cae/report/chart.hpp>

namespace contractive::cae {

/// A coordinate as SVG has it. Not installed, as what follows.
[[nodiscard]] std::string at(double value);
/// The series as SVG, in the colour of what is around it: points that are placed already.
[[nodiscard]] std::string marks(const Series& series, const Axis& x, const Axis& y);

} // namespace contractive::cae
