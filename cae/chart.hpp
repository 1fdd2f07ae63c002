#pragma once

#include <string>
#include <vector>

namespace contractive::cae {

/// One curve, or one set of boxes or points, of a chart.
struct Series {
  std::string name;
  std::vector<double> x, y;
  std::string style = "linespoints"; ///< gnuplot's: lines, points, boxes, impulses, ...
};

/// A chart with labelled axes.
struct Chart {
  std::string title, x, y;
  bool log_x = false, log_y = false; ///< points that are not positive are left out there
  std::vector<Series> series;
};

/// Draws it, as SVG, with the program gnuplot. Throws Error where gnuplot is missing or fails, and
/// for a series whose x and y differ in length.
std::string svg(const Chart& chart);

} // namespace contractive::cae
