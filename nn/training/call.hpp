#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// How users write down schedules, terms and corruptions: `name` or `name(argument, ...)`, where an
/// argument may be a call again.
namespace contractive::nn {

struct Call {
  std::string name;
  std::vector<std::string> arguments;

  /// Argument i as a finite number; `otherwise` where there is none. Throws Error for another text.
  double number(std::size_t i) const;
  double number(std::size_t i, double otherwise) const;
  /// The same for a number that counts something.
  std::size_t count(std::size_t i) const;
};

/// Throws Error unless it is a name, or a name with arguments in parentheses.
Call parse_call(const std::string& text);
/// The parts between separators that no parentheses enclose, without spaces around them.
std::vector<std::string> split(const std::string& text, char separator);

} // namespace contractive::nn
