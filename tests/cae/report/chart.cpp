#include <contractive/cae/report/chart.hpp>

#include <contractive/autodiff/array/error.hpp>

#include "support/message.hpp"
#include "support/occurrences.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <regex>

namespace contractive::tests {
namespace {

using namespace cae;

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

} // namespace

TEST_CASE("charts: every point that has a place on the axes") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const auto points = [&](bool log_x, bool log_y) {
    const Series series{"", {-1, 0, 1, 2, 3}, {1, 2, 0, 3, none}, Style::points};
    return occurrences(svg({"t", "x", "y", log_x, log_y, {series}}), "<circle class=\"dot\"");
  };
  CHECK(points(false, false) == 4);
  CHECK(points(true, false) == 2);
  CHECK(points(false, true) == 3);
  CHECK(points(true, true) == 1);
  const Series nowhere{"", {-1, 0, 1}, {1, 1, none}, Style::points}; // as without a point
  CHECK(occurrences(svg({"t", "x", "y", true, false, {nowhere}}), "<circle") == 0);
  for (const Style style : {Style::line, Style::marked_line, Style::points, Style::ring,
                            Style::bars, Style::arrows}) { // without a point, an empty frame
    const std::string empty = svg({"t", "x", "y", true, true, {{"", {}, {}, style}}});
    CHECK(occurrences(empty, "nan") == 0);
    CHECK(occurrences(empty, "inf") == 0);
    CHECK(occurrences(empty, "class=\"frame\"") >= 1);
    CHECK(occurrences(empty, "<circle") == 0);
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
  CHECK(x[2] > 360); // the plot takes what room there is
  CHECK(x[2] < 400);
  CHECK(std::abs(x[1] - (x[0] + x[2]) / 2) <= 0.1);
  CHECK(y[0] > y[1]); // upwards
  CHECK(std::abs(y[1] - (y[0] + y[2]) / 2) <= 0.1);
  // A bar of twice the height.
  const std::string bars =
      svg({"", "", "", false, false, {{"", {0, 1, 2}, {0, 1, 2}, Style::bars}}});
  const std::string corner = "[0-9.]+,([0-9.]+) ", other = "[0-9.]+,[0-9.]+ ";
  const std::string bar = "class=\"bar\"[^>]* points = '";
  const auto low = all_numbers(bars, bar + corner),
             high = all_numbers(bars, bar + other + other + corner);
  REQUIRE(low.size() == 2); // that of 0 has no height
  REQUIRE(high.size() == 2);
  CHECK(std::abs((low[1] - high[1]) - 2 * (low[0] - high[0])) <= 0.2);
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
    CHECK(occurrences(each, ">a &lt; b &amp; \"c\" </text>") == 3);
    CHECK(occurrences(each,
                      "role=\"img\" aria-label=\"a &lt; b &amp; &quot;c&quot; : y against ") == 1);
    CHECK(occurrences(each, "a < b") == 0);
  }
  CHECK(escaped("<&>\"'\x01z") == "&lt;&amp;&gt;&quot;&#39; z");
  const std::string two = svg(std::vector<Chart>{chart, chart});
  CHECK(occurrences(two, "class=\"title\"") == 2);
  CHECK(occurrences(two, "xmlns") == 1);
  CHECK(occurrences(two, "<style>") == 1);
}

TEST_CASE("charts: colours are classes, lines differ by dashes, and nothing is named twice") {
  const std::vector<double> x{1, 2, 3};
  Chart chart{"color=\"red\" <g id='x'> `id`", "", "", false, false, {}};
  for (const Style style :
       {Style::line, Style::marked_line, Style::points, Style::ring, Style::bars, Style::arrows})
    chart.series.push_back({"it's", x, x, style, x, x});
  const std::string all = inline_svg(chart);
  for (const char* part : {"rgb(", "black", "gnuplot", " id=\"", "xlink", "<use", "<title", "/tmp"})
    CHECK(occurrences(all, part) == 0);
  for (const char* series : {"s1", "s2", "s3", "s4"})
    CHECK(occurrences(all, detail::text("<g class=\"", series, "\">")) == 1);
  CHECK(occurrences(all, "<g class=\"s0\">") == 2); // the first and the sixth
  CHECK(occurrences(all, "<text>it's</text>") == 6);
  CHECK(occurrences(all, "<text>color=\"red\" &lt;g id='x'> `id`</text>") == 1);
  CHECK(occurrences(all, "class=\"dot\"") == 8);  // twice three, and two in the legend
  CHECK(occurrences(all, "class=\"ring\"") == 4); // three, and one in the legend
  CHECK(occurrences(all, "class=\"bar\"") == 3);  // two, since one has no height, and in the legend
  CHECK(all == inline_svg(chart));
  for (Series& series : chart.series)
    series.style = Style::line;
  CHECK(all_numbers(inline_svg(chart), "stroke-dasharray=' *([0-9.]+)").size() == 4);
}

} // namespace contractive::tests
