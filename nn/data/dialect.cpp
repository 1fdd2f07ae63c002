#include "dialect.hpp"

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>

namespace contractive::nn {
namespace {

constexpr const char* blanks = " \t\r";
constexpr std::size_t looked_at = 50; // lines by which a table is judged

// Where the line has this character outside quotes.
std::size_t find_outside(std::string_view line, char what) {
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (line[i] == '"')
      inside = !inside;
    else if (line[i] == what && !inside)
      return i;
  return std::string_view::npos;
}

char separator_of(const std::vector<std::string_view>& lines) {
  for (const char candidate : {'\t', ';', ',', ' '})
    if (std::all_of(lines.begin(), lines.end(), [&](std::string_view line) {
          return find_outside(candidate == '\t' ? line : trimmed(line, blanks), candidate) !=
                 std::string_view::npos;
        }))
      return candidate;
  return '\0';
}

// None of them is a number, or they are quoted where none of those below is.
bool are_names(const std::vector<Fields>& rows, char separator) {
  const auto all_below = [&](std::size_t j, const auto& holds) {
    return std::all_of(rows.begin() + 1, rows.end(),
                       [&](const Fields& row) { return j >= row.size() || holds(row[j]); });
  };
  bool no_numbers = true, quoted = rows.size() > 1;
  for (std::size_t j = 0; j < rows[0].size(); ++j) {
    no_numbers = no_numbers && !number_of<double>(rows[0][j].text, separator);
    quoted = quoted && rows[0][j].quoted && all_below(j, [](const Field& f) { return !f.quoted; });
  }
  return no_numbers || quoted;
}

// Whether the fields from `column` on count from `from`.
bool count_on(const Fields& row, std::size_t column, std::size_t from) {
  for (std::size_t j = column; j < row.size(); ++j, ++from)
    if (row[j].text != std::to_string(from))
      return false;
  return column < row.size();
}

// 0, 1, 2, ... from `column` on, and the line below does not go on counting. One or two columns
// of whole numbers may well begin so.
bool are_counted(const std::vector<Fields>& rows, std::size_t column) {
  if (!count_on(rows[0], column, 0))
    return false;
  const std::size_t n = rows[0].size() - column;
  const bool fractions = std::any_of(rows.begin() + 1, rows.end(), [](const Fields& row) {
    return std::any_of(row.begin(), row.end(), [](const Field& field) {
      return field.text.find_first_of(".,eE") != std::string_view::npos;
    });
  });
  return column > 0 || fractions || (n > 2 && !(rows.size() > 1 && count_on(rows[1], column, n)));
}

// The first column has no name, and counts the lines below it.
bool has_counted_index(const std::vector<Fields>& rows) {
  for (const std::size_t from : {0U, 1U}) {
    bool counts = rows.size() > 1;
    for (std::size_t i = 1; i < rows.size(); ++i)
      counts = counts && rows[i][0].text == std::to_string(from + i - 1);
    if (counts)
      return true;
  }
  return false;
}

} // namespace

bool Lines::next() {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find_first_of("\r\n");
    line = rest_.substr(0, end);
    const bool both = end != std::string_view::npos && rest_.substr(end, 2) == "\r\n";
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + (both ? 2 : 1));
    ++number;
    const std::size_t first = line.find_first_not_of(blanks);
    if (first != std::string_view::npos && line[first] != '#')
      return true;
  }
  return false;
}

void split_fields(std::string_view line, std::size_t number, char separator, Fields& fields) {
  fields.clear();
  const char* const around = separator == '\t' ? " \r" : blanks;
  if (separator == ' ')
    line = trimmed(line, blanks);
  for (bool more = true; more;) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(around)));
    Field field;
    std::size_t end = 0;
    if (!line.empty() && line[0] == '"') {
      end = line.find('"', 1);
      while (end != std::string_view::npos && line.substr(end, 2) == "\"\"") // stands for one
        end = line.find('"', end + 2);
      if (end == std::string_view::npos)
        throw Error("line ", number,
                    ": a quote is not closed; expected one at the end of the field");
      field = {line.substr(1, end - 1), true};
      line.remove_prefix(end + 1);
    }
    end = separator == '\0'  ? std::string_view::npos
          : separator == ' ' ? line.find_first_of(blanks)
                             : line.find(separator);
    const std::string_view text = trimmed(line.substr(0, end), around);
    if (!field.quoted)
      field.text = text;
    else if (!text.empty())
      throw Error("line ", number, ": '", shown(text),
                  "' behind a quoted field; expected a separator");
    fields.push_back(field);
    more = end != std::string_view::npos;
    line = more ? line.substr(end + 1) : std::string_view{};
  }
}

Dialect dialect_of(std::string_view text, const std::optional<bool>& header) {
  std::vector<std::string_view> lines;
  std::vector<std::size_t> numbers;
  for (Lines all(text); lines.size() < looked_at && all.next();) {
    lines.push_back(all.line);
    numbers.push_back(all.number);
  }
  if (lines.empty())
    throw Error("no line of numbers; expected at least one");
  Dialect result;
  result.separator = separator_of(lines);
  std::vector<Fields> rows(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    split_fields(lines[i], numbers[i], result.separator, rows[i]);
  const Fields first = rows[0];
  // R leaves the index out of its header.
  const bool short_header =
      rows.size() > 1 && rows[1].size() == first.size() + 1 && are_names({first}, result.separator);
  const bool unnamed = first.size() > 1 && (first[0].text.empty() || first[0].text == "Unnamed: 0");
  result.counted = are_counted(rows, unnamed ? 1 : 0);
  result.header =
      header.value_or(short_header || result.counted || (unnamed && has_counted_index(rows)) ||
                      are_names(rows, result.separator));
  result.counted = result.counted && result.header;
  result.index = result.header && (short_header || unnamed);
  result.columns = first.size() + (result.header && short_header ? 1 : 0);
  if (result.header) {
    if (short_header)
      result.names.emplace_back();
    for (const Field& field : first)
      result.names.emplace_back(field.text);
  }
  return result;
}

template <class T> std::optional<T> number_of(std::string_view field, char separator) {
  const std::size_t comma = field.find(',');
  if (comma == std::string_view::npos || separator == ',')
    return parse_number<T>(field);
  std::string pointed(field);
  pointed[comma] = '.';
  return field.find('.') == std::string_view::npos ? parse_number<T>(pointed) : std::nullopt;
}

template std::optional<float> number_of(std::string_view, char);
template std::optional<double> number_of(std::string_view, char);

} // namespace contractive::nn
