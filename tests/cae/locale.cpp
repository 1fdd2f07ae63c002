#include <contractive/cae/cae.hpp>

#include "support/folder.hpp"
#include "support/random.hpp"

#include <contractive/nn/text/words.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <locale>

// In a process whose locale writes 0,75 and 1.234: what is read and written is the same.
namespace contractive::tests {
namespace {

class Commas : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

struct CommaLocale {
  std::locale before = std::locale::global(std::locale(std::locale::classic(), new Commas));
  ~CommaLocale() { std::locale::global(before); }
};

} // namespace

TEST_CASE("locale: specifications, logs, checkpoints and messages are the same in any") {
  const CommaLocale commas;
  CHECK(detail::text(0.75, " ", 1234567) == "0.75 1234567");
  CHECK(cae::make_terms<double>("contractive(0.125) + decay(1e-4)")[0].weight == 0.125);
  CHECK(nn::make_schedule("exponential(0.5)")(2) == 0.25);
  CHECK(cae::make_corruption("masking(0.25)").level == 0.25);
  const Folder folder;
  const std::string log = folder.put("metrics.csv", "epoch,seconds\n1,0.75\n2,nan\n");
  CHECK(cae::read_log(log).at("seconds")[0] == 0.75);
  Random random(1);
  Random other(2);
  other.restore(random.state());
  CHECK(other.uniform() == random.uniform());
  nn::Batches batches(5000, 10, 1), again(5000, 10, 2);
  again.restore(batches.state());
  CHECK(again.next() == batches.next());
  cae::Configuration configuration;
  configuration.specification = cae::Specification::parse("1200-4:sigmoid");
  configuration.sample = {1200};
  configuration.terms = "contractive(0.5)";
  CHECK(cae::Configuration::from(configuration.metadata()).sample == Shape{1200});
}

TEST_CASE("locale: doubles read back as they were written, and people's lines have points") {
  const CommaLocale commas;
  const double values[] = {0.1,        1.0 / 3,
                           1e23,       0.1 + 0.2,
                           5e-324,     1.7976931348623157e308,
                           -0.0,       123456789.123456789,
                           0.12345671, 0.12345679};
  for (const double value : values) {
    INFO(nn::exact(value));
    CHECK(nn::parse_number<double>(nn::exact(value)) == value);
  }
  CHECK(nn::exact(0.1) == "0.1");
  CHECK(nn::exact(-std::nan("")) == "nan");
  CHECK(nn::exact(100000) == "100000");
  CHECK(nn::csv_row(0.5, 2, std::nan("")) == "0.5,2,nan");
  CHECK(nn::fixed(1234.565, 1) == "1234.6");
  CHECK(nn::fixed(-std::numeric_limits<double>::max(), 100).size() == 411);
  CHECK(nn::rounded(1234567, 4) == "1.235e+06");
  CHECK(nn::rounded(0.25, 4) == "0.25");

  cae::EpochReport report;
  report.epoch = 2;
  report.seconds = 1.25;
  report.validation = {1234.5, 1000, 0.5, 0.25, 0.125, 0.75, 0.125};
  CHECK(cae::summary(report, 3, cae::Loss::cross_entropy) ==
        "epoch 2/3  loss 1234.50 (234.50 above floor)  |J| 0.5  |J|^2 0.25  mean sq. entry 0.125  "
        "saturated 75.0 % low + 12.5 % high  1.2 s");
}

} // namespace contractive::tests
