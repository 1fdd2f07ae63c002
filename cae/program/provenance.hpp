#pragma once

#include "input.hpp"

namespace contractive::cae::program {

/// How a model was made, and what it is measured on: lines of a name and a value, for a report.
/// From the model itself and, where they lie beside it, run.toml and metrics.csv of its training.
/// Paths are as they were given; at most `most` samples are measured. Throws FileError for a
/// run.toml that is none.
[[nodiscard]] std::vector<std::vector<std::string>> provenance(const Input& input,
                                                               const ModelAndSamples& used,
                                                               std::size_t most,
                                                               const std::string& command);

/// The command line of a subcommand: the options that were given, so far, but for those in `but`.
[[nodiscard]] std::string command_line(const CLI::App& command,
                                       const std::vector<std::string>& but = {});

} // namespace contractive::cae::program
