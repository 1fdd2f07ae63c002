#include <contractive/cae/strokes.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace contractive::cae {
namespace {

struct Point {
  double x, y;
};
using Curve = std::vector<Point>;

// Where the pen goes for each kind, through these points on a unit square (y downwards). A curve of
// several strokes is drawn as one: they touch.
const std::array<Curve, 10>& skeletons() {
  static const std::array<Curve, 10> all{{
      {{0.5, 0.1}, {0.25, 0.3}, {0.22, 0.65}, {0.5, 0.9}, {0.77, 0.65}, {0.75, 0.3}, {0.5, 0.1}},
      {{0.38, 0.28}, {0.52, 0.1}, {0.52, 0.4}, {0.51, 0.65}, {0.5, 0.9}},
      {{0.25, 0.28}, {0.5, 0.1}, {0.74, 0.3}, {0.5, 0.6}, {0.24, 0.88}, {0.5, 0.86}, {0.78, 0.88}},
      {{0.27, 0.16},
       {0.6, 0.12},
       {0.68, 0.32},
       {0.45, 0.47},
       {0.72, 0.62},
       {0.62, 0.86},
       {0.26, 0.84}},
      {{0.66, 0.9}, {0.64, 0.5}, {0.62, 0.12}, {0.4, 0.4}, {0.22, 0.62}, {0.5, 0.62}, {0.82, 0.62}},
      {{0.72, 0.12},
       {0.38, 0.13},
       {0.34, 0.42},
       {0.62, 0.46},
       {0.7, 0.7},
       {0.5, 0.9},
       {0.26, 0.82}},
      {{0.66, 0.12}, {0.36, 0.4}, {0.28, 0.7}, {0.5, 0.9}, {0.7, 0.72}, {0.52, 0.54}, {0.3, 0.68}},
      {{0.24, 0.14}, {0.5, 0.13}, {0.76, 0.14}, {0.6, 0.45}, {0.47, 0.68}, {0.4, 0.9}},
      {{0.66, 0.2},
       {0.4, 0.12},
       {0.36, 0.36},
       {0.66, 0.62},
       {0.52, 0.89},
       {0.32, 0.68},
       {0.62, 0.38},
       {0.66, 0.2}},
      {{0.68, 0.34},
       {0.46, 0.48},
       {0.34, 0.28},
       {0.52, 0.11},
       {0.69, 0.3},
       {0.66, 0.6},
       {0.58, 0.9}},
  }};
  return all;
}

// A smooth curve through the points: Catmull and Rom's, with `steps` pieces between two of them.
Curve smooth(const Curve& points, std::size_t steps) {
  Curve curve;
  const auto at = [&](std::ptrdiff_t i) {
    return points[static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(i, 0, static_cast<std::ptrdiff_t>(points.size()) - 1))];
  };
  for (std::ptrdiff_t i = 0; i + 1 < static_cast<std::ptrdiff_t>(points.size()); ++i)
    for (std::size_t k = 0; k < steps; ++k) {
      const double t = static_cast<double>(k) / static_cast<double>(steps);
      const auto blend = [t](double a, double b, double c, double d) {
        return 0.5 * (2 * b +
                      t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d))));
      };
      const Point a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
      curve.push_back({blend(a.x, b.x, c.x, d.x), blend(a.y, b.y, c.y, d.y)});
    }
  curve.push_back(points.back());
  return curve;
}

// How a curve lies in the image, in pixels; the image is a smooth function of these five.
struct Pose {
  double shift_x, shift_y, rotation, log_scale, thickness;
  double& operator[](std::size_t i) {
    return *std::array{&shift_x, &shift_y, &rotation, &log_scale, &thickness}[i];
  }
};

// A soft pen: 1 - prod over samples of the curve would saturate slowly; a pixel's ink is a logistic
// function of its distance from the curve, where the nearest piece is found by a soft minimum, so
// that the ink has derivatives everywhere: d = -w log sum exp(-d_k / w) over the pieces.
void draw(const Curve& curve, const Pose& pose, std::size_t size, double* out) {
  const double scale = std::exp(pose.log_scale) * 0.78 * static_cast<double>(size);
  const double c = std::cos(pose.rotation), s = std::sin(pose.rotation);
  const double middle = 0.5 * static_cast<double>(size - 1);
  Curve placed;
  for (const Point& p : curve) {
    const double x = scale * (p.x - 0.5), y = scale * (p.y - 0.5);
    placed.push_back(
        {middle + pose.shift_x + c * x - s * y, middle + pose.shift_y + s * x + c * y});
  }
  constexpr double soft = 0.15, edge = 0.35, reach = 4.0; // pixels
  for (std::size_t row = 0; row < size; ++row)
    for (std::size_t column = 0; column < size; ++column) {
      const double x = static_cast<double>(column), y = static_cast<double>(row);
      double nearest = 1e9;
      std::array<double, 256> distances{};
      std::size_t count = 0;
      for (std::size_t k = 0; k + 1 < placed.size() && count < distances.size(); ++k) {
        const double ax = placed[k].x, ay = placed[k].y;
        const double dx = placed[k + 1].x - ax, dy = placed[k + 1].y - ay;
        const double t =
            std::clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy + 1e-12), 0.0, 1.0);
        const double ex = x - ax - t * dx, ey = y - ay - t * dy;
        const double distance = std::sqrt(ex * ex + ey * ey + 0.04);
        distances[count++] = distance;
        nearest = std::min(nearest, distance);
      }
      double ink = 0;
      if (nearest < pose.thickness + reach) {
        double total = 0;
        for (std::size_t k = 0; k < count; ++k)
          total += std::exp((nearest - distances[k]) / soft);
        const double distance = nearest - soft * std::log(total);
        ink = 1 / (1 + std::exp((distance - pose.thickness) / edge));
      }
      out[row * size + column] = ink;
    }
}

} // namespace

template <class T>
Strokes<T> make_strokes(std::size_t count, std::uint64_t seed, bool with_tangents,
                        std::size_t size) {
  if (size < 8)
    throw ShapeError(text("make_strokes: size ", size, "; expected at least 8 pixels"));
  nn::Random random(seed);
  const std::size_t pixels = size * size;
  const double unit = static_cast<double>(size) / 28;
  std::vector<T> images(count * pixels), tangents(with_tangents ? count * 5 * pixels : 0);
  std::vector<std::int64_t> labels(count);
  std::vector<double> image(pixels), above(pixels), below(pixels);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t kind = random.below(skeletons().size());
    labels[i] = static_cast<std::int64_t>(kind);
    Curve points = skeletons()[kind];
    for (Point& p : points) {
      p.x += 0.025 * random.normal();
      p.y += 0.025 * random.normal();
    }
    const double slant = 0.15 * random.normal(), width = 1 + 0.12 * random.normal();
    for (Point& p : points)
      p.x = 0.5 + width * (p.x - 0.5) + slant * (0.5 - p.y);
    const Curve curve = smooth(points, 4);
    const Pose pose{unit * 0.9 * random.normal(), unit * 0.9 * random.normal(),
                    0.12 * random.normal(), 0.08 * random.normal(),
                    unit * (1.05 + 0.2 * random.normal())};
    draw(curve, pose, size, image.data());
    std::transform(image.begin(), image.end(), &images[i * pixels],
                   [](double v) { return static_cast<T>(v); });
    for (std::size_t k = 0; with_tangents && k < Strokes<T>::poses; ++k) {
      constexpr double step =
          1e-4; // of a pixel, of a radian: its square is far below float's grain
      Pose up = pose, down = pose;
      up[k] += step;
      down[k] -= step;
      draw(curve, up, size, above.data());
      draw(curve, down, size, below.data());
      for (std::size_t p = 0; p < pixels; ++p)
        tangents[(i * Strokes<T>::poses + k) * pixels + p] =
            static_cast<T>((above[p] - below[p]) / (2 * step));
    }
  }
  Strokes<T> result{Array<T>({count, size, size}, images), Indices({count}, labels), {}};
  if (with_tangents)
    result.tangents = Array<T>({count, Strokes<T>::poses, pixels}, tangents);
  return result;
}

template Strokes<float> make_strokes(std::size_t, std::uint64_t, bool, std::size_t);
template Strokes<double> make_strokes(std::size_t, std::uint64_t, bool, std::size_t);

} // namespace contractive::cae
