#pragma once

#include <contractive/autodiff/array/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// Words and numbers of a text, the same in every locale. Not installed.
namespace contractive::nn {

/// Without the `blanks` around it.
[[nodiscard]] inline std::string_view trimmed(std::string_view text, const char* blanks = " ") {
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// With small letters for the capital ones of ASCII.
[[nodiscard]] inline std::string lower(std::string text) {
  for (char& c : text)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// A text of a user's as messages show it: cut after 60 bytes, without control characters.
[[nodiscard]] inline std::string shown(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string result(text.substr(0, most));
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  return text.size() > most ? result + "..." : result;
}

namespace parts {
// Of a number that is out of range: whether it is too small, not too large.
inline bool underflows(std::string_view number) {
  const std::size_t exponent = number.find_first_of("eE");
  if (exponent != std::string_view::npos)
    return number.substr(exponent + 1, 1) == "-";
  return number.substr(0, number.find('.')).find_first_of("123456789") == std::string_view::npos;
}
} // namespace parts

/// The number that the whole text is, if any; 0 where it is too small for T. Whatever the locale
/// says, the decimal point is a point.
template <class T> [[nodiscard]] std::optional<T> parse_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-')
    text.remove_prefix(1);
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || text.empty())
    return std::nullopt;
  if (std::is_floating_point_v<T> && error == std::errc::result_out_of_range &&
      parts::underflows(text))
    return T(0);
  return error == std::errc{} ? std::optional<T>(value) : std::nullopt;
}

namespace parts {
template <class T, class... Format> std::string number_text(T value, Format... format) {
  std::array<char, 512> text; // the largest double, written out, has 309 digits
  return {
      text.data(),
      std::to_chars(text.data(), text.data() + text.size(), detail::shown(value), format...).ptr};
}
} // namespace parts

/// The shortest text that reads back as the same number: for files.
template <class T> [[nodiscard]] std::string exact(T value) {
  using Float = std::conditional_t<std::is_floating_point_v<T>, T, double>;
  return parts::number_text(static_cast<Float>(value), std::chars_format::general);
}
/// For people: with so many digits behind the point, at most 100, or so many that matter.
[[nodiscard]] inline std::string fixed(double value, int digits) {
  return parts::number_text(value, std::chars_format::fixed, digits);
}
[[nodiscard]] inline std::string rounded(double value, int digits) {
  return parts::number_text(value, std::chars_format::general, digits);
}

/// The doubles as a row of CSV.
template <class... Doubles> [[nodiscard]] std::string csv_row(Doubles... values) {
  std::string row;
  ((row += (row.empty() ? "" : ",") + exact(values)), ...);
  return row;
}

} // namespace contractive::nn
