#include <contractive/cae/report/learning.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace contractive::cae {
namespace {

using Column = std::vector<double>;

const Column& column(const LogColumns& log, const std::string& name) {
  static const Column none;
  const auto found = log.find(name);
  return found == log.end() ? none : found->second;
}

Column difference(Column a, const Column& b) {
  a.resize(std::min(a.size(), b.size()));
  std::transform(a.begin(), a.end(), b.begin(), a.begin(), std::minus<>());
  return a;
}

// The first of the least ones, not counting what is nan; `values.end()` where all are.
Column::const_iterator least(const Column& values) {
  auto result = values.end();
  for (auto at = values.begin(); at != values.end(); ++at)
    if (!std::isnan(*at) && (result == values.end() || *at < *result))
      result = at;
  return result;
}

} // namespace

std::vector<Chart> learning_charts(const LogColumns& log) {
  const Column& epochs = column(log, "epoch");
  const bool validated = log.count("validation_objective") > 0;
  const std::string measured = validated ? "validation_" : "after_";
  const char* const name = validated ? "validation samples" : "training samples, after the epoch";
  const auto chart = [&](const char* title, const char* y, const Column& training,
                         const Column& after) {
    Chart result{title, "epoch", y, false, false, {}};
    if (training.size() == epochs.size())
      result.series.push_back({"training, during the epoch", epochs, training});
    if (after.size() == epochs.size())
      result.series.push_back({name, epochs, after});
    return result;
  };
  const Column &train = column(log, "train_objective"),
               &train_part = column(log, "train_reconstruction"),
               &after = column(log, measured + "objective"),
               &after_part = column(log, measured + "reconstruction");
  std::vector<Chart> result;
  if (train.empty() && after.empty())
    return result;
  result.push_back(chart("Objective", "what is minimised", train, after));
  if (const auto best = least(after); best != after.end() && after.size() == epochs.size()) {
    const double epoch = epochs.at(static_cast<std::size_t>(best - after.begin()));
    result[0].series.push_back(
        {detail::text("best, epoch ", epoch), {epoch}, {*best}, Style::ring});
  }
  const Column train_terms = difference(train, train_part),
               after_terms = difference(after, after_part);
  if (std::all_of(train_terms.begin(), train_terms.end(),
                  [](double t) { return !(std::abs(t) > 0); }))
    return result; // all of it is the reconstruction
  result.push_back(chart("Reconstruction", "that part of it", train_part, after_part));
  result.push_back(
      chart("Terms", "the rest: penalties with their weights", train_terms, after_terms));
  return result;
}

void write_learning(const std::string& folder) {
  if (const std::string log = folder + "/metrics.csv"; std::filesystem::exists(log))
    if (const auto charts = learning_charts(read_log(log)); !charts.empty())
      nn::write_file(folder + "/learning.svg", svg(charts));
  for (std::size_t k = 1; std::filesystem::exists(detail::text(folder, "/layer-", k)); ++k)
    write_learning(detail::text(folder, "/layer-", k));
}

} // namespace contractive::cae
