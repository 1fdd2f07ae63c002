#pragma once

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

/// Words and numbers of a text, the same in every locale. Not installed.
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

namespace detail {
template <class... Format> std::string number_text(double value, Format... format) {
  std::array<char, 512> text; // the largest double, written out, has 309 digits
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value, format...).ptr};
}
} // namespace detail

/// The shortest text that reads back as the same number: for files.
[[nodiscard]] inline std::string exact(double value) {
  return detail::number_text(value, std::chars_format::general);
}
/// For people: with so many digits behind the point, at most 100, or so many that matter.
[[nodiscard]] inline std::string fixed(double value, int digits) {
  return detail::number_text(value, std::chars_format::fixed, digits);
}
[[nodiscard]] inline std::string rounded(double value, int digits) {
  return detail::number_text(value, std::chars_format::general, digits);
}

/// The doubles as a row of CSV.
template <class... Doubles> [[nodiscard]] std::string csv_row(Doubles... values) {
  std::string row;
  ((row += (row.empty() ? "" : ",") + exact(values)), ...);
  return row;
}

} // namespace contractive::nn
