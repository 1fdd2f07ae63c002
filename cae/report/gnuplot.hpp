#pragma once

#include <string>

namespace contractive::cae {

/// What gnuplot draws by these commands. Throws Error, which begins with `what`, where it is
/// missing or fails. Not installed.
[[nodiscard]] std::string gnuplot(const std::string& commands, const std::string& what);

} // namespace contractive::cae
