#include <contractive/cae/report/marks.hpp>

#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::cae {
namespace {

constexpr std::size_t most_marked = 20, many = 100;

std::string curve(const Series& s, const Axis& x, const Axis& y) {
  std::string d;
  for (std::size_t i = 0; i < s.x.size(); ++i)
    d += (i == 0 ? "M" : "L") + at(x(s.x[i])) + " " + at(y(s.y[i]));
  return d.empty() ? "" : "<path class=\"line\" d=\"" + d + "\"/>\n";
}

// Each a line of no length with round ends.
std::string dots(const Series& s, const Axis& x, const Axis& y) {
  std::string d;
  for (std::size_t i = 0; i < s.x.size(); ++i)
    d += "M" + at(x(s.x[i])) + " " + at(y(s.y[i])) + "h0";
  return d.empty() ? ""
                   : "<path class=\"" + std::string(s.x.size() > many ? "dots many" : "dots") +
                         "\" d=\"" + d + "\"/>\n";
}

std::string rings(const Series& s, const Axis& x, const Axis& y) {
  std::string result;
  for (std::size_t i = 0; i < s.x.size(); ++i)
    result += "<circle class=\"ring\" cx=\"" + at(x(s.x[i])) + "\" cy=\"" + at(y(s.y[i])) +
              "\" r=\"6\"/>\n";
  return result;
}

// As wide as the least distance between two, but for a gap.
std::string bars(const Series& s, const Axis& x, const Axis& y) {
  double width = 20;
  for (std::size_t i = 1; i < s.x.size(); ++i)
    width = std::min(width, std::abs(x(s.x[i]) - x(s.x[i - 1])));
  width = std::max(width - 1, 1.0);
  std::string result;
  for (std::size_t i = 0; i < s.x.size(); ++i)
    result += "<rect class=\"bar\" x=\"" + at(x(s.x[i]) - width / 2) + "\" y=\"" + at(y(s.y[i])) +
              "\" width=\"" + at(width) + "\" height=\"" + at(y(y.low()) - y(s.y[i])) + "\"/>\n";
  return result;
}

std::string arrows(const Series& s, const Axis& x, const Axis& y) {
  std::string d;
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    const double fromx = x(s.x[i]), fromy = y(s.y[i]);
    const double tox = x(s.x[i] + s.dx[i]), toy = y(s.y[i] + s.dy[i]);
    const double length = std::hypot(tox - fromx, toy - fromy);
    if (length < 0.1)
      continue;
    d += "M" + at(fromx) + " " + at(fromy) + "L" + at(tox) + " " + at(toy);
    const double head = std::min(5.0, length / 2) / length;
    const double ux = (fromx - tox) * head, uy = (fromy - toy) * head;
    d += "M" + at(tox + ux + uy / 2) + " " + at(toy + uy - ux / 2) + "L" + at(tox) + " " + at(toy) +
         "L" + at(tox + ux - uy / 2) + " " + at(toy + uy + ux / 2);
  }
  return d.empty() ? "" : "<path class=\"arrow\" d=\"" + d + "\"/>\n";
}

} // namespace

std::string at(double value) { return nn::fixed(value, 1); }

std::string marks(const Series& s, const Axis& x, const Axis& y) {
  switch (s.style) {
  case Style::line:
    return curve(s, x, y);
  case Style::marked_line:
    return curve(s, x, y) + (s.x.size() <= most_marked ? dots(s, x, y) : "");
  case Style::points:
    return dots(s, x, y);
  case Style::ring:
    return rings(s, x, y);
  case Style::bars:
    return bars(s, x, y);
  case Style::arrows:
    return arrows(s, x, y);
  }
  return "";
}

} // namespace contractive::cae
