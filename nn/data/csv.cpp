#include <contractive/nn/data/csv.hpp>

#include <contractive/nn/file.hpp>

#include <cmath>
#include <cstdlib>
#include <optional>

namespace contractive::nn {
namespace {

std::optional<double> number(const std::string& field) {
  char* end = nullptr;
  const double value = std::strtod(field.c_str(), &end);
  while (*end == ' ' || *end == '\r')
    ++end;
  return end != field.c_str() && *end == '\0' ? std::optional<double>(value) : std::nullopt;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line)
    if (c == ',' || c == ';' || c == '\t')
      fields.emplace_back();
    else if (c != '\r')
      fields.back() += c;
  return fields;
}

} // namespace

template <class T> Array<T> read_csv(const std::string& path) {
  std::istringstream lines(read_file(path));
  std::vector<T> values;
  std::size_t columns = 0, rows = 0, at = 0;
  for (std::string line; std::getline(lines, line);) {
    ++at;
    if (line.find_first_not_of(" \r\t") == std::string::npos)
      continue;
    const std::vector<std::string> fields = split(line);
    if (at == 1 && !number(fields[0])) // a header
      continue;
    if (rows > 0 && fields.size() != columns)
      throw FileError(text(path, ": line ", at, " has ", fields.size(), " columns; expected ",
                           columns, " as in the lines before"));
    columns = fields.size();
    for (std::size_t column = 0; column < columns; ++column) {
      const std::optional<double> value = number(fields[column]);
      if (!value || !std::isfinite(*value))
        throw FileError(text(path, ": line ", at, ", column ", column + 1, ": '", fields[column],
                             "'; expected a finite number"));
      values.push_back(static_cast<T>(*value));
    }
    ++rows;
  }
  if (rows == 0)
    throw FileError(text(path, ": no line of numbers; expected at least one"));
  return Array<T>({rows, columns}, values);
}

template Array<float> read_csv(const std::string&);
template Array<double> read_csv(const std::string&);

} // namespace contractive::nn
