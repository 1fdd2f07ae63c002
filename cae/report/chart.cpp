#include <contractive/cae/report/chart.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/cae/report/gnuplot.hpp>

#include <algorithm>
#include <cmath>
#include <regex>
#include <sstream>

namespace contractive::cae {
namespace {

// Of the drawing, in units that are pixels where it is 400 wide; a telephone shows it at 370.
constexpr int page_width = 400, line_height = 18;
constexpr std::size_t colours = 5, most_marked = 20, many = 100;

// Colours differ from the paper by a contrast of 4.5 at least; lines differ by their dashes too. No
// variables: programs that draw SVG without being browsers know classes only.
constexpr const char* css = R"(.chart text{font:13px sans-serif;fill:#222}
.chart .title text{font-weight:600}
.chart .paper{fill:#fff}
.chart .gridline{stroke:#ddd}
.chart .frame{stroke:#767676}
.chart .s0{color:#1f5fa8}.chart .s1{color:#b8440f}.chart .s2{color:#2b7a36}.chart .s3{color:#7a4fa0}.chart .s4{color:#555}
@media(prefers-color-scheme:dark){
.chart text{fill:#e8e8e8}
.chart .paper{fill:#1a1c20}
.chart .gridline{stroke:#3a3d44}
.chart .frame{stroke:#8c9099}
.chart .s0{color:#7db7f5}.chart .s1{color:#ff9f70}.chart .s2{color:#7fd08a}.chart .s3{color:#c9a5f0}.chart .s4{color:#bbb}
}
)";

// In gnuplot's single quotes, in which only the quote itself is special.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text)
    result += c == '\''                                         ? "''"
              : static_cast<unsigned char>(c) < ' ' || c == 127 ? " "
                                                                : std::string(1, c);
  return result + "'";
}

// The points that have a place on the axes, a line for each; without any, one that has none, which
// gnuplot takes for a series all the same.
std::string data(const Series& series, const Chart& chart) {
  if (series.x.size() != series.y.size())
    throw Error("chart: series '", series.name, "' has ", series.x.size(), " x and ",
                series.y.size(), " y; expected as many of each");
  const bool arrows = series.style == Style::arrows;
  if (arrows && (series.dx.size() != series.x.size() || series.dy.size() != series.x.size()))
    throw Error("chart: series '", series.name, "' has ", series.x.size(), " arrows, ",
                series.dx.size(), " dx and ", series.dy.size(), " dy; expected as many of each");
  const auto fits = [](double value, bool logarithmic) {
    return std::isfinite(value) && (!logarithmic || value > 0);
  };
  auto s = detail::stream<std::ostringstream>();
  for (std::size_t i = 0; i < series.x.size(); ++i)
    if (fits(series.x[i], chart.log_x) && fits(series.y[i], chart.log_y)) {
      s << series.x[i] << " " << series.y[i];
      if (arrows)
        s << " " << series.dx[i] << " " << series.dy[i];
      s << "\n";
    }
  return s.str();
}

// What follows gnuplot's `with`, of the series of that number.
std::string with(const Series& series, std::size_t number) {
  const std::string line = detail::text(" lw 2 dt ", number % colours + 1);
  switch (series.style) {
  case Style::marked_line:
    if (series.x.size() <= most_marked)
      return "linespoints pt 7 ps 0.5" + line;
    [[fallthrough]];
  case Style::line:
    return "lines" + line;
  case Style::points:
    return series.x.size() > many ? "points pt 7 ps 0.33" : "points pt 7 ps 0.5";
  case Style::ring:
    return "points pt 6 ps 1.2 lw 2";
  case Style::bars:
    return "boxes";
  case Style::arrows:
    return "vectors lw 1.2";
  }
  return "";
}

// Above the plot.
int head_of(const Chart& chart) { return chart.y.empty() ? 28 : 50; }

int height_of(const Chart& chart) {
  const auto named = std::count_if(chart.series.begin(), chart.series.end(),
                                   [](const Series& s) { return !s.name.empty(); });
  return head_of(chart) + (chart.square ? 390 : 235) + line_height * static_cast<int>(named);
}

std::string commands(const Chart& chart) {
  auto s = detail::stream<std::ostringstream>();
  const double height = height_of(chart);
  const auto label = [&](const std::string& text, double below, const char* font) {
    s << "set label " << quoted(text) << " at screen 0.015, screen " << 1 - below / height
      << " font '" << font << "'\n";
  };
  s << "set encoding utf8\nset minussign\nset terminal svg size " << page_width << "," << height
    << " dynamic noenhanced background '#ffffff' font 'text,13'\n";
  label(chart.title, 14, "title");
  label(chart.y, 33, "text");
  s << "set tmargin at screen " << 1 - head_of(chart) / height << "\nset xlabel " << quoted(chart.x)
    << " offset 0,0.7\nset grid lt 1 lw 1\nset border 3\n"
    << "set xtics nomirror scale 0.5 offset 0,0.3 format '%g'\n"
    << "set ytics nomirror scale 0.5 format '%g'\n"
    << "set key bmargin center horizontal Left reverse samplen 2 spacing 0.92 height 0.6\n"
    << "set style fill solid noborder\nset boxwidth 0.9 relative\n"
    << (chart.square ? "set size ratio -1\n" : "") << (chart.log_x ? "set logscale x\n" : "")
    << (chart.log_y ? "set logscale y\n" : "");
  std::string plots;
  bool any = false;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    const std::string points = data(series, chart);
    any |= !points.empty();
    s << "$data" << i << " << EOD\n" << (points.empty() ? "NaN NaN NaN NaN\n" : points) << "EOD\n";
    plots += detail::text(i == 0 ? "plot " : ", ", "$data", i, " with ", with(series, i),
                          " lt rgb 'blue' title ", quoted(series.name));
  }
  // Without a single point gnuplot finds no ranges: an empty frame says that there is nothing.
  s << (any ? "" : "set xrange [1:10]\nset yrange [1:10]\n")
    << (plots.empty() ? "plot NaN notitle" : plots) << "\n";
  return s.str();
}

// gnuplot's drawing with classes in place of colours, and without ids, which would not be unique in
// a page. Each pattern begins with a tag, so that none is found in somebody's text.
std::string with_classes(std::string drawn, std::size_t series) {
  static const std::string mark = "' transform='translate\\(([0-9.]+),([0-9.]+)\\) "
                                  "scale\\(([0-9.]+)\\)' color='[^']*'/>";
  static const std::pair<std::regex, const char*> replacements[] = {
      {std::regex("<g [^>]*>\\s*</g>\n"), ""},
      {std::regex("<g fill=\"none\" color=\"[^\"]*\" stroke=\"[^\"]*\""),
       "<g fill=\"none\" stroke=\"currentColor\""},
      {std::regex("(<g [^>]*) fill=\"black\" font-family=\"([^\"]*)\" font-size=\"[^\"]*\" "),
       "$1 class=\"$2\""}, // fonts are named so
      {std::regex("<path stroke='black'"), "<path class=\"frame\""},
      {std::regex("<path stroke='[^']*'"), "<path"},
      {std::regex("<polygon fill = '[^']*'"), "<polygon class=\"bar\" fill=\"currentColor\""},
      {std::regex("<use xlink:href='#gpPt6" + mark),
       "<circle class=\"dot\" fill=\"currentColor\" cx=\"$1\" cy=\"$2\" r=\"$3\"/>"},
      {std::regex("<use xlink:href='#gpPt5" + mark),
       "<circle class=\"ring\" cx=\"$1\" cy=\"$2\" r=\"$3\"/>"}};
  const std::string before = "</defs>\n";
  const std::size_t begin = drawn.find(before), end = drawn.rfind("</g>");
  if (begin == std::string::npos || end == std::string::npos)
    throw Error("chart: gnuplot drew nothing; expected SVG");
  drawn = drawn.substr(begin + before.size(), end - begin - before.size());
  for (const auto& [pattern, replacement] : replacements)
    drawn = std::regex_replace(drawn, pattern, replacement);
  for (std::size_t i = 0; i < std::max<std::size_t>(series, 1); ++i) {
    const std::string name = detail::text("gnuplot_plot_", i + 1),
                      group = "<g id=\"" + name + "\" ><title>" + name + "</title>";
    if (const std::size_t at = drawn.find(group); at != std::string::npos)
      drawn.replace(at, group.size(), detail::text("<g class=\"s", i % colours, "\">"));
  }
  return drawn;
}

std::string drawing(const Chart& chart) {
  return with_classes(gnuplot(commands(chart), "chart '" + chart.title + "'"), chart.series.size());
}

// What somebody hears who cannot see it.
std::string described(const Chart& chart) {
  std::string result = chart.title;
  if (!chart.x.empty())
    result += ": " + chart.y + " against " + chart.x;
  for (const Series& series : chart.series)
    result += series.name.empty() ? "" : "; " + series.name;
  return result;
}

std::string svg_element(const std::string& body, int height, const std::string& description,
                        const std::string& attributes, const std::string& style) {
  return detail::text("<svg class=\"chart\" viewBox=\"0 0 ", page_width, " ", height,
                      "\" role=\"img\" aria-label=\"", escaped(description), "\"", attributes, ">",
                      style, "<rect class=\"paper\" width=\"", page_width, "\" height=\"", height,
                      "\"/>\n", body, "</svg>\n");
}

} // namespace

std::string svg(const std::vector<Chart>& charts) {
  std::string body, description;
  int height = 0;
  for (const Chart& chart : charts) {
    body += detail::text("<g transform=\"translate(0 ", height, ")\">\n", drawing(chart), "</g>\n");
    height += height_of(chart);
    description += (description.empty() ? "" : ". ") + described(chart);
  }
  constexpr double enlarged = 1.25; // where nothing says how large it is to be
  return svg_element(body, height, description,
                     detail::text(" xmlns=\"http://www.w3.org/2000/svg\" width=\"",
                                  enlarged * page_width, "\" height=\"", enlarged * height, "\""),
                     "<style>\n.chart{max-width:100%;height:auto}\n" + std::string(css) +
                         "</style>\n");
}

std::string svg(const Chart& chart) { return svg(std::vector<Chart>{chart}); }

std::string inline_svg(const Chart& chart) {
  return svg_element(drawing(chart), height_of(chart), described(chart), "", "\n");
}

const char* chart_css() { return css; }

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += c == '&'                                          ? "&amp;"
              : c == '<'                                        ? "&lt;"
              : c == '>'                                        ? "&gt;"
              : c == '"'                                        ? "&quot;"
              : c == '\''                                       ? "&#39;"
              : static_cast<unsigned char>(c) < ' ' || c == 127 ? " "
                                                                : std::string(1, c);
  return result;
}

} // namespace contractive::cae
