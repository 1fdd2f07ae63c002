#include <contractive/nn/text/call.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/text/words.hpp>

#include <cmath>

namespace contractive::nn {

double Call::number(std::size_t i) const {
  const std::string given = i < arguments.size() ? shown(arguments[i]) : "";
  const std::optional<double> value = parse_number<double>(given);
  if (!value || !std::isfinite(*value))
    throw Error(name, ": argument ", i + 1, " is '", given, "'; expected a number");
  return *value;
}

std::size_t Call::count(std::size_t i, double most) const {
  const double value = number(i);
  if (!(value >= 0 && value <= most && value == std::floor(value)))
    throw Error(name, ": argument ", i + 1, " is ", value, "; expected a whole number up to ",
                most);
  return static_cast<std::size_t>(value);
}

Call parse_call(const std::string& text) {
  constexpr std::size_t longest = 2000; // what is nested is read again at each depth
  if (text.size() > longest)
    throw Error("'", shown(text), "' has ", text.size(), " characters; expected at most ", longest);
  const std::string call(trimmed(text));
  const std::size_t open = call.find('(');
  if (open == std::string::npos && !call.empty())
    return {call, {}};
  if (open == 0 || open == std::string::npos || call.back() != ')')
    throw Error("'", shown(text), "'; expected a name, or name(argument, ...)");
  return {std::string(trimmed(call.substr(0, open))),
          split(call.substr(open + 1, call.size() - open - 2), ',')};
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == separator && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  for (std::string& part : parts)
    part = std::string(trimmed(part));
  return parts;
}

} // namespace contractive::nn
