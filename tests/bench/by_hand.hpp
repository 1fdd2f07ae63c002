#pragma once

#include "cases.hpp"

namespace contractive::bench {

/// E1's step as one would write it for this encoder alone: BLAS and loops, no tape.
StepResult step_by_hand(const Case& c, float lambda);

} // namespace contractive::bench
