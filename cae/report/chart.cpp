#include <contractive/cae/report/chart.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/cae/report/marks.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace contractive::cae {
namespace {

// Of the drawing, in units that are pixels where it is 400 wide; a telephone shows it at 370. The
// text's size stands in chart_css().
constexpr double page_width = 400, line_height = 18, letter = 6.6, digit = 7.4, right = 14;
constexpr std::size_t colours = 5;

// Colours differ from the paper by a contrast of 4.5 at least, and lines also by their dashes. No
// variables: programs that draw SVG without being browsers know classes only.
constexpr const char* css = R"(.chart text{font:13px sans-serif;fill:#222}
.chart .title{font-weight:600}
.chart .paper{fill:#fff}
.chart .grid{stroke:#ddd}
.chart .frame{stroke:#767676}
.chart .line,.chart .ring,.chart .arrow{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.chart .arrow{stroke-width:1.2}
.chart .dots{fill:none;stroke:currentColor;stroke-width:5;stroke-linecap:round}
.chart .many{stroke-width:3.2}
.chart .bar{fill:currentColor}
.chart .s0{color:#1f5fa8}.chart .s1{color:#b8440f}.chart .s2{color:#2b7a36}.chart .s3{color:#7a4fa0}.chart .s4{color:#555}
.chart .s1 .line{stroke-dasharray:7 3}.chart .s2 .line{stroke-dasharray:2 3}.chart .s3 .line{stroke-dasharray:9 3 2 3}.chart .s4 .line{stroke-dasharray:4 2}
@media(prefers-color-scheme:dark){
.chart text{fill:#e8e8e8}
.chart .paper{fill:#1a1c20}
.chart .grid{stroke:#3a3d44}
.chart .frame{stroke:#8c9099}
.chart .s0{color:#7db7f5}.chart .s1{color:#ff9f70}.chart .s2{color:#7fd08a}.chart .s3{color:#c9a5f0}.chart .s4{color:#bbb}
}
)";

std::string text(double x, double y, const std::string& what, const std::string& attributes = "") {
  return what.empty() ? ""
                      : "<text x=\"" + at(x) + "\" y=\"" + at(y) + "\"" + attributes + ">" +
                            escaped(what) + "</text>\n";
}

std::string line(const char* kind, double x1, double y1, double x2, double y2) {
  return "<path class=\"" + std::string(kind) + "\" d=\"M" + at(x1) + " " + at(y1) + "L" + at(x2) +
         " " + at(y2) + "\"/>\n";
}

// How wide it is, nearly; the bytes after the first of a letter do not count.
double width_of(const std::string& words, double each = letter) {
  return each * static_cast<double>(std::count_if(words.begin(), words.end(), [](char c) {
           return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
         }));
}

// A series without the points that have no place, and the ends of its arrows.
Series placed(const Series& series, const Chart& chart) {
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
  Series result{series.name, {}, {}, series.style};
  for (std::size_t i = 0; i < series.x.size(); ++i)
    if (fits(series.x[i], chart.log_x) && fits(series.y[i], chart.log_y)) {
      result.x.push_back(series.x[i]);
      result.y.push_back(series.y[i]);
      if (arrows) {
        result.dx.push_back(series.dx[i]);
        result.dy.push_back(series.dy[i]);
      }
    }
  return result;
}

Axis axis_of(const std::vector<Series>& all, bool logarithmic, std::vector<double> Series::*values,
             std::vector<double> Series::*lengths) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Series& series : all)
    for (std::size_t i = 0; i < (series.*values).size(); ++i) {
      const double value = (series.*values)[i];
      const double end = value + ((series.*lengths).empty() ? 0 : (series.*lengths)[i]);
      low = std::min({low, value, end});
      high = std::max({high, value, end});
    }
  if (low > high)
    low = high = 1; // an empty frame
  return {logarithmic ? Axis::Kind::logarithmic : Axis::Kind::linear, low, high};
}

std::string group(std::size_t number) {
  return "<g class=\"s" + std::to_string(number % colours) + "\">";
}

struct Drawing {
  std::string body;
  double height;
};

// Names with a sample of each, in as many lines as they need; `top` becomes the end of them.
std::string legend(const std::vector<Series>& all, double& top) {
  constexpr double sample = 26, gap = 6, between = 14;
  Axis pixels(Axis::Kind::linear, 0, 1000);
  pixels.place(0, 1000);
  std::string result;
  double x = gap;
  bool any = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name.empty())
      continue;
    const double width = sample + gap + width_of(all[i].name);
    if (any && x + width > page_width - right) {
      x = gap;
      top += line_height;
    }
    Series one{"", {x + sample / 2}, {top + 9}, all[i].style, {}, {}};
    if (all[i].style == Style::line || all[i].style == Style::marked_line)
      one = {"", {x, x + sample}, {top + 9, top + 9}, Style::line};
    else if (all[i].style == Style::arrows)
      one = {"", {x}, {top + 9}, Style::arrows, {sample}, {0}};
    result +=
        group(i) +
        (one.style == Style::bars ? "<rect class=\"bar\" x=\"" + at(x + sample - 12) + "\" y=\"" +
                                        at(top + 3) + "\" width=\"12\" height=\"12\"/>\n"
                                  : marks(one, pixels, pixels)) +
        "</g>" + text(x + sample + gap, top + 13.5, all[i].name);
    x += width + between;
    any = true;
  }
  top += any ? line_height + 4 : 0;
  return result;
}

Drawing drawing(const Chart& chart) {
  std::vector<Series> all;
  for (const Series& series : chart.series)
    all.push_back(placed(series, chart));
  Axis x = axis_of(all, chart.log_x, &Series::x, &Series::dx);
  Axis y = axis_of(all, chart.log_y, &Series::y, &Series::dy);
  double left = 0;
  for (const Axis::Tick& tick : y.ticks())
    left = std::max(left, 12 + width_of(tick.label, digit));
  double top = 22;
  std::string body = text(6, top - 4, chart.title, " class=\"title\"");
  body += legend(all, top);
  body += text(6, top + 13, chart.y);
  top += chart.y.empty() ? 8 : 24;
  double width = page_width - left - right, height = 190;
  if (chart.square) {
    height = width * (y.high() - y.low()) / (x.high() - x.low());
    width *= std::min(1.0, page_width / height);
    height = std::min(height, page_width);
  }
  const double bottom = top + height;
  x.place(left, left + width);
  y.place(bottom, top);
  for (const Axis::Tick& tick : y.ticks())
    body += line("grid", left, y(tick.value), left + width, y(tick.value)) +
            text(left - 6, y(tick.value) + 4.5, tick.label, " text-anchor=\"end\"");
  for (const Axis::Tick& tick : x.ticks())
    body += line("grid", x(tick.value), top, x(tick.value), bottom) +
            text(x(tick.value), bottom + 17, tick.label, " text-anchor=\"middle\"");
  for (std::size_t i = 0; i < all.size(); ++i)
    body += group(i) + marks(all[i], x, y) + "</g>\n";
  body += line("frame", left, bottom, left + width, bottom) +
          text(left + width / 2, bottom + 36, chart.x, " text-anchor=\"middle\"");
  return {body, bottom + (chart.x.empty() ? 26 : 46)};
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

std::string whole(const std::string& body, double height, const std::string& description,
                  const std::string& attributes, const std::string& style) {
  return "<svg class=\"chart\" viewBox=\"0 0 400 " + at(height) + "\" role=\"img\" aria-label=\"" +
         escaped(description) + "\"" + attributes + ">" + style +
         "<rect class=\"paper\" width=\"400\" height=\"" + at(height) + "\"/>\n" + body +
         "</svg>\n";
}

} // namespace

std::string svg(const std::vector<Chart>& charts) {
  std::string body, description;
  double height = 0;
  for (const Chart& chart : charts) {
    const Drawing one = drawing(chart);
    body += "<g transform=\"translate(0 " + at(height) + ")\">\n" + one.body + "</g>\n";
    height += one.height;
    description += (description.empty() ? "" : ". ") + described(chart);
  }
  constexpr double enlarged = 1.25; // where nothing says how large it is to be
  return whole(body, height, description,
               " xmlns=\"http://www.w3.org/2000/svg\" width=\"" + at(enlarged * page_width) +
                   "\" height=\"" + at(enlarged * height) + "\"",
               "<style>\n" + std::string(css) + "</style>\n");
}

std::string svg(const Chart& chart) { return svg(std::vector<Chart>{chart}); }

std::string inline_svg(const Chart& chart) {
  const Drawing one = drawing(chart);
  return whole(one.body, one.height, described(chart), "", "\n");
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
