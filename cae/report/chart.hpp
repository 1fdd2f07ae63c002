#pragma once

#include <string>
#include <vector>

namespace contractive::cae {

/// How a series is drawn.
enum class Style {
  line,
  marked_line, ///< with a dot at each point
  points,
  ring, ///< around each point: to mark some of another series
  bars, ///< from the lower end of the chart up
  arrows
};

/// One curve, or one set of points, bars or arrows, of a chart.
struct Series {
  std::string name;                 ///< in the legend; empty: not there
  std::vector<double> x;            ///< abscissae
  std::vector<double> y;            ///< ordinates, as many
  Style style = Style::marked_line; ///< how it is drawn
  std::vector<double> dx{};         ///< of arrows, as many
  std::vector<double> dy{};         ///< of arrows, as many
};

/// A chart with labelled axes.
struct Chart {
  std::string title;  ///< above it
  std::string x;      ///< the label of the axis of x
  std::string y;      ///< and of y
  bool log_x = false; ///< points that are not positive are left out there, as those that are
                      ///< not finite; without any, the frame is empty
  bool log_y = false; ///< the same
  std::vector<Series> series; ///< drawn in this order
  bool square = false;        ///< the same length for a unit of x and of y
};

/// Throws Error where the program gnuplot, which draws them, cannot be started: asked before the
/// work is done.
void require_gnuplot();

/// It as SVG that stands alone, readable in light and in dark. Throws Error where gnuplot is
/// missing or fails, and for a series whose columns differ in length.
[[nodiscard]] std::string svg(const Chart& chart);
/// Several, one below the other.
[[nodiscard]] std::string svg(const std::vector<Chart>& charts);

/// It as an <svg> to put into a page of HTML, which has chart_css() once.
[[nodiscard]] std::string inline_svg(const Chart& chart);
[[nodiscard]] const char* chart_css();

/// For HTML and SVG: with entities for &, <, > and quotes, and blanks for control characters.
[[nodiscard]] std::string escaped(const std::string& text);

} // namespace contractive::cae
