#pragma once

#include <contractive/autodiff/autodiff.hpp>

#include <vector>

namespace contractive::bench {

/// What the scalars start from: y, a and b.
constexpr double scalars_start[] = {0.5, 0.999, 0.001};

/// y = y a and y = y + b in turn, this many operations of double scalars: the last y, and its
/// derivatives in the first y, a and b.
std::vector<double> scalars(std::size_t operations);

} // namespace contractive::bench
