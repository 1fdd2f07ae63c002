#include "provenance.hpp"

#include <contractive/cae/training/log.hpp>
#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <sys/stat.h>
#include <toml++/toml.h>

namespace contractive::cae::program {
namespace {

namespace fs = std::filesystem;

// As a shell takes it.
std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string("-_./:=,+@%").find(c) != std::string::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain))
    return word;
  std::string result = "'";
  for (const char c : word)
    result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

std::string date_of(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts)};
}

std::string date_of_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? date_of(status.st_mtime) : "";
}

toml::table run_file(const std::string& path) {
  if (!fs::is_regular_file(path))
    return {};
  try {
    return toml::parse(nn::read_file(path), path);
  } catch (const toml::parse_error& error) {
    throw FileError(path, ": ", error.description(), "; expected the run.toml of a training");
  }
}

// The value of a key as words; empty where there is none.
std::string words(const toml::table& table, const char* key) {
  const toml::node_view node = table[key];
  if (const auto text = node.value_exact<std::string>())
    return *text;
  if (const auto integer = node.value_exact<std::int64_t>())
    return detail::text(*integer);
  if (const auto number = node.value_exact<double>())
    return nn::exact(*number);
  return "";
}

// Parts that are there, joined.
std::string comma_separated(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts)
    result += (result.empty() || part.empty() ? "" : ", ") + part;
  return result;
}
std::string named(const char* name, const std::string& value) {
  return value.empty() ? "" : name + (" " + value);
}

std::string epochs_in(const std::string& log) {
  if (!fs::is_regular_file(log))
    return "";
  const LogColumns columns = read_log(log);
  const auto epochs = columns.find("epoch");
  return epochs == columns.end() ? "" : detail::text(epochs->second.size());
}

} // namespace

std::string command_line(const CLI::App& command, const std::vector<std::string>& but) {
  std::string result = "cae " + command.get_name();
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    if (option->count() == 0 || std::find(but.begin(), but.end(), name) != but.end())
      continue;
    if (!option->get_positional())
      result += " " + name;
    if (option->get_items_expected_max() > 0)
      for (const std::string& value : option->results())
        result += " " + quoted(value);
  }
  return result;
}

std::vector<std::vector<std::string>> provenance(const Input& input, const ModelAndSamples& used,
                                                 std::size_t most, const std::string& command) {
  const Configuration& c = used.model.configuration;
  const std::string file = model_file(input.model);
  const std::string beside = (fs::path(file).parent_path() / "").string();
  const toml::table options = run_file(beside + "run.toml");
  const toml::table* const made = options["run"].as_table();
  const toml::table run = made ? *made : toml::table();
  std::vector<std::vector<std::string>> lines;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty())
      lines.push_back({name, value});
  };
  add("encoder", c.specification.text());
  add("decoder",
      c.decoder == Decoder::tied ? "tied: the encoder's weights" : "untied: weights of its own");
  add("loss", name_of(c.loss));
  add("terms", c.terms.empty() ? "none" : c.terms);
  add("corruption", c.corruption);
  add("training data",
      comma_separated({words(run, "data"), named("checksum", words(run, "inputs-checksum"))}));
  add("training samples",
      comma_separated(
          {words(run, "samples"), named("of which for validation", words(options, "validation"))}));
  add("epochs", epochs_in(beside + "metrics.csv"));
  add("optimiser",
      comma_separated({words(options, "optimiser"), named("rate", words(options, "learning-rate")),
                       named("schedule", words(options, "schedule")),
                       named("batch", words(options, "batch"))}));
  add("seed", words(options, "seed"));
  add("trained by", words(run, "command"));
  add("version of the training", named("cae", words(run, "version")));
  add("model file of", date_of_file(file));
  add("measured data", comma_separated({input.data, named("part", input.reading.part),
                                        named("checksum", checksum_of(nn::Rows<float>(used.x)))}));
  add("measured samples",
      detail::text(std::min(used.x.shape()[0], most), " of ", used.x.shape()[0]));
  add("this report by", command);
  add("version of the report", "cae " CAE_VERSION);
  add("report of", date_of(std::time(nullptr)));
  return lines;
}

} // namespace contractive::cae::program
