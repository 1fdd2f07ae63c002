#include <contractive/nn/training/call.hpp>

#include <contractive/autodiff/array/error.hpp>

#include <cmath>

namespace contractive::nn {
namespace {

std::string trimmed(const std::string& from) {
  const std::size_t first = from.find_first_not_of(' ');
  return first == std::string::npos ? ""
                                    : from.substr(first, from.find_last_not_of(' ') - first + 1);
}

} // namespace

double Call::number(std::size_t i) const {
  const std::string given = i < arguments.size() ? arguments[i] : "";
  std::size_t end = 0;
  double value = NAN;
  try {
    value = std::stod(given, &end);
  } catch (const std::exception&) {
    end = std::string::npos;
  }
  if (end != given.size() || !std::isfinite(value))
    throw Error(name, ": argument ", i + 1, " is '", given, "'; expected a number");
  return value;
}

double Call::number(std::size_t i, double otherwise) const {
  return i < arguments.size() ? number(i) : otherwise;
}

std::size_t Call::count(std::size_t i) const {
  const double value = number(i);
  if (!(value >= 0 && value < 1e15 && value == std::floor(value)))
    throw Error(name, ": argument ", i + 1, " is ", value, "; expected a whole number");
  return static_cast<std::size_t>(value);
}

Call parse_call(const std::string& given) {
  const std::string whole = trimmed(given);
  const std::size_t open = whole.find('(');
  if (open == std::string::npos && !whole.empty())
    return {whole, {}};
  if (open == 0 || open == std::string::npos || whole.back() != ')')
    throw Error("'", given, "'; expected a name, or name(argument, ...)");
  return {trimmed(whole.substr(0, open)),
          split(whole.substr(open + 1, whole.size() - open - 2), ',')};
}

std::vector<std::string> split(const std::string& whole, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : whole) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == separator && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  for (std::string& part : parts)
    part = trimmed(part);
  return parts;
}

} // namespace contractive::nn
