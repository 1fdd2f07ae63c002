#include <contractive/nn/data/csv.hpp>

#include <contractive/nn/file/file.hpp>

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace contractive::nn {
namespace {

// The part of `rest` before the first of `separators`; `rest` becomes what is behind it, and
// `more` tells whether there was one.
std::string_view cut(std::string_view& rest, const char* separators, bool& more) {
  const std::size_t end = rest.find_first_of(separators);
  more = end != std::string_view::npos;
  const std::string_view part = rest.substr(0, end);
  rest = more ? rest.substr(end + 1) : std::string_view{};
  return part;
}

std::string_view trimmed(std::string_view field) {
  const std::size_t first = field.find_first_not_of(" \r");
  return first == std::string_view::npos
             ? std::string_view{}
             : field.substr(first, field.find_last_not_of(" \r") - first + 1);
}

// Whatever the locale says, the decimal point is a point.
template <class T> std::optional<T> number(std::string_view field) {
  if (field.size() > 1 && field[0] == '+' && field[1] != '-')
    field.remove_prefix(1);
  T value{};
  const char* const end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional<T>(value) : std::nullopt;
}

// Names of columns: none of the fields is a number.
template <class T> bool is_header(std::string_view line) {
  for (bool more = true; more;)
    if (number<T>(trimmed(cut(line, ",;\t", more))))
      return false;
  return true;
}

} // namespace

template <class T> Array<T> read_csv(const std::string& path) {
  const std::string content = read_file(path);
  std::string_view rest = content;
  if (rest.substr(0, 3) == "\xEF\xBB\xBF") // the mark that some programs put before UTF-8
    rest.remove_prefix(3);
  std::vector<T> values;
  std::size_t columns = 0, rows = 0, number_of_line = 0;
  bool headed = false;
  for (bool more_lines = true; more_lines;) {
    std::string_view line = trimmed(cut(rest, "\n", more_lines));
    ++number_of_line;
    if (line.empty())
      continue;
    if (rows == 0 && !headed && is_header<T>(line)) {
      headed = true;
      continue;
    }
    std::size_t column = 0;
    for (bool more = true; more;) {
      const std::string_view field = trimmed(cut(line, ",;\t", more));
      const std::optional<T> value = number<T>(field);
      ++column;
      if (!value || !std::isfinite(*value))
        throw FileError(path, ": line ", number_of_line, ", column ", column, ": '", field,
                        "'; expected a finite number");
      values.push_back(*value);
    }
    if (rows > 0 && column != columns)
      throw FileError(path, ": line ", number_of_line, " has ", column, " columns; expected ",
                      columns, " as in the lines before");
    columns = column;
    ++rows;
  }
  if (rows == 0)
    throw FileError(path, ": no line of numbers; expected at least one");
  return Array<T>({rows, columns}, values);
}

template Array<float> read_csv(const std::string&);
template Array<double> read_csv(const std::string&);

} // namespace contractive::nn
