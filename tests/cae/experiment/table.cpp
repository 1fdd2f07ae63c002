#include <contractive/cae/experiment/table.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>

namespace contractive::tests {
namespace {

using namespace cae;

const std::string two_variants = R"toml(
seeds = [1, 2]
data = {training = 1, validation = 1, test = 100}
pretraining.encoder = "4-2:tanh"
[[variant]]
name = "plain"
[[variant]]
name = "CAE"
pretraining.terms = ["contractive(0.1)", "contractive(1)"]
)toml";

// Of a run on the given seed; its measures grow with the seed, so that means are known.
Outcome outcome(const Settings& settings, std::uint64_t seed, std::vector<std::size_t> mistakes) {
  const auto k = static_cast<double>(seed);
  Outcome o{settings, seed, {}, 0.1 * k, 7, std::move(mistakes), 2 * k, 20 * k};
  o.measures.reconstruction = 10 * k;
  o.measures.floor = 4 * k;
  o.measures.norm = 2 * k;
  o.measures.squared_norm = 4 * k;
  o.measures.squared_entry = 0.25 * k;
  o.measures.low = 0.25 * k;
  o.measures.high = 0.125 * k;
  o.norm = {3 * k, 0.5 / k};
  o.model = "pretrained/m";
  return o;
}

// The plain variant errs on 10 and 12 of 100 tests, the contractive one on 5 and 9.
std::vector<Row> rows(const Experiment& e) {
  const Settings& plain = e.variants[0].candidates[0];
  const Settings &weak = e.variants[1].candidates[0], &strong = e.variants[1].candidates[1];
  const Outcome first = outcome(plain, 1, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}),
                better = outcome(strong, 1, {0, 1, 20, 30, 40});
  std::vector<Row> result{
      {"plain", {first, outcome(plain, 2, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})}, {first}},
      {"CAE",
       {better, outcome(strong, 2, {0, 1, 2, 3, 4, 5, 6, 7, 8})},
       {outcome(weak, 1, {1}), better}}};
  for (std::vector<Outcome>* outcomes : {&result[0].tried, &result[0].chosen})
    for (Outcome& o : *outcomes) // as of units without bounds, in an older run
      o.measures.low = o.measures.high = o.norm.contractions =
          std::numeric_limits<double>::quiet_NaN();
  return result;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("table: means over seeds with their intervals, and what was chosen") {
  const Experiment e = Experiment::parse("e", two_variants);
  const std::string table = markdown(e, rows(e));
  CAPTURE(table);
  // Two values x and y: the half width is t(0.975, 1 degree of freedom) |x - y| / 2, t = 12.7062.
  CHECK(contains(table, "| plain | 11.00 ± 12.71 | 15.00 | 15.00, 9.00 | 3 | 6 | 0.375 | "
                        "4.50 ± 19.06 |  |  |  | 3 + 30 |\n"));
  CHECK(contains(table,
                 "| CAE | 7.00 ± 25.41 | 15.00 | 15.00, 9.00 | 3 | 6 | 0.375 | "
                 "4.50 ± 19.06 | 37.5 ± 158.8 | 56.2 (37.5) | terms contractive(1) | 3 + 30 |\n"));
  CHECK(contains(table, "Means over 2 seeds"));
  // 196 sqrt(0.11 * 0.89 / 100)
  CHECK(contains(table, ": ±6.13 for the first row"));
  // Of 11 fair coins at most 3 heads, either way: 2 * 232 / 2048; of 3 none: 2 / 8.
  CHECK(contains(table, "| CAE | -4.00 ± 12.71 | 3 : 8 (0.23), 0 : 3 (0.25) |\n"));
  CHECK(!contains(table, "| plain | 0.00")); // not against itself
}

TEST_CASE("table: one seed has no interval, one variant no differences") {
  Experiment e = Experiment::parse("e", two_variants);
  e.seeds = {1};
  Row row = rows(e)[0];
  row.chosen.pop_back();
  const std::string table = markdown(e, {row});
  CHECK(contains(table, "| plain | 10.00 | "));
  CHECK(!contains(table, "against"));
}

TEST_CASE("csv: a line for each run, chosen ones are 1") {
  const Experiment e = Experiment::parse("e", two_variants);
  const std::string lines = csv(e, rows(e));
  CAPTURE(lines);
  const std::string numbers = ",10,4,2,4,0.25,0.25,0.125,3,0.5,2,20,pretrained/m,";
  CHECK(contains(lines, ",classifier_seconds,model,pretraining.terms\n"));
  CHECK(contains(lines,
                 "\n\"plain\",1,1,0.1,0.1,7,10,4,2,4,0.25,nan,nan,3,nan,2,20,pretrained/m,\"\"\n"));
  CHECK(contains(lines, "\n\"plain\",2,1,0.2,0.12,7,"));
  CHECK(contains(lines, "\n\"CAE\",1,0,0.1,0.01,7" + numbers + "\"contractive(0.1)\"\n"));
  CHECK(contains(lines, "\n\"CAE\",1,1,0.1,0.05,7" + numbers + "\"contractive(1)\"\n"));
  CHECK(contains(lines, "\n\"CAE\",2,1,0.2,0.09,7,"));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 1 + 5);
}

TEST_CASE("table, csv: a name ends no cell") {
  const Experiment e = Experiment::parse("e", two_variants);
  std::vector<Row> named = rows(e);
  named[0].name = "a \"b\" | c\nd";
  CHECK(contains(csv(e, named), "\n\"a \"\"b\"\" | c\nd\",1,1,"));
  const std::string table = markdown(e, named);
  CAPTURE(table);
  CHECK(contains(table, "\n| a \"b\" \\| c d | 11.00"));
  CHECK(contains(table, "\n| against a \"b\" \\| c d | "));
}

} // namespace contractive::tests
