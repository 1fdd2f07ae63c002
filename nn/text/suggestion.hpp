#pragma once

#include <string>
#include <vector>

namespace contractive::nn {

/// "; did you mean adam?" for the known name that is nearest to a given one, as the end of an
/// error; empty where none is near, or the given one is known. Near is what at most 2 edits turn
/// into the other, and no more than half its letters; capitals, dashes and underscores do not
/// count. An edit inserts, removes or replaces a letter, or swaps two neighbours (Damerau 1964, in
/// its restricted form: no letter is edited twice).
[[nodiscard]] std::string did_you_mean(const std::string& given,
                                       const std::vector<std::string>& known);

} // namespace contractive::nn
