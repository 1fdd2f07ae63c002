#include "options.hpp"

#include "help.hpp"

#include <cmath>
#include <iostream>

namespace contractive::cae::program {
namespace {

CLI::Option& limit_number(CLI::Option& option, bool zero) {
  option.check([&option, zero](const std::string& given) {
    const auto value = nn::parse_number<double>(given);
    if (!value || !std::isfinite(*value) || *value < 0 || (!zero && *value == 0))
      throw Error(option.get_name(), " ", nn::shown(given), "; expected a number ",
                  zero ? "of at least 0" : "above 0");
    return std::string();
  });
  return option;
}

} // namespace

CLI::Option& limit(CLI::Option& option, Limits limits) {
  option.check([&option, limits](const std::string& given) {
    const auto value = nn::parse_number<std::size_t>(given);
    if (!value || *value < limits.least || *value > limits.most)
      throw Error(option.get_name(), " ", nn::shown(given), "; expected a whole number from ",
                  limits.least, " to ", limits.most);
    return std::string();
  });
  return option;
}

CLI::Option& not_negative(CLI::Option& option) { return limit_number(option, true); }
CLI::Option& positive(CLI::Option& option) { return limit_number(option, false); }

Reading ReadingOptions::over(const Reading& base) const {
  Reading result = base;
  result.part = part;
  if (!scale.empty() && scale != base.scale.name)
    result.scale = Scale::named(scale);
  if (!layout.empty())
    result.layout = layout;
  if (!columns.empty())
    result.table.columns = columns;
  if (!label_column.empty())
    result.table.label_column = label_column;
  if (!header.empty())
    result.table.header = header == "yes";
  return result;
}

void add_reading(CLI::App& command, ReadingOptions& options, const std::string& otherwise) {
  begin_group(command, "Data");
  command.add_option("--part", options.part, "which IDX files of the folder: train or t10k")
      ->capture_default_str();
  command.add_option(
      "--scale", options.scale,
      "what numbers become inputs: " + scale_names() +
          ". type: bytes by 255, all else as it is; 255: everything by 255; minmax: to [0, 1]; "
          "standard: mean 0, deviation 1, each column of a table by itself" +
          otherwise);
  command.add_option("--layout", options.layout,
                     "where the channels of four axes, or of rows with a shape, are: nhwc (last) "
                     "or nchw (first)" +
                         otherwise);
  command.add_option(
      "--columns", options.columns,
      "the columns of a table to take: names, or numbers from 1, as in 2-5,age,last" + otherwise);
  command.add_option(
      "--label-column", options.label_column,
      "the column of a table that is a label and no input: a name, a number or last; "
      "none for none" +
          otherwise);
  command.add_flag_callback(
      "--header", [&options] { options.header = "yes"; }, "the table's first line has names");
  command.add_flag_callback(
      "--no-header", [&options] { options.header = "no"; }, "the table's first line has numbers");
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes)
    std::cerr << "cae: note: " << note << std::endl;
}

} // namespace contractive::cae::program
