#pragma once

#include <contractive/autodiff/array/random.hpp>
#include <contractive/cae/data/samples.hpp>

#include <array>
#include <utility>
#include <vector>

namespace contractive::cae {

/// Where and how a glyph is drawn: the five parameters whose tangents are known.
struct Pose {
  double shift_x = 0;     ///< pixels to the right of the image's centre
  double shift_y = 0;     ///< pixels below it
  double rotation = 0;    ///< radians, clockwise as seen
  double log_scale = 0;   ///< of the curve; the pen keeps its width
  double thickness = 2.8; ///< pixels, the pen's full width at half its darkness
};

/// One glyph: points along its curves, in units of its height, each with the length it stands for.
struct Stroke {
  /// A piece of the curve.
  struct Point {
    double x;      ///< to the right, in units of the glyph's height
    double y;      ///< down, in the same units
    double length; ///< of the curve that the point stands for, in the same units
  };
  std::vector<Point> points; ///< along its curves
  Pose pose;                 ///< where and how it is drawn
  std::int64_t label = 0;    ///< 0 ... 9
};

/// A seeded source of small images that look like handwritten digits and need no download. Each is
/// a smooth function of its pose: ink g(p) = sum_k length_k exp(-|p - q_k|^2 / 2 s^2) / (s sqrt(2
/// pi)) over the points q_k of the curve, darkness 1 - exp(-4 g), so that tangents are exact.
class Strokes {
public:
  /// How many digits there are; of a pose, how many parameters, and their names.
  static constexpr std::size_t classes = 10;
  static constexpr std::size_t parameters = 5;
  static constexpr std::array<const char*, parameters> parameter_names{
      "shift x", "shift y", "rotation", "log scale", "thickness"};

  /// Lengths are fractions of the shorter side, so that any size of image looks alike. Poses are
  /// uniform in these ranges.
  struct Options {
    std::size_t height = 28;   ///< pixels
    std::size_t width = 28;    ///< pixels
    double shift = 0.05;       ///< at most, either way
    double rotation = 0.2;     ///< radians at most, either way
    double log_scale = 0.12;   ///< at most, either way
    double thinnest = 0.075;   ///< the pen
    double thickest = 0.125;   ///< the pen
    double deformation = 0.03; ///< of the curve's nodes: deviation
    double slant = 0.15;       ///< deviation of the shear
    double aspect = 0.1;       ///< deviation of the log of width / height
  };

  /// With the default options. The same seed gives the same images.
  explicit Strokes(std::uint64_t seed) : Strokes(seed, Options{}) {}
  /// Throws Error unless the image has pixels and 0 < thinnest <= thickest.
  Strokes(std::uint64_t seed, const Options& options);

  /// The next glyph, of a random class or of this one.
  Stroke next();
  Stroke next(std::size_t label);
  /// Its image (height, width).
  template <class T> [[nodiscard]] Array<T> render(const Stroke& stroke) const;
  /// The image's derivatives by the five parameters of its pose: (5, height * width).
  template <class T> [[nodiscard]] Array<T> tangents(const Stroke& stroke) const;

  /// The next n glyphs as images (n, height, width) in [0, 1), ink is bright, and labels 0 ... 9.
  template <class T> [[nodiscard]] Labelled<T> draw(std::size_t n);
  /// The same images, and their tangents (n, 5, height * width): d image / d pose, in Pose's order.
  template <class T>
  [[nodiscard]] std::pair<Labelled<T>, Array<T>> draw_with_tangents(std::size_t n);

private:
  [[nodiscard]] std::vector<Stroke> next_strokes(std::size_t n);
  template <class T> [[nodiscard]] Labelled<T> images(const std::vector<Stroke>& strokes) const;
  double side() const;

  Options options_;
  Random random_;
};

} // namespace contractive::cae
