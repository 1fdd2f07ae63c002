#pragma once

#include <string>
#include <vector>

namespace contractive::cae {

/// One curve, or one set of boxes, points or arrows, of a chart.
struct Series {
  std::string name;                              ///< in the key
  std::vector<double> x;                         ///< abscissae
  std::vector<double> y;                         ///< ordinates, as many
  std::string style = "linespoints pt 7 ps 0.5"; ///< gnuplot's: lines, points, boxes, vectors, ...
  std::vector<double> dx{};                      ///< of arrows, as many
  std::vector<double> dy{};                      ///< of arrows, as many
};

/// A chart with labelled axes.
struct Chart {
  std::string title;          ///< above it
  std::string x;              ///< the label of the axis of x
  std::string y;              ///< and of y
  bool log_x = false;         ///< points that are not positive are left out there; a chart without
                              ///< points is an empty frame
  bool log_y = false;         ///< the same
  std::vector<Series> series; ///< drawn in this order
  bool square = false;        ///< the same length for a unit of x and of y
};

/// Throws Error where the program gnuplot cannot be started: asked before the work is done.
void require_gnuplot();

/// Draws it, as SVG, with the program gnuplot. Throws Error where gnuplot is missing or fails, and
/// for a series whose columns differ in length.
[[nodiscard]] std::string svg(const Chart& chart);

} // namespace contractive::cae
