#pragma once

#include <CLI/CLI.hpp>

/// The subcommands of the program `cae`: each adds itself, and runs when it is parsed.
namespace contractive::cae::program {

void add_analyze(CLI::App& app);
void add_compare(CLI::App& app);
void add_demo(CLI::App& app);
void add_train(CLI::App& app);
void add_encode(CLI::App& app);
void add_reconstruct(CLI::App& app);
void add_sample(CLI::App& app);

} // namespace contractive::cae::program
