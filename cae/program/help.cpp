#include "help.hpp"

#include <contractive/nn/text/suggestion.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <sstream>

namespace contractive::cae::program {
namespace {

constexpr std::size_t second_column = 30;

// A name, and from the second column on what it is.
std::string entry(const std::string& name, const std::string& text) {
  const std::string first = "  " + name, rest = wrapped(text, second_column);
  if (first.size() + 2 > second_column)
    return first + "\n" + rest;
  return first + rest.substr(std::min(first.size(), rest.size()));
}

} // namespace

std::string wrapped(const std::string& text, std::size_t indent, std::size_t columns) {
  auto lines = detail::stream<std::istringstream>();
  lines.str(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t blanks = indent + std::min(line.find_first_not_of(' '), line.size());
    line = std::string(indent, ' ') + line;
    while (line.size() > columns) {
      std::size_t end = line.rfind(' ', columns);
      if (end == std::string::npos || end < blanks)
        end = std::min(line.find(' ', columns), line.size());
      result += line.substr(0, end) + "\n";
      line = std::string(blanks, ' ') + line.substr(std::min(end + 1, line.size()));
    }
    result += line + "\n";
  }
  return result;
}

Help::Help() {
  column_width(second_column);
  for (const auto& [from, to] : {std::pair{"UINT", "N"},
                                 {"INT", "N"},
                                 {"FLOAT", "X"},
                                 {"OPTIONS", "options"},
                                 {"SUBCOMMAND", "COMMAND"},
                                 {"Positionals", "Arguments"}})
    label(from, to);
}

std::string Help::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
  return CLI::detail::find_and_replace(Formatter::make_help(app, std::move(name), mode), "\n\n\n",
                                       "\n\n");
}

std::string Help::make_description(const CLI::App* app) const {
  return wrapped(app->get_description()) + "\n";
}

std::string Help::make_subcommand(const CLI::App* command) const {
  return entry(command->get_name(), command->get_description());
}

std::string Help::make_option(const CLI::Option* option, bool is_positional) const {
  return entry(make_option_name(option, is_positional) + make_option_opts(option),
               option->get_description());
}

std::string Help::make_option_opts(const CLI::Option* option) const {
  if (option->get_type_size() == 0) // a flag
    return {};
  const std::string otherwise = option->get_default_str();
  return " " + get_label(option->get_type_name()) + (otherwise.empty() ? "" : "=" + otherwise) +
         (option->get_required() ? " (required)" : "");
}

std::string Help::make_footer(const CLI::App* app) const { return wrapped(app->get_footer()); }

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  return names;
}

void begin_group(CLI::App& command, const std::string& name) {
  command.option_defaults()->group(name);
}

void end_help(CLI::App& command, const std::string& example, const std::string& notes) {
  begin_group(command, "Help");
  command.set_help_flag("-h,--help", "print this and exit");
  command.footer("Example:\n  " + example + (notes.empty() ? "" : "\n\n" + notes));
}

std::string mistake(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  const bool whole = chosen.empty() || !app.remaining().empty(); // what precedes a command is cae's
  const CLI::App& command = whole ? app : *chosen[0];
  const std::string where = whole ? "" : command.get_name() + ": ";
  const std::string help = "`cae " + (whole ? "" : command.get_name() + " ") + "--help`";
  const std::vector<std::string> left = command.remaining();
  const auto option = std::find_if(left.begin(), left.end(), [](const std::string& word) {
    return word.size() > 1 && word[0] == '-';
  });
  if (option != left.end() && (!whole || option == left.begin())) {
    const std::string name = option->substr(0, option->find('='));
    return where + "unknown option " + nn::shown(name) + "; expected one of " + help +
           nn::did_you_mean(name, option_names(command));
  }
  if (whole && (!left.empty() || error.get_name() == "RequiredError")) {
    std::vector<std::string> names;
    for (const CLI::App* known : app.get_subcommands({}))
      names.push_back(known->get_name());
    const std::string given = left.empty() ? "" : left[0];
    return (left.empty() ? "no command" : "unknown command '" + nn::shown(given) + "'") +
           "; expected " + CLI::detail::join(names, ", ") + nn::did_you_mean(given, names);
  }
  if (!left.empty())
    return where + "'" + nn::shown(left[0]) + "'; expected no more arguments: see " + help;
  return where + error.what() + "; see " + help;
}

} // namespace contractive::cae::program
