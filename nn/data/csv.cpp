#include <contractive/nn/data/csv.hpp>

#include <contractive/nn/data/dialect.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace contractive::nn {
namespace {

constexpr std::size_t none = std::string::npos;

// What becomes of a table's columns.
struct Columns {
  std::vector<std::size_t> values;
  std::size_t label = none;
};

class Chooser {
public:
  explicit Chooser(const Dialect& dialect) : dialect_(dialect) {}

  Columns choose(const TableOptions& options, std::vector<std::string>& notes) const {
    Columns result;
    result.label = label(options.label_column, notes);
    if (options.columns.empty()) {
      for (std::size_t j = dialect_.index ? 1 : 0; j < dialect_.columns; ++j)
        if (j != result.label)
          result.values.push_back(j);
      if (dialect_.index)
        notes.emplace_back("the first column has no name: it is taken for an index, and left out");
    }
    for (const std::string& part : split(options.columns, ','))
      if (!part.empty())
        add(part, result.values);
    if (result.values.empty())
      throw Error("no columns are left for the values; expected at least one");
    return result;
  }

private:
  std::size_t label(const std::string& given, std::vector<std::string>& notes) const {
    if (given == "none")
      return none;
    if (!given.empty())
      return find(given);
    for (std::size_t j = 0; j < dialect_.names.size(); ++j) {
      std::string name = dialect_.names[j];
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (name == "label" || name == "labels" || name == "class") {
        notes.push_back("column '" + dialect_.names[j] + "' is taken for labels, not for values");
        return j;
      }
    }
    return none;
  }

  // A column, or a range such as 2-5.
  void add(const std::string& part, std::vector<std::size_t>& to) const {
    const std::size_t dash = part.find('-');
    const bool range = dash != none && dash > 0 && named(part) == none;
    const std::size_t first = find(part.substr(0, range ? dash : none));
    const std::size_t last = range ? find(part.substr(dash + 1)) : first;
    if (first > last)
      throw Error("columns '", part, "'; expected a range that goes up");
    for (std::size_t j = first; j <= last; ++j)
      to.push_back(j);
  }

  std::size_t named(const std::string& name) const {
    const auto& names = dialect_.names;
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? none : static_cast<std::size_t>(found - names.begin());
  }

  std::size_t find(const std::string& column) const {
    if (const std::size_t j = named(column); j != none)
      return j;
    if (column == "last")
      return dialect_.columns - 1;
    const auto number = parse_number<std::size_t>(column);
    if (number && *number >= 1 && *number <= dialect_.columns)
      return *number - 1;
    std::string known;
    for (std::size_t j = 0; j < std::min<std::size_t>(dialect_.names.size(), 8); ++j)
      known += (j ? ", " : "") + shown(dialect_.names[j]);
    throw Error("no column '", shown(column), "'; expected ",
                known.empty() ? "" : "a name (" + known + ", ...) or ", "a number from 1 to ",
                dialect_.columns);
  }

  const Dialect& dialect_;
};

void require_utf8(std::string_view content) {
  const std::string_view mark = content.substr(0, 2);
  if (mark == "\xFF\xFE" || mark == "\xFE\xFF" ||
      content.substr(0, 1000).find('\0') != std::string_view::npos)
    throw Error("the text is UTF-16, or no text at all; expected UTF-8: a spreadsheet saves it as "
                "'CSV UTF-8'");
}

} // namespace

template <class T>
Numbers<T> parse_csv(const std::string& path, std::string_view content,
                     const TableOptions& options) {
  return naming(path, [&] {
    require_utf8(content);
    if (content.substr(0, 3) == "\xEF\xBB\xBF") // the mark that some programs put before UTF-8
      content.remove_prefix(3);
    const Dialect dialect = dialect_of(content, options.header);
    Numbers<T> result;
    if (dialect.counted)
      result.notes.emplace_back("the first line, 0, 1, 2, ..., is taken for a header");
    const Columns columns = Chooser(dialect).choose(options, result.notes);
    std::vector<T> values;
    std::size_t rows = 0, with_point = none, with_comma = none;
    Fields fields;
    Lines lines(content);
    if (dialect.header)
      lines.next();
    for (; lines.next(); ++rows) {
      const auto in_line = [&](std::size_t column) {
        return detail::text("line ", lines.number, ", column ", column + 1, ": '",
                            shown(fields[column].text), "'");
      };
      split_fields(lines.line, lines.number, dialect.separator, fields);
      if (fields.size() != dialect.columns)
        throw Error("line ", lines.number, " has ", fields.size(), " columns; expected ",
                    dialect.columns, " as in the lines before");
      for (const std::size_t j : columns.values) {
        const std::string_view field = fields[j].text;
        const std::optional<T> value = number_of<T>(field, dialect.separator);
        if (!value || !std::isfinite(*value))
          throw Error(in_line(j), "; expected a finite number",
                      rows == 0 && !value ? ", or that this column is chosen as labels or left out"
                                          : "");
        values.push_back(*value);
        with_point = field.find('.') != none ? lines.number : with_point;
        with_comma = field.find(',') != none ? lines.number : with_comma;
        if (with_point != none && with_comma != none)
          throw Error(in_line(j), ", and line ", std::min(with_point, with_comma),
                      " has the other decimal mark; expected points or commas throughout");
      }
      if (columns.label != none)
        result.labels.emplace_back(fields[columns.label].text);
    }
    if (rows == 0)
      throw Error("no line of numbers; expected at least one");
    result.values = Array<T>({rows, columns.values.size()}, values);
    return result;
  });
}

template <class T> Array<T> read_csv(const std::string& path, const TableOptions& options) {
  return parse_csv<T>(path, read_file(path), options).values;
}

template Numbers<float> parse_csv(const std::string&, std::string_view, const TableOptions&);
template Numbers<double> parse_csv(const std::string&, std::string_view, const TableOptions&);
template Array<float> read_csv(const std::string&, const TableOptions&);
template Array<double> read_csv(const std::string&, const TableOptions&);

} // namespace contractive::nn
