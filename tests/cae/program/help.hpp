#pragma once

#include "support.hpp"

#include <regex>

/// What is read from --help.
namespace contractive::tests {

inline std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), regex), end; i != end; ++i)
    found.push_back((*i)[1]);
  return found;
}

// "--help" and the like, as each stands at the beginning of a line.
inline std::vector<std::string> options_in(const std::string& help) {
  return matches(help, "\n  (?:-[a-z],)?(--[a-z-]+)");
}

// The program's commands, and none: `cae --help` belongs to no command.
inline std::vector<std::string> commands(const Folder& folder) {
  const std::string help = run(folder, "--help").out;
  auto names = matches(help.substr(help.find("\nCommands:")), "\n  ([a-z]+)  ");
  REQUIRE(names.size() == 7);
  names.emplace_back();
  return names;
}

} // namespace contractive::tests
