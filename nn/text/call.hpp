#pragma once

#include <contractive/nn/text/suggestion.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

/// How users write down schedules, terms and corruptions: `name` or `name(argument, ...)`, where an
/// argument may be a call again.
namespace contractive::nn {

/// A name with its arguments.
struct Call {
  std::string name;                     ///< in front of the parentheses
  std::vector<std::string> arguments{}; ///< as texts; empty without parentheses

  /// Argument i as a finite number. Throws Error for another text, or where there is none.
  [[nodiscard]] double number(std::size_t i) const;
  /// The same for a number that counts something, at most `most`.
  [[nodiscard]] std::size_t count(std::size_t i, double most = 1e9) const;
};

/// Throws Error for a text of more than 2000 characters, or unless it is a name, or a name with
/// arguments in parentheses.
[[nodiscard]] Call parse_call(const std::string& text);
/// The parts between separators that no parentheses enclose, without spaces around them.
[[nodiscard]] std::vector<std::string> split(const std::string& text, char separator);

/// What can be written down, each by its signature, such as "step(every, factor)", with what it
/// stands for: the one list from which lookup, errors and help are made.
template <class Value> class CallTable {
public:
  /// A signature and what it stands for.
  using Row = std::pair<const char*, Value>;
  /// Rows in the order in which errors and help list them.
  CallTable(std::initializer_list<Row> rows) : rows_(rows) {}

  /// What has this name and so many arguments; null where nothing has.
  [[nodiscard]] const Value* find(const Call& call) const {
    for (const auto& [signature, value] : rows_)
      if (const Call known = parse_call(signature);
          known.name == call.name && known.arguments.size() == call.arguments.size())
        return &value;
    return nullptr;
  }
  /// What has this name, whatever its arguments; null where nothing has.
  [[nodiscard]] const Value* find_name(const std::string& name) const {
    for (const auto& [signature, value] : rows_)
      if (parse_call(signature).name == name)
        return &value;
    return nullptr;
  }
  /// The name of a value that is in the table.
  [[nodiscard]] std::string name_of(const Value& value) const {
    for (const auto& [signature, known] : rows_)
      if (known == value)
        return parse_call(signature).name;
    return {};
  }
  /// "a, b(x) or c(x, y)"
  [[nodiscard]] std::string signatures() const {
    std::string result;
    for (std::size_t i = 0; i < rows_.size(); ++i)
      result += (i == 0 ? "" : i + 1 < rows_.size() ? ", " : " or ") + std::string(rows_[i].first);
    return result;
  }

  /// Of the calls in the table, in its order.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& row : rows_)
      result.push_back(parse_call(row.first).name);
    return result;
  }
  /// The end of an error for a name that is not in the table: what is, and which may be meant.
  [[nodiscard]] std::string expected(const std::string& name) const {
    return "expected " + signatures() + did_you_mean(name, names());
  }

private:
  std::vector<Row> rows_;
};

} // namespace contractive::nn
