#include <contractive/cae/training/log.hpp>

#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

#include <sstream>

namespace contractive::cae {

std::string log_header(const std::vector<std::string>& terms, Measured measured) {
  const std::string of = measured == Measured::validation ? "validation_" : "after_";
  std::string header = "epoch,train_objective,train_reconstruction,";
  for (const std::string& term : terms)
    header += "train_" + term + ",";
  return header + of + "objective," + of +
         "reconstruction,reconstruction,reconstruction_above_floor,jacobian_norm,"
         "jacobian_squared_norm,mean_squared_entry,saturation_low,saturation_high,"
         "learning_rate,seconds\n";
}

std::string log_line(const EpochReport& r, double learning_rate) {
  const Measures& v = r.validation;
  std::string line = detail::text(r.epoch, ",", nn::csv_row(r.objective, r.reconstruction), ",");
  for (const double term : r.terms)
    line += nn::exact(term) + ",";
  return line +
         nn::csv_row(r.validation_objective, r.validation_reconstruction, v.reconstruction,
                     v.reconstruction - v.floor, v.norm, v.squared_norm, v.squared_entry, v.low,
                     v.high, learning_rate, r.seconds) +
         "\n";
}

std::string with_columns(const std::string& header, const std::string& log) {
  if (log.rfind(header, 0) == 0)
    return log;
  const LogColumns columns = parse_log("the checkpoint's log", log);
  const auto epochs = columns.find("epoch");
  std::string result = header;
  for (std::size_t i = 0; epochs != columns.end() && i < epochs->second.size(); ++i) {
    std::string line;
    for (const std::string& name : nn::split(header.substr(0, header.size() - 1), ',')) {
      const auto column = columns.find(name);
      line += (line.empty() ? "" : ",") +
              (column == columns.end() ? "nan" : nn::exact(column->second[i]));
    }
    result += line + "\n";
  }
  return result;
}

LogColumns read_log(const std::string& path) { return parse_log(path, nn::read_file(path)); }

LogColumns parse_log(const std::string& path, const std::string& content) {
  auto stream = detail::stream<std::istringstream>(content);
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> names = nn::split(line, ',');
  LogColumns columns;
  while (std::getline(stream, line)) {
    const std::vector<std::string> cells = nn::split(line, ',');
    if (cells.size() != names.size())
      throw FileError(path, ": a line of ", cells.size(), " cells; expected ", names.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::optional<double> number = nn::parse_number<double>(cells[i]);
      if (!number)
        throw FileError(path, ": '", cells[i], "' in column ", names[i], "; expected a number");
      columns[names[i]].push_back(*number);
    }
  }
  return columns;
}

} // namespace contractive::cae
