#include <contractive/nn/data/csv.hpp>

#include <contractive/nn/data/dialect.hpp>
#include <contractive/nn/data/stored.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
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
      const std::string name = lower(dialect_.names[j]);
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

// A table that is read some lines at a time.
template <class T> class Table {
public:
  // By its first lines.
  Table(std::string_view head, const TableOptions& options, std::vector<std::string>& notes) {
    require_utf8(head);
    dialect_ = dialect_of(without_mark(head), options.header);
    if (dialect_.counted)
      notes.emplace_back("the first line, 0, 1, 2, ..., is taken for a header");
    columns_ = Chooser(dialect_).choose(options, notes);
  }

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_.values.size(); }
  [[nodiscard]] bool labelled() const { return columns_.label != none; }

  // The lines that follow those before, to the end of one.
  void read(std::string_view text, std::vector<T>& values, std::vector<std::string>& labels) {
    Lines lines(line_ == 0 ? without_mark(text) : text, line_);
    if (dialect_.header && line_ == 0)
      lines.next();
    for (; lines.next(); ++rows_)
      read_line(lines.line, lines.number, values, labels);
    line_ = lines.number;
  }

  void require_rows() const {
    if (rows_ == 0)
      throw Error("no line of numbers; expected at least one");
  }

private:
  static std::string_view
  without_mark(std::string_view text) { // that some programs put before UTF-8
    return text.substr(0, 3) == "\xEF\xBB\xBF" ? text.substr(3) : text;
  }

  void read_line(std::string_view line, std::size_t number, std::vector<T>& values,
                 std::vector<std::string>& labels) {
    const auto in_line = [&](std::size_t column) {
      return detail::text("line ", number, ", column ", column + 1, ": '",
                          shown(fields_[column].text), "'");
    };
    split_fields(line, number, dialect_.separator, fields_);
    if (fields_.size() != dialect_.columns)
      throw Error("line ", number, " has ", fields_.size(), " columns; expected ", dialect_.columns,
                  " as in the lines before");
    for (const std::size_t j : columns_.values) {
      const std::string_view field = fields_[j].text;
      const std::optional<T> value = number_of<T>(field, dialect_.separator);
      if (!value || !std::isfinite(*value))
        throw Error(in_line(j), "; expected a finite number",
                    rows_ == 0 && !value ? ", or that this column is chosen as labels or left out"
                                         : "");
      values.push_back(*value);
      with_point_ = field.find('.') != none ? number : with_point_;
      with_comma_ = field.find(',') != none ? number : with_comma_;
      if (with_point_ != none && with_comma_ != none)
        throw Error(in_line(j), ", and line ", std::min(with_point_, with_comma_),
                    " has the other decimal mark; expected points or commas throughout");
    }
    if (labelled())
      labels.emplace_back(fields_[columns_.label].text);
  }

  Dialect dialect_;
  Columns columns_;
  Fields fields_;
  std::size_t rows_ = 0, line_ = 0, with_point_ = none, with_comma_ = none;
};

} // namespace

template <class T>
Numbers<T> parse_csv(const std::string& path, std::string_view content,
                     const TableOptions& options) {
  return naming(path, [&] {
    Numbers<T> result;
    Table<T> table(content, options, result.notes);
    std::vector<T> values;
    table.read(content, values, result.labels);
    table.require_rows();
    result.values = Array<T>({table.rows(), table.columns()}, values);
    return result;
  });
}

template <class T>
void convert_csv(const std::string& path, const TableOptions& options, const std::string& to,
                 std::vector<std::string>& notes) {
  constexpr std::size_t piece = 1 << 22;
  std::optional<Table<T>> table;
  NewFile file(to);
  file.append(npy_header<T>({0, 0}));
  std::string text;
  std::vector<T> values;
  std::vector<std::string> labels;
  const auto convert = [&](std::string_view lines) {
    if (!table)
      table.emplace(lines, options, notes);
    values.clear();
    labels.clear();
    table->read(lines, values, labels);
    file.append({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
  };
  naming(path, [&] {
    read_pieces(path, std::string::npos, [&](std::string_view more) {
      text += more;
      const std::size_t end = text.find_last_of("\r\n");
      if (text.size() < piece || end == std::string::npos)
        return;
      convert(std::string_view(text).substr(0, end + 1));
      text.erase(0, end + 1);
    });
    convert(text);
    table->require_rows();
  });
  if (table->labelled())
    notes.emplace_back("the labels of a table as large as this are left out");
  file.rewind();
  file.append(npy_header<T>({table->rows(), table->columns()}));
  file.finish();
}

template <class T> Array<T> read_csv(const std::string& path, const TableOptions& options) {
  return parse_csv<T>(path, read_file(path), options).values;
}

template void convert_csv<float>(const std::string&, const TableOptions&, const std::string&,
                                 std::vector<std::string>&);
template void convert_csv<double>(const std::string&, const TableOptions&, const std::string&,
                                  std::vector<std::string>&);
template Numbers<float> parse_csv(const std::string&, std::string_view, const TableOptions&);
template Numbers<double> parse_csv(const std::string&, std::string_view, const TableOptions&);
template Array<float> read_csv(const std::string&, const TableOptions&);
template Array<double> read_csv(const std::string&, const TableOptions&);

} // namespace contractive::nn
