#include "manual.hpp"

#include "help.hpp"

#include <contractive/nn/file/file.hpp>

#include <map>

namespace contractive::cae::program {
namespace {

// A text as roff prints it: as it is, a hyphen as the minus sign that can be copied.
std::string roff(const std::string& text) {
  static const std::map<char, std::string> escapes{{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
                                                   {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"}};
  std::string result;
  for (const char c : text) {
    const auto escape = escapes.find(c);
    if (c == '.' && (result.empty() || result.back() == '\n')) // else a request
      result += "\\&";
    result += escape == escapes.end() ? std::string(1, c) : escape->second;
  }
  return result;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string section(const std::string& title) { return ".SH " + title + "\n"; }
std::string item(const std::string& name, const std::string& text) {
  return ".TP\n" + name + "\n" + roff(text) + "\n";
}
std::string verbatim(const std::string& text) { return ".nf\n" + roff(text) + ".fi\n"; }

std::string item(const CLI::Option& option) {
  const bool positional = option.get_positional();
  std::string name =
      positional ? italic(option.get_name(true)) : bold(option.get_name(false, true));
  std::string text = option.get_description();
  if (option.get_type_size() != 0) { // not a flag
    if (!positional)
      name += " " + italic(Help().get_label(option.get_type_name()));
    if (!option.get_default_str().empty())
      text += " (default: " + option.get_default_str() + ")";
    if (option.get_required())
      text += " (required)";
  }
  return item(name, text);
}

// What is shown of an app, in its order.
std::vector<const CLI::Option*> options(const CLI::App& app, const std::string& group,
                                        bool positional = false) {
  return app.get_options([&](const CLI::Option* option) {
    return option->get_group() == group && option->get_positional() == positional;
  });
}

std::string join(const std::vector<std::string>& words) { return CLI::detail::join(words, " "); }

std::string bash_case(const std::string& command, const std::vector<std::string>& names) {
  return "  " + command + ") names=\"" + join(names) + "\" ;;\n";
}

} // namespace

std::string man_page(const CLI::App& app) {
  const bool whole = app.get_parent() == nullptr;
  const std::string name = whole ? "cae" : "cae-" + app.get_name();
  std::string synopsis = bold(whole ? "cae" : "cae " + app.get_name()) + " [" + italic("options") +
                         "]" + (whole ? " " + italic("command") : "");
  std::string arguments, listed, see;
  for (const std::string& group : app.get_groups())
    for (const CLI::Option* option : options(app, group, true)) {
      synopsis += " " + italic(option->get_name(true));
      arguments += item(*option);
    }
  for (const std::string& group : app.get_groups())
    if (const auto shown = options(app, group); !shown.empty()) {
      listed += ".SS " + group + "\n";
      for (const CLI::Option* option : shown)
        listed += item(*option);
    }
  for (const CLI::App* command : app.get_subcommands({})) {
    arguments += item(bold(command->get_name()), command->get_description());
    see += (see.empty() ? "" : ",\n") + bold("cae-" + command->get_name()) + "(1)";
  }
  const std::string footer = app.get_footer();
  const std::size_t begin = footer.find('\n') + 1,
                    end = std::min(footer.find("\n\n"), footer.size());
  std::string page = ".TH " + roff(name) + " 1 \"\" \"cae " CAE_VERSION "\"\n" + section("NAME") +
                     roff(name) + " \\- " + roff(app.get_description()) + "\n" +
                     section("SYNOPSIS") + synopsis + "\n";
  if (!arguments.empty())
    page += section(whole ? "COMMANDS" : "ARGUMENTS") + arguments;
  page += section("OPTIONS") + listed + section("EXAMPLE") +
          verbatim(footer.substr(begin, end - begin) + "\n");
  if (end < footer.size())
    page += section("NOTES") + verbatim(wrapped(footer.substr(end + 2), 0, 72));
  return page + section("SEE ALSO") + (whole ? see : bold("cae") + "(1)") + "\n";
}

std::string bash_completion(const CLI::App& app) {
  std::vector<std::string> commands;
  std::string cases;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(command->get_name());
    cases += bash_case(command->get_name(), option_names(*command));
  }
  std::vector<std::string> first = commands, own = option_names(app);
  first.insert(first.end(), own.begin(), own.end());
  return "# Completion of cae in bash, written by cae --manual.\n"
         "_cae() {\n"
         "  local word command names\n"
         // $((...)), as zsh with bashcompinit wants it
         "  for word in \"${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}\"; do\n"
         "    case $word in\n"
         "    " +
         CLI::detail::join(commands, "|") +
         ") command=$word; break ;;\n"
         "    esac\n"
         "  done\n"
         "  case $command in\n" +
         cases + bash_case("*", first) +
         "  esac\n"
         "  [[ $2 == -* || -z $command ]] && COMPREPLY=($(compgen -W \"$names\" -- \"$2\"))\n"
         "}\n"
         "complete -o default -F _cae cae\n";
}

void add_manual(CLI::App& app) {
  const auto write = [&app](const std::string& folder) {
    const std::string share = folder + "/share/",
                      completions = share + "bash-completion/completions/";
    nn::make_folder(share + "man/man1");
    nn::make_folder(completions);
    nn::write_file(completions + "cae", bash_completion(app));
    nn::write_file(share + "man/man1/cae.1", man_page(app));
    for (const CLI::App* command : app.get_subcommands({}))
      nn::write_file(share + "man/man1/cae-" + command->get_name() + ".1", man_page(*command));
    throw CLI::Success();
  };
  app.add_option_function<std::string>(
         "--manual", write,
         "write man pages and completions for bash below FOLDER/share and exit; man and bash "
         "look in ~/.local, if its bin is in PATH")
      ->type_name("FOLDER")
      ->trigger_on_parse();
}

} // namespace contractive::cae::program
