#include "program.hpp"

namespace contractive::cae::program {

void add_demo(CLI::App& app) { app.add_subcommand("demo", "soon"); }

} // namespace contractive::cae::program
