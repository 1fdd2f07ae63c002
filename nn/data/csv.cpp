#include <contractive/nn/data/csv.hpp>

#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/words.hpp>

#include <cmath>

namespace contractive::nn {
namespace {

// The part of `rest` before the first of `separators`; `rest` becomes what is behind it, and
// `more` whether there was one.
std::string_view next_field(std::string_view& rest, const char* separators, bool& more) {
  const std::size_t end = rest.find_first_of(separators);
  more = end != std::string_view::npos;
  const std::string_view part = rest.substr(0, end);
  rest = more ? rest.substr(end + 1) : std::string_view{};
  return part;
}

constexpr const char* blanks = " \r";

// Names of columns: none of the fields is a number.
template <class T> bool is_header(std::string_view line) {
  for (bool more = true; more;)
    if (parse_number<T>(trimmed(next_field(line, ",;\t", more), blanks)))
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
    std::string_view line = trimmed(next_field(rest, "\n", more_lines), blanks);
    ++number_of_line;
    if (line.empty())
      continue;
    if (rows == 0 && !headed && is_header<T>(line)) {
      headed = true;
      continue;
    }
    std::size_t column = 0;
    for (bool more = true; more;) {
      const std::string_view field = trimmed(next_field(line, ",;\t", more), blanks);
      const std::optional<T> value = parse_number<T>(field);
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
