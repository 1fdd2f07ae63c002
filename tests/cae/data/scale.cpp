#include <contractive/cae/data/scale.hpp>

#include <contractive/cae/model/model.hpp>

#include "support/message.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
namespace {

using cae::Scale;

std::vector<double> scaled(const Scale& scale, const Array<double>& x, bool bytes = false) {
  std::vector<std::string> notes;
  const Array<double> y = scale.apply(x, bytes, notes);
  return {y.begin(), y.end()};
}

} // namespace

TEST_CASE("scale: by type, by 255 and not at all") {
  const Array<double> x({1, 2}, {51, 255});
  CHECK(scaled(Scale::named("type"), x) == std::vector<double>{51, 255});
  CHECK(scaled(Scale::named("type"), x, true) == std::vector<double>{0.2, 1});
  CHECK(scaled(Scale::named("none"), x, true) == std::vector<double>{51, 255});
  CHECK(scaled(Scale::named("255"), x) == std::vector<double>{0.2, 1});
  CHECK(scaled(Scale::named("255"), x, true) == std::vector<double>{0.2, 1});
  CHECK(message<Error>([] { return Scale::named("254"); }) ==
        "scale '254'; expected type, none, 255, minmax or standard; did you mean 255?");
}

TEST_CASE("scale: columns by themselves, images as a whole, constants become 0") {
  const Array<double> table({3, 3}, {1, 10, 7, 2, 20, 7, 3, 60, 7});
  const Scale minmax = Scale::named("minmax").fit(table);
  CHECK(scaled(minmax, table) == std::vector<double>{0, 0, 0, 0.5, 0.2, 0, 1, 1, 0});
  const Scale standard = Scale::named("standard").fit(table);
  const std::vector<double> z = scaled(standard, table);
  // Mean 2, deviation sqrt(2/3); mean 30, deviation sqrt(1400/3).
  const std::vector<double> expected{-1.224744871, -0.925820100, 0, 0, -0.462910050, 0,
                                     1.224744871,  1.388730150,  0};
  for (std::size_t i = 0; i < 9; ++i)
    CHECK(z[i] == doctest::Approx(expected[i]).epsilon(1e-8));
  const Array<double> images({1, 1, 3, 1}, {2, 4, 6});
  CHECK(Scale::named("minmax").fit(images).shift.size() == 1);
  CHECK(scaled(Scale::named("minmax").fit(images), images) == std::vector<double>{0, 0.5, 1});
}

TEST_CASE("scale: what lies beyond the training samples is clipped, and said") {
  const Scale minmax = Scale::named("minmax").fit(Array<double>({2, 1}, {0, 10}));
  std::vector<std::string> notes;
  const Array<double> y = minmax.apply(Array<double>({3, 1}, {-5, 5, 11}), false, notes);
  CHECK(std::vector<double>(y.begin(), y.end()) == std::vector<double>{0, 0.5, 1});
  CHECK(notes ==
        std::vector<std::string>{"2 of 3 values lie beyond the training samples' range: clipped"});
  CHECK(message<Error>([&] {
          return scaled(minmax, Array<double>({1, 1}, {1})), 0;
        }) == "no error");
  const Scale two = Scale::named("standard").fit(Array<double>({2, 2}, {0, 1, 2, 3}));
  CHECK(message<Error>([&] {
          return scaled(two, Array<double>({1, 3}, {1, 2, 3})), 0;
        }).find("numbers for 2 columns, the samples have 3") != std::string::npos);
  CHECK(message<Error>([&] {
          return scaled(Scale::named("standard"), Array<double>({1, 1}, {1})), 0;
        }).find("numbers for 0 columns") != std::string::npos);
}

TEST_CASE("scale: a model keeps it, with the reading and the range") {
  cae::Configuration c{cae::Specification::parse("2-1:tanh"), {2}, cae::Decoder::tied, ""};
  c.loss = cae::Loss::squared_error;
  c.reading.scale = Scale::named("standard").fit(Array<double>({2, 2}, {0, 1, 0.1, 4}));
  c.reading.layout = "nchw";
  c.reading.table = {"2-3", "last", false};
  c.range = cae::InputRange{-1, 1};
  const cae::Configuration again = cae::Configuration::from(c.metadata());
  CHECK(again.reading.scale.name == "standard");
  CHECK(again.reading.scale.shift == c.reading.scale.shift);
  CHECK(again.reading.scale.divisor == c.reading.scale.divisor);
  CHECK(again.reading.layout == "nchw");
  CHECK(again.reading.table.columns == "2-3");
  CHECK(again.reading.table.label_column == "last");
  CHECK(again.reading.table.header == std::optional<bool>(false));
  CHECK(again.range->low == -1);
  // The first edition's files say nothing of all this.
  auto old = c.metadata();
  for (const char* key : {"scale", "scale-shift", "scale-divisor", "layout", "columns",
                          "label-column", "header", "range"})
    old.erase(key);
  CHECK(cae::Configuration::from(old).reading.scale.name == "type");
  auto bad = c.metadata();
  bad["scale-divisor"] = "1 0";
  CHECK(message<Error>([&] { return cae::Configuration::from(bad); }).find("no divisor 0") !=
        std::string::npos);

  std::vector<std::string> notes;
  cae::require_inputs(again, Array<float>({1, 2}, {-1, 1}), "f", notes);
  CHECK(notes.empty());
  cae::require_inputs(again, Array<float>({1, 2}, {0, 255}), "f", notes);
  cae::require_inputs(again, Array<float>({1, 2}, {0, 0.003F}), "f", notes);
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].find("values from 0 to 255, where the model was trained on -1 to 1") == 0);
}

} // namespace contractive::tests
