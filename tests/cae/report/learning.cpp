#include <contractive/cae/report/findings.hpp>
#include <contractive/cae/report/learning.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>

namespace contractive::tests {
namespace {

using namespace cae;

LogColumns log_of(const std::string& lines) { return parse_log("log", lines); }

} // namespace

TEST_CASE("learning: objective, its parts, and the best epoch") {
  const auto charts = learning_charts(log_of(
      "epoch,train_objective,train_reconstruction,validation_objective,validation_reconstruction\n"
      "1,10,7,11,8\n2,8,6,9,6.5\n3,7,5,9,6\n"));
  REQUIRE(charts.size() == 3);
  const Chart& whole = charts[0];
  REQUIRE(whole.series.size() == 3);
  CHECK(whole.series[0].name == "training, during the epoch");
  CHECK(whole.series[0].y == std::vector<double>{10, 8, 7});
  CHECK(whole.series[1].name == "validation samples");
  CHECK(whole.series[1].y == std::vector<double>{11, 9, 9});
  CHECK(whole.series[2].name == "best, epoch 2"); // the first of equals
  CHECK(whole.series[2].x == std::vector<double>{2});
  CHECK(whole.series[2].y == std::vector<double>{9});
  CHECK(charts[1].series[1].y == std::vector<double>{8, 6.5, 6});
  CHECK(charts[2].series[0].y == std::vector<double>{3, 2, 2});
  CHECK(charts[2].series[1].y == std::vector<double>{3, 2.5, 3});
}

TEST_CASE("learning: curves are named what they are") {
  const auto same = learning_charts(
      log_of("epoch,train_objective,train_reconstruction,after_objective,after_reconstruction\n"
             "1,10,10,9,9\n"));
  REQUIRE(same.size() == 1); // without terms, the objective is the reconstruction
  CHECK(same[0].series[1].name == "training samples, after the epoch");
  // An older version's log has no objective; one that was gone on with has it from there on.
  CHECK(learning_charts(log_of("epoch,train_reconstruction,reconstruction\n1,2,3\n")).empty());
  const auto counted = learning_charts(log_of("train_objective,after_objective\n2,3\n"));
  CHECK(counted.at(0).series.empty()); // of no epochs
  const auto later =
      learning_charts(log_of("epoch,train_objective,train_reconstruction,validation_objective,"
                             "validation_reconstruction\n1,nan,3,nan,nan\n2,4,3,5,4\n"));
  CHECK(later.at(0).series.at(2).name == "best, epoch 2");
  CHECK(svg(later).find("nan") == std::string::npos);
}

TEST_CASE("learning: a folder has its picture, and each of its layers") {
  const Folder folder;
  const std::string log = "epoch,train_objective,train_reconstruction\n1,2,2\n";
  write_learning(folder.path()); // nothing to draw
  CHECK(folder.size() == 0);
  folder.put("metrics.csv", "epoch,reconstruction\n1,2\n"); // an older version's
  write_learning(folder.path());
  CHECK(folder.size() == 1);
  folder.put("metrics.csv", log);
  for (const char* layer : {"layer-1", "layer-2"}) {
    std::filesystem::create_directory(folder.file(layer));
    folder.put(std::string(layer) + "/metrics.csv", log);
  }
  write_learning(folder.path());
  for (const char* path : {"learning.svg", "layer-1/learning.svg", "layer-2/learning.svg"})
    CHECK(folder.get(path).find("what is minimised") != std::string::npos);
}

TEST_CASE("log: an older one goes on with the columns that there are now") {
  const std::string now = log_header({"contractive"}, Measured::validation);
  CHECK(now.find("train_contractive,validation_objective,validation_reconstruction,") !=
        std::string::npos);
  CHECK(log_header({}, Measured::training).find("after_objective,after_reconstruction,") !=
        std::string::npos);
  const std::string same = now + "anything\n";
  CHECK(with_columns(now, same) == same);
  const LogColumns columns =
      log_of(with_columns(now, "epoch,train_reconstruction,seconds\n1,2.5,3\n2,2.25,4\n"));
  CHECK(columns.at("train_reconstruction") == std::vector<double>{2.5, 2.25});
  CHECK(columns.at("seconds") == std::vector<double>{3, 4});
  REQUIRE(columns.at("validation_objective").size() == 2);
  CHECK(std::isnan(columns.at("validation_objective")[1]));
  CHECK(message<FileError>([&] { return with_columns(now, "epoch,x\n1\n"); }) ==
        "the checkpoint's log: a line of 1 cells; expected 2");
  // A line has as many cells as the header.
  EpochReport report;
  report.terms = {1};
  CHECK(log_of(now + log_line(report, 0.1)).at("learning_rate") == std::vector<double>{0.1});
}

TEST_CASE("findings: units in words") {
  Measures m;
  m.units = 300;
  m.dead = 1;
  m.always_low = 12;
  m.low = 0.25;
  m.high = 0.5;
  const auto said = unit_findings(m, Saturation::sigmoid);
  REQUIRE(said.size() == 4);
  CHECK(said[0].rfind("1 of 300 units is dead: the same code for every sample.", 0) == 0);
  CHECK(said[1] == "12 of 300 units are always low: below 0.05 on every sample.");
  CHECK(said[2] == "No unit is always high: above 0.95 on every sample.");
  CHECK(said[3].rfind("For a sample, 75 % of the units are saturated on average (Rifai et al. "
                      "2011): 25 % low, 50 % high.",
                      0) == 0);
  CHECK(unit_findings(m, Saturation::tanh)[1].find("below −0.9 on") != std::string::npos);
  CHECK(unit_findings(m, Saturation::none).size() == 2); // no ends
  const auto low = [&](Saturation saturation) {
    for (const auto& line : measure_lines(m, saturation, {{1}}, 4, {0.1, 1, 1}))
      if (line[0] == "saturated, low")
        return line[1] + " " + line[2];
    return std::string();
  };
  CHECK(low(Saturation::sigmoid) == "25 % of all units, below 0.05");
  CHECK(low(Saturation::tanh) == "25 % of all units, (h + 1) / 2 below 0.05");
  CHECK(low(Saturation::none).empty());
}

TEST_CASE("findings: units that are always at an end are counted, whatever the batches") {
  // Codes are the samples: one high, two low, one both in turn, one in between.
  const auto same = [](const Variable<double>& x) { return x; };
  const ContractiveAutoencoder<double> identity(same, same, {}, 0, Loss::squared_error);
  const Array<double> x({3, 5}, {0.96, 0.01, 0.03, 0.01, 0.5, //
                                 0.99, 0.02, 0.02, 0.96, 0.5, //
                                 1.00, 0.03, 0.01, 0.01, 0.5});
  for (const std::size_t batch : {1U, 2U, 3U}) {
    const Measures m = measure(identity, x, Saturation::sigmoid, batch);
    CHECK(m.always_low == 2);
    CHECK(m.always_high == 1);
    CHECK(m.dead == 1);
    CHECK(m.low == doctest::Approx(8 / 15.0));
  }
  // For tanh, 0.96 is (0.96 + 1) / 2, and 0.01 is in the middle.
  const Measures tanh = measure(identity, x, Saturation::tanh, 2);
  CHECK(tanh.always_high == 1);
  CHECK(tanh.always_low == 0);
  CHECK(measure(identity, x, Saturation::none, 2).always_low == 0);
}

} // namespace contractive::tests
