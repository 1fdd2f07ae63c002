#pragma once

#include <contractive/cae/training/progress.hpp>

#include "workers.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

/// The subcommands of the program `cae`: each adds itself, and runs when it is parsed.
namespace contractive::cae::program {

/// A bar where standard error is a terminal.
inline Display error_display() {
  return isatty(STDERR_FILENO) != 0 ? Display::bar : Display::lines;
}

void add_analyze(CLI::App& app);
void add_compare(CLI::App& app, const Workers& workers);
/// What the other processes do meanwhile. Throws Error for a folder or data that differ.
void compare_along(const Job& job, nn::Workers& workers);
void add_demo(CLI::App& app);
/// `status` becomes the exit status: that of a shell where a signal ended it.
void add_train(CLI::App& app, int& status, const Workers& workers);
void add_encode(CLI::App& app);
void add_reconstruct(CLI::App& app);
void add_sample(CLI::App& app);

} // namespace contractive::cae::program
