#pragma once

#include <contractive/nn/data/numbers.hpp>

#include <string_view>

/// How a table in text is written. Not installed.
namespace contractive::nn {

struct Field {
  std::string_view text; ///< without the quotes and blanks around it
  bool quoted = false;
};
using Fields = std::vector<Field>;

/// The lines of a text that hold fields, whatever ends them, with their numbers from 1.
class Lines {
public:
  /// `before` lines come before this text.
  explicit Lines(std::string_view text, std::size_t before = 0) : number(before), rest_(text) {}
  /// Whether there was another line; it is then in `line` and `number`.
  bool next();

  std::string_view line{};
  std::size_t number;

private:
  std::string_view rest_;
};

/// What is read out of a file's first lines.
struct Dialect {
  char separator = '\0'; ///< '\t', ';', ',', ' ' for any blanks, '\0' for a single column
  bool header = false;   ///< whether the first line has names
  bool counted = false;  ///< a header of 0, 1, 2, ...
  bool index = false;    ///< whether the first column is an unnamed index
  std::size_t columns = 0;
  std::vector<std::string> names{}; ///< one for each column; empty without a header
};

/// The fields of a line of this number. Throws Error for a quote that is not closed.
void split_fields(std::string_view line, std::size_t number, char separator, Fields& fields);

/// Throws Error for a text without lines. `header`, where it is given, goes before looks.
[[nodiscard]] Dialect dialect_of(std::string_view text, const std::optional<bool>& header);

/// The number in a field of a table with this separator, where a comma may be the decimal point.
template <class T> [[nodiscard]] std::optional<T> number_of(std::string_view field, char separator);

} // namespace contractive::nn
