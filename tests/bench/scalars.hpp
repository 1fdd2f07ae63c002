#pragma once

#include <contractive/autodiff/autodiff.hpp>

#include <vector>

namespace contractive::bench {

/// What the scalars start from: y, a and b.
constexpr double scalars_start[] = {0.5, 0.999, 0.001};

/// y = y a and y = y + b in turn, this many operations of double scalars: the last y, and its
/// derivative in the first y; where a and b are `tracked` too, also in these.
std::vector<double> scalars(std::size_t operations, bool tracked);

} // namespace contractive::bench
