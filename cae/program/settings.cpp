#include "settings.hpp"

#include "help.hpp"

#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/suggestion.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <toml++/toml.h>

namespace contractive::cae::program {
namespace {

// Every setting, by the name of its option.
template <class AnySettings, class Visit> void each_setting(AnySettings& s, const Visit& visit) {
  auto& t = s.training;
  visit("data", s.data);
  visit("part", s.reading.part);
  visit("scale", s.reading.scale);
  visit("layout", s.reading.layout);
  visit("columns", s.reading.columns);
  visit("label-column", s.reading.label_column);
  visit("header", s.reading.header);
  visit("image", s.image);
  visit("encoder", s.encoder);
  visit("loss", s.loss);
  visit("untied", s.untied);
  visit("stacked", s.stacked);
  visit("terms", s.terms);
  visit("corruption", s.corruption);
  visit("output-bias", s.output_bias);
  visit("validation", s.validation.value());
  visit("epochs", t.epochs);
  visit("batch", t.batch);
  visit("optimiser", t.optimiser);
  visit("schedule", t.schedule);
  visit("learning-rate", t.learning_rate);
  visit("seed", t.seed);
  visit("patience", t.patience);
  visit("checkpoint-steps", t.checkpoint_steps);
  visit("threads", s.threads);
  visit("parts", s.parts);
  visit("checksum", s.checksum);
}

// The first edition's checkpoints have none of these.
bool is_new(const std::string& key) {
  static const std::set<std::string> keys{"scale",        "layout",      "columns",
                                          "label-column", "header",      "stacked",
                                          "checksum",     "output-bias", "parts"};
  return keys.count(key) > 0;
}

void set_default(CLI::App& command, const std::string& name, const std::string& value) {
  CLI::Option* const option = command.get_option("--" + name);
  if (option->count() > 0)
    return;
  option->add_result(value);
  option->run_callback();
}

// What a file may have for this command: its options without the dashes.
std::vector<std::string> keys_of(const CLI::App& command) {
  std::vector<std::string> keys;
  for (const std::string& name : option_names(command))
    if (name != "--config" && name != "--help")
      keys.push_back(name.substr(2));
  return keys;
}

std::string text_of(const toml::node& node, const std::string& key) {
  if (const auto* value = node.as_string())
    return value->get();
  if (const auto* value = node.as_integer())
    return detail::text(value->get());
  if (const auto* value = node.as_floating_point())
    return nn::exact(value->get());
  if (const auto* value = node.as_boolean())
    return value->get() ? "true" : "false";
  throw Error("key '", key, "'; expected a text, a number, true or false");
}

} // namespace

std::string to_json(const TrainSettings& s) {
  nlohmann::json json;
  each_setting(s, [&](const char* key, const auto& value) { json[key] = value; });
  return json.dump();
}

TrainSettings from_json(const std::string& text, const std::string& file) {
  TrainSettings s;
  s.validation = 0;
  try {
    const auto json = nlohmann::json::parse(text);
    each_setting(s, [&](const char* key, auto& value) {
      using Value = std::decay_t<decltype(value)>;
      if (is_new(key) && !json.contains(key))
        return;
      if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>)
        value =
            static_cast<Value>(json.at(key).get_ref<const nlohmann::json::number_unsigned_t&>());
      else
        json.at(key).get_to(value);
    });
  } catch (const nlohmann::json::exception& error) {
    throw FileError(file, ": settings are not readable: ", error.what());
  }
  return s;
}

std::string to_toml(const TrainSettings& s, std::size_t samples) {
  toml::table options;
  each_setting(s, [&](const std::string& key, const auto& value) {
    using Value = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, std::string>) {
      if (key == "header" && !value.empty())
        options.insert(value == "yes" ? "header" : "no-header", true);
      else if (key == "terms" && value.empty())
        options.insert("lambda", 0.0);
      else if (key != "checksum" && key != "header" && !value.empty())
        options.insert(key, value);
    } else if constexpr (std::is_same_v<Value, bool>) {
      if (value)
        options.insert(key, true);
    } else if constexpr (std::is_same_v<Value, double>) {
      options.insert(key, value);
    } else {
      options.insert(key, static_cast<std::int64_t>(value));
    }
  });
  const toml::table run{{"version", CAE_VERSION},
                        {"command", s.command},
                        {"data", s.given},
                        {"blas-core", blas_core()},
                        {"samples", static_cast<std::int64_t>(samples)},
                        {"inputs-checksum", s.checksum}};
  auto out = detail::stream<std::ostringstream>();
  out << "# All that made this run: `cae train --config run.toml --out ANOTHER` repeats it.\n"
      << options << "\n\n# What it was made with; not read.\n[run]\n"
      << run << "\n";
  return out.str();
}

void read_config(CLI::App& command, const std::string& path) {
  const std::vector<std::string> keys = keys_of(command);
  try {
    for (const auto& [key, node] : toml::parse(nn::read_file(path), path)) {
      const std::string name(key.str());
      if (node.is_table())
        continue;
      if (std::find(keys.begin(), keys.end(), name) == keys.end())
        throw FileError(path, ": unknown key '", nn::shown(name),
                        "'; expected the options of `cae train --help`, without the dashes",
                        nn::did_you_mean(name, keys));
      set_default(command, name, text_of(node, name));
    }
  } catch (const toml::parse_error& error) {
    throw FileError(path, ", line ", error.source().begin.line, ": ", error.description(),
                    "; expected lines such as epochs = 20");
  }
}

std::string protocol_names() { return "rifai2011"; }

void apply_protocol(CLI::App& command, const std::string& name) {
  for (const auto& [key, value] : protocol(name))
    set_default(command, key, value);
}

} // namespace contractive::cae::program
