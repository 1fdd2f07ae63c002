#include "help.hpp"

using namespace contractive;
using namespace contractive::tests;

namespace {

Result shell(const Folder& folder, const std::string& command) {
  return finish(folder, start_command(folder, command));
}

} // namespace

TEST_CASE("manual: pages and completions have each option of --help") {
  const Folder folder;
  const std::string share = folder.file("share");
  REQUIRE(run(folder, "--manual '" + folder.file("") + "'").code == 0);
  const std::string script = share + "/bash-completion/completions/cae";
  CHECK(shell(folder, "bash -n '" + script + "'").code == 0);
  // What bash offers for the last of these words.
  const auto offered = [&](const std::string& words) {
    const Result result =
        shell(folder, "bash -c '. " + script + "; COMP_WORDS=(" + words +
                          "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _cae cae "
                          "\"${COMP_WORDS[COMP_CWORD]}\"; echo \" ${COMPREPLY[*]} \"'");
    CHECK(result.error == "");
    return result.out;
  };
  check_fails(run(folder, "--manual /proc/none"), "/proc/none/share/man/man1: cannot be made: ");
  const bool has_man = shell(folder, "command -v man").code == 0;
  for (const std::string& command : commands(folder)) {
    CAPTURE(command);
    const std::string path =
        share + "/man/man1/cae" + (command.empty() ? "" : "-" + command) + ".1";
    const std::string page = nn::read_file(path);
    const std::string help = run(folder, command + " --help").out;
    const auto options = options_in(help);
    CHECK(options.size() >= 2);
    const std::string all = offered("cae " + command + " --");
    for (const std::string& option : options) {
      CHECK(contains(page, std::regex_replace(option, std::regex("-"), "\\-") + "\\fR"));
      CHECK(contains(all, " " + option + " "));
    }
    if (has_man) {
      const Result shown =
          shell(folder, "MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -l '" + path + "'");
      CHECK(shown.error == "");
      for (const std::string& option : options)
        CHECK(contains(shown.out, option));
      for (const std::string& example : matches(help, "\nExample:\n  (.*)\n"))
        CHECK(contains(shown.out, example)); // as it can be copied
    }
  }
  CHECK(offered("cae tr") == " train \n");
  CHECK(offered("cae train --lam") == " --lambda \n");
  CHECK(offered("cae encode train --lam") == "  \n"); // a model in the folder train
  CHECK(offered("cae train --data d") == "  \n");     // then bash completes files
}
