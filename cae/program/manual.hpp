#pragma once

#include "program.hpp"

/// What is made from the same options as --help.
namespace contractive::cae::program {

/// A man page: of the program, or of one of its commands.
[[nodiscard]] std::string man_page(const CLI::App& command);
/// A script that completes commands and options in bash, and elsewhere files.
[[nodiscard]] std::string bash_completion(const CLI::App& app);

/// The option --manual: writes all of them below a folder, where man and bash look for them.
void add_manual(CLI::App& app);

} // namespace contractive::cae::program
