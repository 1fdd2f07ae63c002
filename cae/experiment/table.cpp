#include <contractive/cae/experiment/table.hpp>

#include <contractive/cae/experiment/statistics.hpp>
#include <contractive/nn/text/words.hpp>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace contractive::cae {
namespace {

using nn::fixed;
using nn::rounded;
using Number = std::function<double(const Outcome&)>;

std::vector<double> values_of(const std::vector<Outcome>& outcomes, const Number& number) {
  std::vector<double> values;
  for (const Outcome& outcome : outcomes)
    values.push_back(number(outcome));
  return values;
}

double mean_of(const std::vector<Outcome>& outcomes, const Number& number) {
  return mean_interval(values_of(outcomes, number)).mean;
}

std::string with_interval(const Interval& interval, int digits) {
  if (std::isnan(interval.mean))
    return {};
  return fixed(interval.mean, digits) +
         (std::isnan(interval.half) ? "" : " ± " + fixed(interval.half, digits));
}

// The keys in which candidates of any variant differ from each other or from other variants.
std::set<std::string> varying(const Experiment& experiment) {
  std::set<std::string> keys;
  const Settings& first = experiment.variants[0].candidates[0];
  for (const Variant& variant : experiment.variants)
    for (const Settings& candidate : variant.candidates)
      for (const auto& [key, value] : candidate)
        if (value != first.at(key))
          keys.insert(key);
  return keys;
}

std::string changed_settings(const Settings& settings, const std::set<std::string>& keys) {
  std::string result;
  for (const std::string& key : keys)
    if (settings.at(key) != default_settings().at(key))
      result +=
          (result.empty() ? "" : "; ") + key.substr(key.find('.') + 1) + " " + settings.at(key);
  return result;
}

// What runs.csv has of an outcome, in its order.
std::vector<std::pair<std::string, Number>> numbers(const Experiment& experiment) {
  const auto of = [](double Measures::*member) {
    return [member](const Outcome& o) { return o.measures.*member; };
  };
  const auto tests = static_cast<double>(experiment.data.test);
  return {{"validation_error", [](const Outcome& o) { return o.validation_error; }},
          {"test_error",
           [tests](const Outcome& o) { return static_cast<double>(o.mistakes.size()) / tests; }},
          {"epoch", [](const Outcome& o) { return static_cast<double>(o.epoch); }},
          {"reconstruction", of(&Measures::reconstruction)},
          {"floor", of(&Measures::floor)},
          {"norm", of(&Measures::norm)},
          {"squared_norm", of(&Measures::squared_norm)},
          {"squared_entry", of(&Measures::squared_entry)},
          {"saturation_low", of(&Measures::low)},
          {"saturation_high", of(&Measures::high)},
          {"operator_norm", [](const Outcome& o) { return o.norm.mean; }},
          {"contractions", [](const Outcome& o) { return o.norm.contractions; }},
          {"pretraining_seconds", [](const Outcome& o) { return o.pretraining_seconds; }},
          {"classifier_seconds", [](const Outcome& o) { return o.classifier_seconds; }}};
}

// A cell of CSV, in which quotes are doubled.
std::string csv_cell(const std::string& text) {
  std::string result = "\"";
  for (const char c : text)
    result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

// A cell of Markdown, which neither a bar nor a line break ends.
std::string markdown_cell(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += c == '|' ? "\\|" : c == '\n' || c == '\r' ? " " : std::string(1, c);
  return result;
}

nlohmann::ordered_json to_json(const Interval& interval) {
  return {{"mean", interval.mean}, {"half", interval.half}};
}

} // namespace

std::string markdown(const Experiment& experiment, const std::vector<Row>& rows) {
  const auto tests = static_cast<double>(experiment.data.test);
  const Number error = [&](const Outcome& o) {
    return 100 * static_cast<double>(o.mistakes.size()) / tests;
  };
  const std::set<std::string> keys = varying(experiment);
  std::string result =
      "| variant | test error % | validation error % | reconstruction, above floor | mean ‖J‖ | "
      "mean ‖J‖² | mean squared entry | largest singular value | contractions % | "
      "saturated % (low) | chosen | s, pre-training + classifier |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const Row& row : rows) {
    const auto average = [&](double Measures::*member) {
      return mean_of(row.chosen, [&](const Outcome& o) { return o.measures.*member; });
    };
    const auto spread = [&](const Number& number, int digits) {
      return with_interval(mean_interval(values_of(row.chosen, number)), digits);
    };
    const double low = 100 * average(&Measures::low), high = 100 * average(&Measures::high);
    result += detail::text(
        "| ", markdown_cell(row.name), " | ", spread(error, 2), " | ",
        fixed(mean_of(row.chosen, [](const Outcome& o) { return 100 * o.validation_error; }), 2),
        " | ", fixed(average(&Measures::reconstruction), 2), ", ",
        fixed(average(&Measures::reconstruction) - average(&Measures::floor), 2), " | ",
        rounded(average(&Measures::norm), 3), " | ", rounded(average(&Measures::squared_norm), 4),
        " | ", rounded(average(&Measures::squared_entry), 3), " | ",
        spread([](const Outcome& o) { return o.norm.mean; }, 2), " | ",
        spread([](const Outcome& o) { return 100 * o.norm.contractions; }, 1), " | ",
        std::isnan(low) ? "" : detail::text(fixed(low + high, 1), " (", fixed(low, 1), ")"), " | ",
        changed_settings(row.chosen[0].settings, keys), " | ",
        std::lround(mean_of(row.chosen, [](const Outcome& o) { return o.pretraining_seconds; })),
        " + ",
        std::lround(mean_of(row.chosen, [](const Outcome& o) { return o.classifier_seconds; })),
        " |\n");
  }
  result += detail::text(
      "\nMeans over ", experiment.seeds.size(),
      " seeds, ± the half width of the 95 % "
      "interval over them (Student's t). One error rate p on ",
      experiment.data.test, " tests alone is known to ± 1.96 √(p (1 − p) / n): ±",
      fixed(100 * rate_interval(mean_of(rows[0].chosen, error) / 100, experiment.data.test).half,
            2),
      " for the first row.\n");
  if (rows.size() < 2)
    return result;
  const std::string first = markdown_cell(rows[0].name);
  result += detail::text("\n| against ", first,
                         " | difference of the test error, seed by seed | "
                         "McNemar: only it errs : only ",
                         first,
                         " errs (p), for each seed |\n"
                         "| --- | --- | --- |\n");
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::vector<double> differences;
    std::string pairs;
    for (std::size_t k = 0; k < experiment.seeds.size(); ++k) {
      const Outcome &a = rows[i].chosen[k], &b = rows[0].chosen[k];
      differences.push_back(error(a) - error(b));
      const McNemar test = mcnemar(a.mistakes, b.mistakes);
      pairs += detail::text(k == 0 ? "" : ", ", test.only_first, " : ", test.only_second, " (",
                            rounded(test.p, 2), ")");
    }
    result += detail::text("| ", markdown_cell(rows[i].name), " | ",
                           with_interval(mean_interval(differences), 2), " | ", pairs, " |\n");
  }
  return result;
}

std::string csv(const Experiment& experiment, const std::vector<Row>& rows) {
  const std::set<std::string> keys = varying(experiment);
  const auto columns = numbers(experiment);
  std::string result = "variant,seed,chosen";
  for (const auto& column : columns)
    result += "," + column.first;
  result += ",model";
  for (const std::string& key : keys)
    result += "," + key;
  const auto line = [&](const Row& row, const Outcome& o, bool chosen) {
    result += detail::text("\n", csv_cell(row.name), ",", o.seed, ",", chosen ? 1 : 0);
    for (const auto& column : columns)
      result += "," + nn::exact(column.second(o));
    result += "," + o.model;
    for (const std::string& key : keys)
      result += "," + csv_cell(o.settings.at(key));
  };
  for (const Row& row : rows) {
    for (const Outcome& o : row.tried)
      line(row, o, o.settings == row.chosen[0].settings);
    for (std::size_t k = 1; k < row.chosen.size(); ++k)
      line(row, row.chosen[k], true);
  }
  return result + "\n";
}

std::string json(const Experiment& experiment, const std::vector<Row>& rows) {
  const auto columns = numbers(experiment);
  const std::set<std::string> keys = varying(experiment);
  nlohmann::ordered_json result{{"seeds", experiment.seeds}, {"tests", experiment.data.test}};
  for (const Row& row : rows) {
    nlohmann::ordered_json variant{{"name", row.name},
                                   {"chosen", nlohmann::ordered_json::object()}};
    for (const std::string& key : keys)
      variant["chosen"][key] = row.chosen[0].settings.at(key);
    for (const auto& [name, number] : columns)
      variant[name] = to_json(mean_interval(values_of(row.chosen, number)));
    if (&row != &rows[0]) {
      std::vector<double> differences;
      auto& against = variant["against_first"];
      for (std::size_t k = 0; k < row.chosen.size(); ++k) {
        const auto &own = row.chosen[k].mistakes, &other = rows[0].chosen[k].mistakes;
        differences.push_back(
            (static_cast<double>(own.size()) - static_cast<double>(other.size())) /
            static_cast<double>(experiment.data.test));
        const McNemar test = mcnemar(own, other);
        against["mcnemar"].push_back({{"seed", row.chosen[k].seed},
                                      {"only_this", test.only_first},
                                      {"only_first", test.only_second},
                                      {"p", test.p}});
      }
      against["test_error"] = to_json(mean_interval(differences));
    }
    result["variants"].push_back(variant);
  }
  return result.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace contractive::cae
