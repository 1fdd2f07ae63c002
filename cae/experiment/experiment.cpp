#include <contractive/cae/experiment/experiment.hpp>

#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <toml++/toml.h>

namespace contractive::cae {
namespace {

// A value as the text that all settings are kept as.
std::string scalar_text(const toml::node& node, const std::string& key) {
  if (const auto* value = node.as_string())
    return value->get();
  if (const auto* value = node.as_integer())
    return detail::text(value->get());
  if (const auto* value = node.as_floating_point())
    return nn::exact(value->get());
  if (const auto* value = node.as_boolean())
    return value->get() ? "true" : "false";
  throw Error("'", key, "'; expected a text, a number, true or false");
}

void require_known(const std::string& key, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), key) != known.end())
    return;
  std::string list;
  for (const std::string& name : known)
    list += (list.empty() ? "" : ", ") + name;
  throw Error("unknown key '", key, "'; expected one of ", list, nn::did_you_mean(key, known));
}

using Choices = std::map<std::string, std::vector<std::string>>;

// The entries of a table as "table.key" with one or several values each.
void add_choices(const toml::table& table, const std::string& prefix, Choices& to) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const auto* inner = node.as_table()) {
      add_choices(*inner, key + ".", to);
      continue;
    }
    std::vector<std::string> known;
    for (const auto& entry : default_settings())
      known.push_back(entry.first);
    require_known(key, known);
    std::vector<std::string> values;
    if (const auto* list = node.as_array())
      for (const toml::node& value : *list)
        values.push_back(scalar_text(value, key));
    else
      values.push_back(scalar_text(node, key));
    if (values.empty())
      throw Error("'", key, "': no values; expected at least one");
    to[key] = values;
  }
}

// Every combination, the last key changing fastest.
std::vector<Settings> combinations(const Choices& choices) {
  constexpr double most = 10000;
  double count = 1;
  for (const auto& entry : choices)
    count *= static_cast<double>(entry.second.size());
  if (count > most)
    throw Error("the lists have ", count, " combinations; expected at most ", most);
  std::vector<Settings> all{default_settings()};
  for (const auto& [key, values] : choices) {
    std::vector<Settings> wider;
    for (const Settings& settings : all)
      for (const std::string& value : values) {
        wider.push_back(settings);
        wider.back()[key] = value;
        if (key == "pretraining.protocol" && !value.empty())
          for (const auto& [name, setting] : protocol(value))
            if (choices.count("pretraining." + name) == 0)
              wider.back()["pretraining." + name] = setting;
      }
    all = std::move(wider);
  }
  return all;
}

template <class Value>
Value value_or(const toml::table& table, const std::string& key, Value otherwise) {
  const toml::node* node = table.get(key);
  const auto value = node ? node->value<Value>() : std::optional<Value>(otherwise);
  if (!value)
    throw Error("'", key, "' has another type; expected one such as ", otherwise);
  return *value;
}

void require_keys(const toml::table& table, const std::vector<std::string>& known) {
  for (const auto& [name, node] : table)
    require_known(std::string(name.str()), known);
}

Experiment experiment_from(const toml::table& file) {
  require_keys(file, {"seeds", "data", "pretraining", "classifier", "variant"});
  Experiment result;
  const auto* seeds = file["seeds"].as_array();
  if (seeds)
    for (const toml::node& seed : *seeds)
      if (const auto value = seed.value<std::int64_t>(); value && *value >= 0)
        result.seeds.push_back(static_cast<std::uint64_t>(*value));
  if (!seeds || result.seeds.empty() || result.seeds.size() != seeds->size())
    throw Error("'seeds'; expected a list such as [1, 2, 3]");
  if (std::set<std::uint64_t>(result.seeds.begin(), result.seeds.end()).size() != seeds->size())
    throw Error("'seeds' has one twice; expected different ones: equal seeds give equal runs");
  const auto* data = file["data"].as_table();
  if (!data)
    throw Error("no [data]; expected a table with training, validation and test");
  require_keys(*data, {"path", "labels", "scale", "layout", "columns", "label-column", "header",
                       "training", "validation", "test", "pooled"});
  result.data.path = value_or<std::string>(*data, "path", "");
  result.data.labels = value_or<std::string>(*data, "labels", "");
  result.data.pooled = value_or<bool>(*data, "pooled", false);
  Reading& reading = result.data.reading;
  reading.scale = Scale::named(value_or<std::string>(*data, "scale", "type"));
  reading.layout = value_or<std::string>(*data, "layout", "");
  reading.table = {value_or<std::string>(*data, "columns", ""),
                   value_or<std::string>(*data, "label-column", ""),
                   {}};
  if (data->contains("header"))
    reading.table.header = value_or<bool>(*data, "header", true);
  for (const auto& [key, size] : {std::pair{"training", &result.data.training},
                                  {"validation", &result.data.validation},
                                  {"test", &result.data.test}}) {
    const auto value = value_or<std::int64_t>(*data, key, 0);
    if (value <= 0)
      throw Error("'", key, "' in [data] is ", value, "; expected a number of samples");
    *size = static_cast<std::size_t>(value);
  }
  Choices shared;
  for (const char* table : {"pretraining", "classifier"})
    if (const auto* given = file[table].as_table())
      add_choices(*given, detail::text(table, "."), shared);
  const auto* variants = file["variant"].as_array();
  if (!variants || variants->empty())
    throw Error("no [[variant]]; expected at least one, with a name");
  for (const toml::node& node : *variants) {
    const auto* table = node.as_table();
    const auto name = table ? (*table)["name"].value<std::string>() : std::nullopt;
    if (!name || name->empty())
      throw Error("a [[variant]] without a name; expected name = \"...\"");
    if (std::any_of(result.variants.begin(), result.variants.end(),
                    [&](const Variant& other) { return other.name == *name; }))
      throw Error("two variants are named '", nn::shown(*name), "'; expected different names");
    toml::table rest = *table;
    rest.erase("name");
    Choices own = shared;
    add_choices(rest, "", own);
    result.variants.push_back({*name, combinations(own)});
  }
  return result;
}

} // namespace

Experiment Experiment::read(const std::string& path) { return parse(path, nn::read_file(path)); }

Experiment Experiment::parse(const std::string& path, std::string_view content) {
  try {
    Experiment result = experiment_from(toml::parse(content, path));
    for (const Variant& variant : result.variants)
      for (const Settings& candidate : variant.candidates) { // before hours of training
        configuration_of(candidate, {1});
        nn::make_schedule(training_of(candidate, 1).schedule);
        nn::make_optimiser<float>(training_of(candidate, 1).optimiser, 1);
        nn::make_schedule(classifier_of(candidate, 1).schedule);
        nn::make_optimiser<float>(classifier_of(candidate, 1).optimiser, 1);
      }
    return result;
  } catch (const toml::parse_error& error) {
    throw FileError(path, ", line ", error.source().begin.line, ": ", error.description(),
                    "; expected TOML");
  } catch (const FileError&) {
    throw;
  } catch (const Error& error) {
    throw FileError(path, ": ", error.what());
  }
}

const Settings& default_settings() {
  static const Settings settings{{"pretraining.skip", "false"},
                                 {"pretraining.encoder", ""},
                                 {"pretraining.untied", "false"},
                                 {"pretraining.stacked", "false"},
                                 {"pretraining.loss", "cross-entropy"},
                                 {"pretraining.terms", ""},
                                 {"pretraining.corruption", "none"},
                                 {"pretraining.epochs", "40"},
                                 {"pretraining.batch", "50"},
                                 {"pretraining.optimiser", "adam"},
                                 {"pretraining.learning-rate", "0.002"},
                                 {"pretraining.schedule", "constant"},
                                 {"pretraining.protocol", ""},
                                 {"pretraining.lambda", ""},
                                 {"pretraining.patience", "0"},
                                 {"pretraining.checkpoint-steps", "0"},
                                 {"pretraining.output-bias", "mean"},
                                 {"classifier.frozen", "false"},
                                 {"classifier.labels", "0"}, // all
                                 {"classifier.tangents", "0"},
                                 {"classifier.tangent-weight", "0"},
                                 {"classifier.epochs", "50"},
                                 {"classifier.batch", "50"},
                                 {"classifier.optimiser", "sgd"},
                                 {"classifier.learning-rate", "0.5"},
                                 {"classifier.schedule", "constant"}};
  return settings;
}

namespace {
template <class Convert>
auto converted(const Settings& settings, const std::string& key, const char* expected,
               const Convert& convert) {
  try {
    return convert(nn::Call{key, {settings.at(key)}});
  } catch (const Error&) {
    throw Error("'", key, "' is '", settings.at(key), "'; expected a ", expected);
  }
}
} // namespace

double number_in(const Settings& settings, const std::string& key) {
  return converted(settings, key, "number", [](const nn::Call& c) { return c.number(0); });
}

std::size_t count_in(const Settings& settings, const std::string& key) {
  return converted(settings, key, "whole number", [](const nn::Call& c) { return c.count(0); });
}

bool flag_in(const Settings& settings, const std::string& key) {
  const std::string& value = settings.at(key);
  if (value != "true" && value != "false")
    throw Error("'", key, "' is '", value, "'; expected true or false");
  return value == "true";
}

namespace {
// The terms, or those that lambda is short for.
std::string terms_in(const Settings& s) {
  const std::string &terms = s.at("pretraining.terms"), &lambda = s.at("pretraining.lambda");
  if (lambda.empty())
    return terms;
  if (!terms.empty())
    throw Error("'pretraining.lambda' and 'pretraining.terms'; expected one of them");
  const double value = number_in(s, "pretraining.lambda");
  return value == 0 ? "" : "contractive(" + nn::exact(value) + ")";
}
} // namespace

Configuration configuration_of(const Settings& s, const Shape& sample) {
  const std::string& encoder = s.at("pretraining.encoder");
  if (encoder.empty())
    throw Error("no 'pretraining.encoder'; expected one such as \"784-1000:sigmoid\"");
  Configuration result{Specification::parse(encoder),
                       sample,
                       flag_in(s, "pretraining.untied") ? Decoder::untied : Decoder::tied,
                       terms_in(s),
                       s.at("pretraining.corruption"),
                       loss_from(s.at("pretraining.loss"))};
  make_terms<float>(result.terms);
  make_corruption(result.corruption);
  return result;
}

namespace {
void set_descent(DescentOptions& options, const Settings& s, const std::string& table,
                 std::uint64_t seed) {
  options.epochs = count_in(s, table + ".epochs");
  options.batch = count_in(s, table + ".batch");
  options.optimiser = s.at(table + ".optimiser");
  options.learning_rate = number_in(s, table + ".learning-rate");
  options.schedule = s.at(table + ".schedule");
  options.seed = seed;
}
} // namespace

TrainingOptions training_of(const Settings& s, std::uint64_t seed) {
  TrainingOptions result;
  set_descent(result, s, "pretraining", seed);
  const std::string& bias = s.at("pretraining.output-bias");
  if (bias != "mean" && bias != "zero")
    throw Error("'pretraining.output-bias' is '", nn::shown(bias), "'; expected mean or zero");
  result.centred = bias == "mean";
  result.patience = count_in(s, "pretraining.patience");
  result.checkpoint_steps = count_in(s, "pretraining.checkpoint-steps");
  result.saturation = saturation_of(Specification::parse(s.at("pretraining.encoder")));
  return result;
}

ClassifierOptions classifier_of(const Settings& s, std::uint64_t seed) {
  ClassifierOptions result;
  set_descent(result, s, "classifier", seed);
  result.tangent_weight = number_in(s, "classifier.tangent-weight");
  return result;
}

} // namespace contractive::cae
