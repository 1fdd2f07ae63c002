#include <contractive/cae/cae.hpp>

#include "support/folder.hpp"
#include "support/random.hpp"

#include <doctest/doctest.h>
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

} // namespace contractive::tests
