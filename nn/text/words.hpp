#pragma once

#include <charconv>
#include <optional>
#include <string_view>

/// Words of a text. Not installed.
namespace contractive::nn {

/// Without the `blanks` around it.
[[nodiscard]] inline std::string_view trimmed(std::string_view text, const char* blanks = " ") {
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The number that the whole text is, if any. Whatever the locale says, the decimal point is a
/// point.
template <class T> [[nodiscard]] std::optional<T> parse_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-')
    text.remove_prefix(1);
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional<T>(value) : std::nullopt;
}

} // namespace contractive::nn
