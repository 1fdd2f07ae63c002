#pragma once

#include <contractive/cae/measure/measures.hpp>
#include <contractive/cae/measure/spectrum.hpp>

namespace contractive::cae {

/// Lines of a table: a name, a value, and what it means.
using Lines = std::vector<std::vector<std::string>>;

/// The measures of an auto-encoder of `inputs` inputs, with the contraction at the least distance
/// that was looked at.
[[nodiscard]] Lines measure_lines(const Measures& measures, Saturation saturation,
                                  const Spectrum& spectrum, std::size_t inputs,
                                  const Contraction& nearest);

/// What the units of the code do on these samples, each a sentence: which are dead, which always
/// saturated, and how much is on the whole.
[[nodiscard]] std::vector<std::string> unit_findings(const Measures& measures,
                                                     Saturation saturation);

} // namespace contractive::cae
