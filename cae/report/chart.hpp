#pragma once

#include <string>
#include <vector>

namespace contractive::cae {

/// One curve, or one set of boxes, points or arrows, of a chart.
struct Series {
  std::string name;
  std::vector<double> x, y;
  std::string style = "linespoints pt 7 ps 0.5"; ///< gnuplot's: lines, points, boxes, vectors, ...
  std::vector<double> dx{}, dy{};                ///< of arrows
};

/// A chart with labelled axes.
struct Chart {
  std::string title, x, y;
  bool log_x = false, log_y = false; ///< points that are not positive are left out there; a
                                     ///< chart without points is an empty frame
  std::vector<Series> series;
  bool square = false; ///< the same length for a unit of x and of y
};

/// Throws Error where the program gnuplot cannot be started: asked before the work is done.
void require_gnuplot();

/// Draws it, as SVG, with the program gnuplot. Throws Error where gnuplot is missing or fails, and
/// for a series whose columns differ in length.
[[nodiscard]] std::string svg(const Chart& chart);

} // namespace contractive::cae
