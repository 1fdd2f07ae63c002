#include <contractive/cae/report/axis.hpp>
#include <contractive/cae/report/chart.hpp>

#include "support/message.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <regex>

namespace contractive::tests {
namespace {

using namespace cae;

std::size_t occurrences(const std::string& in, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = in.find(what); at != std::string::npos; at = in.find(what, at + 1))
    ++count;
  return count;
}

// The number after the first match of a pattern, which has it in parentheses.
double number_after(const std::string& text, const std::string& pattern) {
  std::smatch match;
  REQUIRE(std::regex_search(text, match, std::regex(pattern)));
  return std::stod(match[1]);
}

// All of them.
std::vector<double> all_numbers(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<double> result;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
    result.push_back(std::stod((*at)[1]));
  return result;
}

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> result;
  for (const Axis::Tick& tick : axis.ticks())
    result.push_back(tick.label);
  return result;
}

} // namespace

TEST_CASE("axis: round ticks, and values where they belong") {
  using Labels = std::vector<std::string>;
  using Kind = Axis::Kind;
  Axis axis(Kind::linear, 1, 40);
  CHECK(labels(axis) == Labels{"0", "10", "20", "30", "40"});
  axis.place(100, 0); // upwards
  CHECK(axis(0) == doctest::Approx(100));
  CHECK(axis(10) == doctest::Approx(75));
  Axis apart(Axis::Kind::linear, 70, 100); // from 0
  apart.place(0, 300);
  CHECK(apart(70) == doctest::Approx(0));
  CHECK(apart(80) == doctest::Approx(100));
  CHECK(labels({Kind::linear, -0.3, 0.31}) == Labels{"−0.4", "−0.2", "0.0", "0.2", "0.4"});
  CHECK(labels({Kind::linear, 0, 2e7}) == Labels{"0", "5e+06", "1e+07", "1.5e+07", "2e+07"});
  for (const double only : {0.0, 3.0, -3.0, 1e-9, 1e12}) { // a single value has room on both sides
    const Axis one(Kind::linear, only, only);
    CHECK(one.low() < only);
    CHECK(one.high() > only);
    CHECK(one.ticks().size() <= 12);
  }
  CHECK(labels({Kind::logarithmic, 0.1, 64}) == Labels{"0.1", "1", "10", "100"});
  CHECK(labels({Kind::logarithmic, 2, 7}) == Labels{"2", "5", "10"});
  CHECK(labels({Kind::logarithmic, 1, 1}) == Labels{"1", "2"});
  CHECK(labels({Kind::logarithmic, 0.04, 0.9}) == Labels{"0.02", "0.05", "0.1", "0.2", "0.5", "1"});
  CHECK(labels({Kind::logarithmic, 2e-5, 4e-5}) == Labels{"2·10⁻⁵", "5·10⁻⁵"});
  CHECK(labels({Kind::logarithmic, 1e-9, 3}) == Labels{"10⁻⁹", "10⁻⁷", "10⁻⁵", "0.001", "0.1"});
  Axis decades(Kind::logarithmic, 0.01, 100);
  decades.place(0, 400);
  CHECK(decades(1) == doctest::Approx(200));
  CHECK(decades(10) == doctest::Approx(300));
}

TEST_CASE("charts: every point that has a place on the axes") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const auto points = [&](bool log_x, bool log_y) {
    const Series series{"", {-1, 0, 1, 2, 3}, {1, 2, 0, 3, none}, Style::points};
    return occurrences(svg({"t", "x", "y", log_x, log_y, {series}}), "h0");
  };
  CHECK(points(false, false) == 4);
  CHECK(points(true, false) == 2);
  CHECK(points(false, true) == 3);
  CHECK(points(true, true) == 1);
  for (const Style style : {Style::line, Style::marked_line, Style::points, Style::ring,
                            Style::bars, Style::arrows}) { // without a point, an empty frame
    const std::string empty = svg({"t", "x", "y", true, true, {{"", {}, {}, style}}});
    CHECK(occurrences(empty, "nan") == 0);
    CHECK(occurrences(empty, "inf") == 0);
    CHECK(occurrences(empty, "class=\"frame\"") == 1);
  }
  CHECK(message<Error>([] {
          return svg({"t", "x", "y", false, false, {{"s", {1, 2}, {1}}}});
        }) == "chart: series 's' has 2 x and 1 y; expected as many of each");
  CHECK(message<Error>([] {
          return svg({"t", "x", "y", false, false, {{"s", {1}, {1}, Style::arrows, {1}, {}}}});
        }) == "chart: series 's' has 1 arrows, 1 dx and 0 dy; expected as many of each");
}

TEST_CASE("charts: marks lie where their values are") {
  const auto x_of = [](const std::string& chart) { return all_numbers(chart, "cx=\"([0-9.]+)\""); };
  const auto y_of = [](const std::string& chart) { return all_numbers(chart, "cy=\"([0-9.]+)\""); };
  const std::string rings =
      svg({"", "x", "", false, false, {{"", {0, 5, 10}, {0, 5, 10}, Style::ring}}});
  const auto x = x_of(rings), y = y_of(rings);
  REQUIRE(x.size() == 3);
  CHECK(x[2] == doctest::Approx(386)); // 14 from the right
  CHECK(std::abs(x[1] - (x[0] + x[2]) / 2) <= 0.1);
  CHECK(y[0] > y[1]); // upwards
  CHECK(std::abs(y[1] - (y[0] + y[2]) / 2) <= 0.1);
  // A bar of twice the height.
  const std::string bars =
      svg({"", "", "", false, false, {{"", {0, 1, 2}, {0, 1, 2}, Style::bars}}});
  const auto heights = all_numbers(bars, "class=\"bar\"[^>]*height=\"([0-9.]+)\"");
  REQUIRE(heights.size() == 3);
  CHECK(heights[0] == 0);
  CHECK(std::abs(heights[2] - 2 * heights[1]) <= 0.2);
  // Equal units: twice as wide as high for such a range.
  const std::string square =
      svg({"", "", "", false, false, {{"", {0, 2}, {0, 1}, Style::ring}}, true});
  const auto across = x_of(square), up = y_of(square);
  CHECK(std::abs((across[1] - across[0]) - 2 * (up[0] - up[1])) <= 0.4);
}

TEST_CASE("charts: their text is readable on a telephone, and all of it is there") {
  const std::string hostile = "a < b & \"c\"\n";
  const Chart chart{hostile, hostile, "y", false, false, {{hostile, {1, 2}, {1, 2}}}};
  const std::string alone = svg(chart), within = inline_svg(chart);
  // A page of 400 pixels has margins of 16.
  const double size = number_after(chart_css(), "text\\{font:([0-9.]+)px");
  const double width = number_after(within, "viewBox=\"0 0 ([0-9.]+) ");
  CHECK(size * (400 - 2 * 16) / width >= 11);
  CHECK(occurrences(chart_css(), "font") == 2); // no other size: the second one is a weight
  CHECK(occurrences(within, "font-size") == 0);
  CHECK(occurrences(within, "<style") == 0);
  CHECK(occurrences(alone, "prefers-color-scheme:dark") == 1);
  CHECK(occurrences(alone, "xmlns=\"http://www.w3.org/2000/svg\"") == 1);
  for (const std::string& each : {alone, within}) {
    CHECK(occurrences(each, ">a &lt; b &amp; &quot;c&quot; </text>") == 3);
    CHECK(occurrences(each,
                      "role=\"img\" aria-label=\"a &lt; b &amp; &quot;c&quot; : y against ") == 1);
    CHECK(occurrences(each, "a < b") == 0);
  }
  CHECK(escaped("<&>\"'\x01z") == "&lt;&amp;&gt;&quot;&#39; z");
  const std::string two = svg(std::vector<Chart>{chart, chart});
  CHECK(occurrences(two, "class=\"frame\"") == 2);
  CHECK(occurrences(two, "<style>") == 1);
}

} // namespace contractive::tests
