#pragma once

#include "program.hpp"

/// What the program says of itself: --help, and where a command line is none.
namespace contractive::cae::program {

/// Lays out --help: at most 100 columns, descriptions in a second column.
class Help : public CLI::Formatter {
public:
  Help();
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_description(const CLI::App* app) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_footer(const CLI::App* app) const override;
};

/// The text's lines, `indent` blanks in front, broken between words where they are longer than
/// `columns`; what is broken begins below its line's first word.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t indent = 0,
                                  std::size_t columns = 100);

/// The long names of a command's options, "--lambda".
[[nodiscard]] std::vector<std::string> option_names(const CLI::App& command);

/// The options that follow belong to this group of --help.
void begin_group(CLI::App& command, const std::string& name);
/// Ends a command's options with --help itself, and its help with an example and notes, if any.
void end_help(CLI::App& command, const std::string& example, const std::string& notes = "");

/// One line on what is wrong with a command line that could not be parsed, and which name may have
/// been meant.
[[nodiscard]] std::string mistake(const CLI::App& app, const CLI::ParseError& error);

} // namespace contractive::cae::program
