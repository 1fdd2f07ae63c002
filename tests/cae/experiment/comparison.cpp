#include <contractive/autodiff/array/error.hpp>
#include <contractive/cae/data/strokes.hpp>
#include <contractive/cae/experiment/statistics.hpp>
#include <contractive/cae/experiment/table.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/file/file.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <set>
#include <thread>

namespace contractive::tests {
namespace {

using namespace cae;

// 300 strokes, 12 x 12, with their labels, as .npy files; and an experiment on them.
std::string experiment_in(const Folder& folder) {
  Strokes::Options options;
  options.height = options.width = 12;
  const auto drawn = Strokes(1, options).draw<float>(300);
  nn::write_npy(folder.file("x.npy"), drawn.x);
  nn::write_npy(folder.file("y.npy"), Array<float>::make({300}, [&](float* out) {
                  for (const std::int64_t label : drawn.labels)
                    *out++ = static_cast<float>(label);
                }));
  return folder.put("e.toml",
                    detail::text("seeds = [1, 2]\n[data]\npath = \"", folder.file("x.npy"),
                                 "\"\nlabels = \"", folder.file("y.npy"), R"toml("
training = 200
validation = 50
test = 50
[pretraining]
encoder = "144-30:sigmoid"
epochs = 2
batch = 20
[classifier]
epochs = 3
batch = 20
learning-rate = [0.001, 0.5]
[[variant]]
name = "CAE"
pretraining.terms = ["contractive(0.1)", "contractive(1)"]
[[variant]]
name = "stacked"
pretraining.encoder = "144-30:sigmoid-20:sigmoid"
pretraining.stacked = true
classifier.tangents = 2
classifier.tangent-weight = 0.1
[[variant]]
name = "none"
pretraining.skip = true
)toml"));
}

} // namespace

TEST_CASE("statistics: known intervals and tests") {
  // t(0.975, 2 degrees of freedom) = 4.302653, deviation 1, three values
  CHECK(mean_interval({1, 2, 3}).mean == doctest::Approx(2));
  CHECK(mean_interval({1, 2, 3}).half == doctest::Approx(4.302653 / std::sqrt(3.0)).epsilon(1e-6));
  CHECK(std::isnan(mean_interval({5}).half));
  CHECK(rate_interval(0.0114, 10000).half == doctest::Approx(0.00208).epsilon(0.01));
  const McNemar test = mcnemar({1, 2, 3, 4, 5, 6, 9}, {9, 10});
  CHECK(test.only_first == 6);
  CHECK(test.only_second == 1);
  CHECK(test.p == doctest::Approx(2 * (1 + 7) / 128.0)); // of 7 fair coins, at most one head
  CHECK(mcnemar({1, 2}, {1, 2}).p == 1);
}

TEST_CASE("experiment: lists are searched over, variants override what they share") {
  const Folder folder;
  const Experiment e = Experiment::read(experiment_in(folder));
  CHECK(e.seeds == std::vector<std::uint64_t>{1, 2});
  REQUIRE(e.variants.size() == 3);
  CHECK(e.variants[0].candidates.size() == 4);
  CHECK(e.variants[1].candidates.size() == 2);
  const Settings& one = e.variants[1].candidates[1];
  CHECK(one.at("pretraining.encoder") == "144-30:sigmoid-20:sigmoid");
  CHECK(one.at("classifier.learning-rate") == "0.5");
  CHECK(classifier_of(one, 7).tangent_weight == 0.1);
  CHECK(training_of(one, 7).epochs == 2);
}

TEST_CASE("experiment: a protocol sets what is not given, lambda is short for a term") {
  const Experiment e = Experiment::parse("e", "seeds = [1]\n"
                                              "data = {training = 1, validation = 1, test = 1}\n"
                                              "pretraining.learning-rate = 0.3\n"
                                              "[[variant]]\nname = \"old\"\n"
                                              "pretraining.encoder = \"4-2:tanh\"\n"
                                              "pretraining.protocol = \"rifai2011\"\n"
                                              "pretraining.lambda = 0.123456789\n"
                                              "[[variant]]\nname = \"new\"\n"
                                              "pretraining.encoder = \"4-2:tanh\"\n"
                                              "pretraining.lambda = 0\n");
  const Settings &old = e.variants[0].candidates[0], &now = e.variants[1].candidates[0];
  CHECK(training_of(old, 1).optimiser == "sgd");
  CHECK(training_of(old, 1).learning_rate == 0.3);
  CHECK(!training_of(old, 1).centred);
  CHECK(configuration_of(old, {4}).terms == "contractive(0.123456789)");
  CHECK(training_of(now, 1).optimiser == "adam");
  CHECK(training_of(now, 1).centred);
  CHECK(configuration_of(now, {4}).terms.empty());
}

TEST_CASE("experiment: what is wrong is named") {
  const Folder folder;
  const auto said = [&](const std::string& more) {
    const std::string path = folder.put(
        "bad.toml", "seeds = [1]\ndata = {training = 1, validation = 1, test = 1}\n" + more);
    const std::string result = message<FileError>([&] { return Experiment::read(path); });
    if (result == "no error")
      return result;
    return result.rfind(path, 0) == 0 ? result.substr(path.size()) : "without the path: " + result;
  };
  const std::string variant = "[[variant]]\nname = \"a\"\npretraining.encoder = \"4-2:tanh\"\n";
  CHECK(said(variant) == "no error");
  CHECK(said("") == ": no [[variant]]; expected at least one, with a name");
  CHECK(said("[[variant]]\nname = \"a\"\n").rfind(": no 'pretraining.encoder'", 0) == 0);
  CHECK(said(variant + "pretraining.epoch = 3\n").rfind(": unknown key 'pretraining.epoch'", 0) ==
        0);
  CHECK(said(variant + "pretraining.epochs = 1.5\n") ==
        ": 'pretraining.epochs' is '1.5'; expected a whole number");
  CHECK(said(variant + "pretraining.terms = \"contract(1)\"\n").find("contract") !=
        std::string::npos);
  CHECK(said("seeds = 1\n").find("expected TOML") != std::string::npos); // given twice
  CHECK(said(variant + variant).find("two variants are named 'a'") != std::string::npos);
  CHECK(said(variant + "pretraining.lambda = 1\npretraining.terms = \"decay(1)\"\n")
            .find("'pretraining.lambda' and 'pretraining.terms'; expected one") !=
        std::string::npos);
  CHECK(said(variant + "pretraining.output-bias = \"one\"\n").find("expected mean or zero") !=
        std::string::npos);
  CHECK(said(variant + "pretraining.protocol = \"rifai2012\"\n").find("expected rifai2011") !=
        std::string::npos);
  // 392 bytes of lists may ask for gigabytes: 11^5 combinations of six numbers each.
  std::string lists = variant;
  for (const char* key : {"epochs", "batch", "learning-rate", "patience", "lambda"})
    lists += detail::text("pretraining.", key, " = [1,2,3,4,5,6,7,8,9,10,11]\n");
  CHECK(said(lists).find("the lists have 161051 combinations; expected at most 10000") !=
        std::string::npos);
  const std::string twice = folder.put("twice.toml", "seeds = [1, 2, 1]\n" + variant);
  CHECK(message<FileError>([&] { return Experiment::read(twice); }).find("'seeds' has one twice") !=
        std::string::npos);
  CHECK(message<FileError>([&] {
          return Experiment::read(folder.file("none.toml"));
        }).rfind(folder.file("none.toml"), 0) == 0);
}

TEST_CASE("comparison: choices by the validation error, a table, and going on where it stopped") {
  const Folder folder;
  const Experiment e = Experiment::read(experiment_in(folder));
  const Splits data = read_splits(e.data);
  CHECK(data.classes == 10);
  CHECK(data.test.labels.size() == 50);
  std::size_t runs = 0, epochs = 0;
  const RunListener count = [&](const std::string&, std::size_t done, std::size_t all) {
    CHECK(done == ++runs);
    CHECK(all == 4 + 2 + 2 + 3);
  };
  const RunListener epoch = [&](const std::string&, std::size_t, std::size_t) { ++epochs; };
  const auto rows = compare(e, data, folder.file("out"), 2, epoch, count);
  CHECK(runs == 11);
  REQUIRE(rows.size() == 3);
  for (const Row& row : rows) {
    REQUIRE(row.chosen.size() == 2);
    CHECK(row.chosen[1].seed == 2);
    for (const Outcome& tried : row.tried)
      CHECK(tried.validation_error >= row.chosen[0].validation_error);
    CHECK(row.chosen[1].settings == row.chosen[0].settings);
    CHECK(load_model<float>(folder.file("out/" + row.chosen[1].model)).network.inputs ==
          data.sample.elements());
    CHECK(row.chosen[0].model != row.chosen[1].model);
    CHECK(row.chosen[0].measures.norm > 0);
    CHECK(row.chosen[0].norm.mean > 0);
    CHECK(row.chosen[0].norm.mean < row.chosen[0].measures.norm); // the root of all their squares
  }
  const std::string table = markdown(e, rows), lines = csv(e, rows);
  CHECK(table.find("| stacked | ") != std::string::npos);
  CHECK(table.find("McNemar") != std::string::npos);
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 1 + 11);

  // All is there: nothing is trained again. Without one run, only its classifier is.
  epochs = runs = 0;
  CHECK(markdown(e, compare(e, data, folder.file("out"), 1, epoch, count)) == table);
  CHECK(epochs == 0);
  // A run of before there was an operator norm is taken as it is, without one.
  for (const auto& file : std::filesystem::directory_iterator(folder.file("out/runs"))) {
    std::string text = nn::read_file(file.path().string());
    const std::string key = "\"operator_norm\"";
    REQUIRE(text.find(key) != std::string::npos);
    nn::write_file(file.path().string(), text.replace(text.find(key), key.size(), "\"other\""));
  }
  runs = 0;
  CHECK(std::isnan(
      compare(e, data, folder.file("out"), 1, epoch, count).at(0).chosen.at(0).norm.contractions));
  CHECK(epochs == 0);
  std::filesystem::remove(std::filesystem::directory_iterator(folder.file("out/runs"))->path());
  runs = 0;
  compare(e, data, folder.file("out"), 1, epoch, count);
  CHECK(epochs >= 3); // of the classifier; and of the tangents, where they are part of it
  CHECK(epochs <= 4);

  // Other data of the same sizes are not taken for these.
  Splits other = data;
  ++other.fingerprint;
  epochs = runs = 0;
  std::set<std::thread::id> threads; // one job is one run at a time
  const RunListener epoch_of = [&](const std::string& stage, std::size_t, std::size_t) {
    ++epochs;
    if (stage.find("seed 1") != std::string::npos)
      threads.insert(std::this_thread::get_id());
  };
  compare(e, other, folder.file("out"), 1, epoch_of, count);
  CHECK(epochs > 11);
  CHECK(threads.size() == 1);
}

TEST_CASE("splits: the first samples, the next and those after them") {
  const Folder folder;
  const DataPlan plan = Experiment::read(experiment_in(folder)).data;
  const Splits data = read_splits(plan);
  const Array<float> x = nn::read_npy<float>(plan.path), y = nn::read_npy<float>(plan.labels);
  std::size_t at = 0;
  for (const Labelled<float>* part : {&data.training, &data.validation, &data.test}) {
    CHECK(std::equal(part->x.begin(), part->x.end(), x.begin() + at * 144));
    CHECK(std::equal(part->labels.begin(), part->labels.end(), y.begin() + at));
    at += part->labels.size();
  }
  CHECK(at == 300);
}

TEST_CASE("splits: a fingerprint tells data apart") {
  const Folder folder;
  const DataPlan plan = Experiment::read(experiment_in(folder)).data;
  const auto before = read_splits(plan).fingerprint;
  CHECK(read_splits(plan).fingerprint == before);
  nn::write_npy(plan.labels, Array<float>::zeros({300}));
  CHECK(read_splits(plan).fingerprint != before);
}

TEST_CASE("comparison: data that cannot be split are refused") {
  const Folder folder;
  DataPlan plan = Experiment::read(experiment_in(folder)).data;
  plan.test = 51;
  CHECK(message<FileError>([&] { return read_splits(plan); }) ==
        plan.path +
            ": 300 samples; expected at least 250 + 51 for the sizes of training, validation "
            "and test");
  plan.labels.clear();
  CHECK(message<FileError>([&] { return read_splits(plan); }) ==
        plan.path + ": no labels; expected a file or a column of them, a number each");
}

} // namespace contractive::tests
