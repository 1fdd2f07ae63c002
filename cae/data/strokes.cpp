#include <contractive/cae/data/strokes.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::cae {
namespace {

constexpr double pi = 3.141592653589793;
constexpr double darkness = 4; // of the pen: 1 - exp(-4) = 0.98 at its middle
// Half of the maximum lies at distance s sqrt(2 log(darkness / log 2)) = s 1.872.
constexpr double deviation_of_thickness = 1 / (2 * 1.8724);
constexpr double height_of_glyph = 0.7; // of the shorter side

struct Node {
  double x, y;
};
using Curve = std::vector<Node>;

// Nodes x, y of each digit's curves in a box of height 1 around 0, y downwards.
const std::vector<std::vector<std::vector<double>>>& skeletons() {
  static const std::vector<std::vector<std::vector<double>>> digits{
      {{.04, -.5, -.2, -.36, -.3, 0, -.2, .38, .02, .5, .24, .36, .3, 0, .2, -.38, 0, -.49}},
      {{-.18, -.28, .02, -.5, .02, -.17, 0, .16, -.01, .5}},
      {{-.26, -.28, -.12, -.47, .12, -.47, .22, -.24, .06, .06, -.14, .3, -.28, .47, -.02, .43, .3,
        .46}},
      {{-.24, -.38, -.02, -.5, .2, -.34, .12, -.1, -.06, -.03, .16, .06, .25, .28, .04, .5, -.26,
        .4}},
      {{-.12, -.48, -.2, -.2, -.27, .06, .02, .09, .3, .04}, {.16, -.3, .14, .1, .1, .5}},
      {{.26, -.47, .02, -.47, -.17, -.46, -.19, -.25, -.2,  -.06,
        .06, -.12, .25, .1,   .2,   .38,  -.04, .5,   -.28, .4}},
      {{.14, -.5, -.12, -.26, -.25, .08, -.2, .38, .03, .5, .23, .32, .14, .08, -.07, .1, -.22,
        .28}},
      {{-.28, -.42, 0, -.45, .27, -.44, .14, -.12, .02, .18, -.06, .5}},
      {{.2,  -.37, 0,  -.5,  -.2, -.36, -.12, -.12, .1,   .06, .23,
        .28, .02,  .5, -.21, .3,  -.1,  .06,  .12,  -.14, .21, -.34}},
      {{.2, -.32, .02, -.49, -.21, -.32, -.14, -.06, .09, -.07, .2, -.32, .19, 0, .14, .26, .06,
        .5}}};
  return digits;
}

// Cubic from p1 (u = 0) to p2 (u = 1), with slopes from the neighbours: Catmull, Rom 1974.
struct CatmullRom {
  double a, b, c, d;
  CatmullRom(double p0, double p1, double p2, double p3)
      : a(p1), b((p2 - p0) / 2), c(p0 - 2.5 * p1 + 2 * p2 - p3 / 2),
        d((p3 - p0) / 2 + 1.5 * (p1 - p2)) {}
  double value(double u) const { return a + u * (b + u * (c + u * d)); }
  double slope(double u) const { return b + u * (2 * c + u * 3 * d); }
};

// Points along a curve, at most `spacing` apart or so: each stands for the length around it.
void trace(const Curve& nodes, double spacing, std::vector<Stroke::Point>& points) {
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
    const Node p1 = nodes[i], p2 = nodes[i + 1];
    const Node p0 = i > 0 ? nodes[i - 1] : Node{2 * p1.x - p2.x, 2 * p1.y - p2.y};
    const Node p3 = i + 2 < nodes.size() ? nodes[i + 2] : Node{2 * p2.x - p1.x, 2 * p2.y - p1.y};
    const CatmullRom x(p0.x, p1.x, p2.x, p3.x), y(p0.y, p1.y, p2.y, p3.y);
    const double chord = std::hypot(p2.x - p1.x, p2.y - p1.y);
    const auto pieces = static_cast<std::size_t>(std::ceil(1.1 * chord / spacing)) + 1;
    for (std::size_t k = 0; k < pieces; ++k) {
      const double u = (static_cast<double>(k) + 0.5) / static_cast<double>(pieces);
      points.push_back({x.value(u), y.value(u),
                        std::hypot(x.slope(u), y.slope(u)) / static_cast<double>(pieces)});
    }
  }
}

// A Gaussian along one axis of the image around a point: e = exp(-r^2 / 2 s^2), and r e, r^2 e.
struct Profile {
  std::vector<double> e, re, rre;
  void around(double centre, double s, std::size_t pixels) {
    e.resize(pixels);
    re.resize(pixels);
    rre.resize(pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
      const double r = static_cast<double>(i) - centre;
      e[i] = std::exp(-r * r / (2 * s * s));
      re[i] = r * e[i];
      rre[i] = r * re[i];
    }
  }
};

// image += factor * column row^T.
void add_outer(double factor, const std::vector<double>& column, const std::vector<double>& row,
               double* image) {
  for (const double c : column) {
    const double scaled = factor * c;
    for (const double r : row)
      *image++ += scaled * r;
  }
}

// A point where the pose puts it: pixels from the pose's own centre, and in the image.
struct Placed {
  double x, y, column, row, length;
};
Placed place(const Stroke::Point& point, const Pose& pose, std::size_t height, std::size_t width,
             double side) {
  const double scale = height_of_glyph * side * std::exp(pose.log_scale);
  const double cosine = std::cos(pose.rotation), sine = std::sin(pose.rotation);
  const double x = scale * (cosine * point.x - sine * point.y);
  const double y = scale * (sine * point.x + cosine * point.y);
  return {x, y, x + pose.shift_x + 0.5 * (static_cast<double>(width) - 1),
          y + pose.shift_y + 0.5 * (static_cast<double>(height) - 1), scale * point.length};
}

} // namespace

Strokes::Strokes(std::uint64_t seed, const Options& options) : options_(options), random_(seed) {
  if (options.height == 0 || options.width == 0)
    throw Error("strokes: images of ", options.height, " x ", options.width,
                "; expected at least one pixel");
  if (!(options.thinnest > 0 && options.thinnest <= options.thickest))
    throw Error("strokes: a pen from ", options.thinnest, " to ", options.thickest,
                "; expected 0 < thinnest <= thickest");
}

double Strokes::side() const {
  return static_cast<double>(std::min(options_.height, options_.width));
}

Stroke Strokes::next() { return next(random_.below(classes)); }

Stroke Strokes::next(std::size_t label) {
  if (label >= classes)
    throw Error("strokes: class ", label, "; expected 0 to ", classes - 1);
  const auto range = [&](double low, double high) {
    return low + (high - low) * random_.uniform();
  };
  Stroke stroke;
  stroke.label = static_cast<std::int64_t>(label);
  const double shear = options_.slant * random_.normal();
  const double widening = std::exp(options_.aspect * random_.normal());
  // Beyond 1.2 deviations of the thinnest pen apart, points would show as dots.
  const double spacing = 0.9 * options_.thinnest * deviation_of_thickness /
                         (height_of_glyph * std::exp(options_.log_scale));
  for (const std::vector<double>& nodes : skeletons()[label]) {
    Curve curve;
    for (std::size_t i = 0; i < nodes.size(); i += 2) {
      const double x = nodes[i] + options_.deformation * random_.normal();
      const double y = nodes[i + 1] + options_.deformation * random_.normal();
      curve.push_back({widening * (x - shear * y), y}); // leaning to the right, for shear > 0
    }
    trace(curve, spacing, stroke.points);
  }
  const double shift = options_.shift * side();
  stroke.pose.shift_x = range(-shift, shift);
  stroke.pose.shift_y = range(-shift, shift);
  stroke.pose.rotation = range(-options_.rotation, options_.rotation);
  stroke.pose.log_scale = range(-options_.log_scale, options_.log_scale);
  stroke.pose.thickness = side() * range(options_.thinnest, options_.thickest);
  return stroke;
}

template <class T> Array<T> Strokes::render(const Stroke& stroke) const {
  const std::size_t height = options_.height, width = options_.width;
  const double s = deviation_of_thickness * stroke.pose.thickness;
  std::vector<double> ink(height * width);
  Profile column, row;
  for (const Stroke::Point& point : stroke.points) {
    const Placed q = place(point, stroke.pose, height, width, side());
    column.around(q.row, s, height);
    row.around(q.column, s, width);
    add_outer(q.length / (s * std::sqrt(2 * pi)), column.e, row.e, ink.data());
  }
  return Array<T>::make({height, width}, [&](T* out) {
    for (const double g : ink)
      *out++ = static_cast<T>(1 - std::exp(-darkness * g));
  });
}

template <class T> Array<T> Strokes::tangents(const Stroke& stroke) const {
  const std::size_t height = options_.height, width = options_.width, pixels = height * width;
  const double s = deviation_of_thickness * stroke.pose.thickness;
  std::vector<double> ink(pixels), slopes(parameters * pixels);
  double *const by_x = slopes.data(), *const by_y = by_x + pixels,
                *const by_rotation = by_y + pixels, *const by_scale = by_rotation + pixels,
                *const by_thickness = by_scale + pixels;
  Profile column, row;
  // Of w exp(-r^2 / 2 s^2) / s, with r the vector from the point q to the pixel:
  // d / dq = w r / s^2,  d / d log w = w,  d / ds = w (r^2 / s^3 - 1 / s).
  for (const Stroke::Point& point : stroke.points) {
    const Placed q = place(point, stroke.pose, height, width, side());
    column.around(q.row, s, height);
    row.around(q.column, s, width);
    const double w = q.length / (s * std::sqrt(2 * pi)), steep = w / (s * s);
    add_outer(w, column.e, row.e, ink.data());
    add_outer(steep, column.e, row.re, by_x);
    add_outer(steep, column.re, row.e, by_y);
    add_outer(-q.y * steep, column.e, row.re, by_rotation); // dq = (-y, x) d rotation
    add_outer(q.x * steep, column.re, row.e, by_rotation);
    add_outer(q.x * steep, column.e, row.re, by_scale); // dq = (x, y) d log scale
    add_outer(q.y * steep, column.re, row.e, by_scale);
    add_outer(deviation_of_thickness * steep / s, column.e, row.rre, by_thickness);
    add_outer(deviation_of_thickness * steep / s, column.rre, row.e, by_thickness);
  }
  for (std::size_t i = 0; i < pixels; ++i) {
    by_scale[i] += ink[i]; // lengths grow with the scale
    by_thickness[i] -= deviation_of_thickness * ink[i] / s;
  }
  return Array<T>::make({parameters, pixels}, [&](T* out) {
    for (std::size_t i = 0; i < slopes.size(); ++i)
      out[i] = static_cast<T>(darkness * std::exp(-darkness * ink[i % pixels]) * slopes[i]);
  });
}

std::vector<Stroke> Strokes::next_strokes(std::size_t n) {
  std::vector<Stroke> strokes(n);
  for (Stroke& stroke : strokes)
    stroke = next();
  return strokes;
}

template <class T> Labelled<T> Strokes::images(const std::vector<Stroke>& strokes) const {
  const std::size_t n = strokes.size();
  return {Array<T>::make({n, options_.height, options_.width},
                         [&](T* out) {
                           for (const Stroke& stroke : strokes) {
                             const Array<T> image = render<T>(stroke);
                             out = std::copy(image.begin(), image.end(), out);
                           }
                         }),
          Indices::make({n}, [&](std::int64_t* out) {
            for (const Stroke& stroke : strokes)
              *out++ = stroke.label;
          })};
}

template <class T> Labelled<T> Strokes::draw(std::size_t n) { return images<T>(next_strokes(n)); }

template <class T> std::pair<Labelled<T>, Array<T>> Strokes::draw_with_tangents(std::size_t n) {
  const std::vector<Stroke> strokes = next_strokes(n);
  const Shape shape{n, parameters, options_.height * options_.width};
  return {images<T>(strokes), Array<T>::make(shape, [&](T* out) {
            for (const Stroke& stroke : strokes) {
              const Array<T> moves = tangents<T>(stroke);
              out = std::copy(moves.begin(), moves.end(), out);
            }
          })};
}

template Array<float> Strokes::render(const Stroke&) const;
template Array<double> Strokes::render(const Stroke&) const;
template Array<float> Strokes::tangents(const Stroke&) const;
template Array<double> Strokes::tangents(const Stroke&) const;
template Labelled<float> Strokes::draw(std::size_t);
template Labelled<double> Strokes::draw(std::size_t);
template std::pair<Labelled<float>, Array<float>> Strokes::draw_with_tangents(std::size_t);
template std::pair<Labelled<double>, Array<double>> Strokes::draw_with_tangents(std::size_t);

} // namespace contractive::cae
