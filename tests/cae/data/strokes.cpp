#include <contractive/cae/data/strokes.hpp>

#include "support/message.hpp"
#include "support/random.hpp"
#include "support/tolerance.hpp"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <numeric>
#include <set>

namespace contractive::tests {
namespace {

using cae::Pose;
using cae::Stroke;
using cae::Strokes;

double& parameter(Pose& pose, std::size_t i) {
  double* const all[] = {&pose.shift_x, &pose.shift_y, &pose.rotation, &pose.log_scale,
                         &pose.thickness};
  return *all[i];
}

Stroke moved(const Stroke& stroke, std::size_t i, double by) {
  Stroke result = stroke;
  parameter(result.pose, i) += by;
  return result;
}

// Where the ink's middle is.
std::pair<double, double> centroid(const Array<double>& image) {
  double sum = 0, x = 0, y = 0;
  for (std::size_t row = 0; row < image.shape()[0]; ++row)
    for (std::size_t column = 0; column < image.shape()[1]; ++column) {
      const double ink = image(row, column);
      sum += ink;
      x += ink * static_cast<double>(column);
      y += ink * static_cast<double>(row);
    }
  return {x / sum, y / sum};
}

// A vertical bar in the middle.
Stroke bar(double thickness) {
  Stroke stroke;
  for (int k = 0; k < 200; ++k)
    stroke.points.push_back({0, -0.4975 + 0.005 * k, 0.005});
  stroke.pose.thickness = thickness;
  return stroke;
}

} // namespace

TEST_CASE("strokes: tangents are the derivatives of the image by its pose") {
  Strokes::Options wide;
  wide.height = 20;
  wide.width = 31;
  for (const Strokes::Options& options : {Strokes::Options{}, wide}) {
    Strokes strokes(5, options);
    for (std::size_t label = 0; label < Strokes::classes; ++label) {
      const Stroke stroke = strokes.next(label);
      const Array<double> tangents = strokes.tangents<double>(stroke);
      const std::size_t pixels = options.height * options.width;
      REQUIRE(tangents.shape() == Shape{5, pixels});
      for (std::size_t i = 0; i < 5; ++i) {
        CAPTURE(label);
        CAPTURE(i);
        const double h = 1e-3;
        double worst = 0, largest = 0;
        std::vector<Array<double>> at;
        for (const double step : {-2 * h, -h, h, 2 * h})
          at.push_back(strokes.render<double>(moved(stroke, i, step)));
        for (std::size_t p = 0; p < pixels; ++p) {
          // Fourth order: h^4 times a fifth derivative of up to 20^5 / 30 in the rotation, whose
          // lever is 10 pixels: 1e-7.
          const double difference = (at[0][p] - 8 * at[1][p] + 8 * at[2][p] - at[3][p]) / (12 * h);
          worst = std::max(worst, std::abs(difference - tangents[i * pixels + p]));
          largest = std::max(largest, std::abs(difference));
        }
        CHECK(largest > 0.1);
        CHECK(worst < 1e-6 * std::max(1.0, largest));
      }
    }
  }
}

TEST_CASE("strokes: the pose means what it says") {
  const Strokes strokes(1);
  Stroke stroke = Strokes(3).next(8);
  stroke.pose = Pose{};
  const auto [x, y] = centroid(strokes.render<double>(stroke));
  stroke.pose.shift_x = 1.5;
  stroke.pose.shift_y = -0.75;
  const auto [right, up] = centroid(strokes.render<double>(stroke));
  // No ink leaves the image; pixels sample an edge about one pixel wide.
  CHECK(std::abs(right - x - 1.5) < 0.01);
  CHECK(std::abs(up - y + 0.75) < 0.01);

  // The top of a bar goes to the right: clockwise.
  Stroke leaning = bar(2.8);
  leaning.pose.rotation = 0.3;
  const Array<double> image = strokes.render<double>(leaning);
  CHECK(image(6, 16) > 0.5);
  CHECK(image(6, 11) < 0.01);
  CHECK(image(21, 11) > 0.5);

  // The row through the middle of a bar is at half its darkness at half the thickness from it.
  Strokes::Options large;
  large.height = large.width = 281; // the centre is a pixel
  for (const double thickness : {20.0, 30.0}) {
    const Array<double> thick = Strokes(1, large).render<double>(bar(thickness));
    const auto away = static_cast<std::size_t>(thickness / 2);
    CHECK(std::abs(thick(140, 140) - (1 - std::exp(-4.0))) < 1e-3);
    CHECK(std::abs(thick(140, 140 + away) - 0.5) < 0.005);
    CHECK(std::abs(thick(140, 140 - away) - 0.5) < 0.005);
  }

  // Twice the scale, twice the height; the pen's round ends stay as they are.
  const auto height = [&](double log_scale) {
    Stroke scaled = bar(4);
    scaled.pose.log_scale = log_scale;
    const Array<double> drawn = Strokes(1, large).render<double>(scaled);
    std::size_t rows = 0;
    for (std::size_t row = 0; row < 281; ++row)
      rows += drawn(row, 140) > 0.5;
    return static_cast<double>(rows);
  };
  const double half = 0.35 * 281; // of a glyph's height
  CHECK(std::abs(height(0) - 2 * half) < 4);
  CHECK(std::abs(height(0) - height(-std::log(2.0)) - half) < 2); // whole rows
}

TEST_CASE_TEMPLATE("strokes: images are of ink on empty paper, of all classes", T, float, double) {
  Strokes strokes(1);
  const cae::Labelled<T> images = strokes.draw<T>(300);
  CHECK(images.x.shape() == Shape{300, 28, 28});
  CHECK(images.labels.shape() == Shape{300});
  const auto [least, greatest] = std::minmax_element(images.x.begin(), images.x.end());
  CHECK(*least >= 0);
  CHECK(*greatest <= 1);
  CHECK(*greatest > 0.95);
  const double mean = std::accumulate(images.x.begin(), images.x.end(), 0.0) / (300 * 28 * 28);
  CHECK(mean > 0.08); // MNIST has 0.13
  CHECK(mean < 0.2);
  const std::set<std::int64_t> labels(images.labels.begin(), images.labels.end());
  CHECK(labels == std::set<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  // The border is empty but for the few that touch it.
  double border = 0;
  for (std::size_t n = 0; n < 300; ++n)
    for (std::size_t i = 0; i < 28; ++i)
      border += static_cast<double>(images.x(n, 0, i)) + static_cast<double>(images.x(n, i, 0)) +
                static_cast<double>(images.x(n, i, 27));
  CHECK(border / (300 * 3 * 28) < 0.01);
}

TEST_CASE("strokes: a seed gives the same images, with tangents or without") {
  Strokes one(4), same(4), other(5);
  const auto a = one.draw<double>(20), c = other.draw<double>(20);
  const auto [b, tangents] = same.draw_with_tangents<double>(20);
  CHECK(std::equal(a.x.begin(), a.x.end(), b.x.begin()));
  CHECK(std::equal(a.labels.begin(), a.labels.end(), b.labels.begin()));
  CHECK(!std::equal(a.x.begin(), a.x.end(), c.x.begin()));
  CHECK(tangents.shape() == Shape{20, 5, 784});
  const auto next = one.draw<double>(1), next_too = same.draw<double>(1);
  CHECK(std::equal(next.x.begin(), next.x.end(), next_too.x.begin()));
  // The tangents belong to the images: drawn one by one, they are the same.
  Strokes again(4);
  for (std::size_t n = 0; n < 20; ++n) {
    const Stroke stroke = again.next();
    const Array<double> image = again.render<double>(stroke),
                        moves = again.tangents<double>(stroke);
    CHECK(std::equal(image.begin(), image.end(), a.x.begin() + n * 784));
    CHECK(std::equal(moves.begin(), moves.end(), tangents.begin() + n * 5 * 784));
  }
}

TEST_CASE("strokes: a curve begins and ends straight on between its outer nodes") {
  Strokes::Options exact;
  exact.deformation = exact.slant = exact.aspect = 0;
  exact.thinnest = exact.thickest = 0.002; // points are close together
  Strokes strokes(1, exact);
  const auto angle = [](const Stroke::Point& from, const Stroke::Point& to) {
    return std::atan2(to.y - from.y, to.x - from.x);
  };
  const std::vector<Stroke::Point> two = strokes.next(2).points, seven = strokes.next(7).points;
  CHECK(std::abs(angle(two[0], two[1]) - std::atan2(-0.19, 0.14)) < 0.02);
  CHECK(std::abs(angle(seven[0], seven[1]) - std::atan2(-0.03, 0.28)) < 0.02);
  CHECK(std::abs(angle(*(two.end() - 2), two.back()) - std::atan2(0.03, 0.32)) < 0.02);
  CHECK(std::abs(angle(*(seven.end() - 2), seven.back()) - std::atan2(0.32, -0.08)) < 0.02);
}

TEST_CASE("strokes: any size of image looks alike") {
  Strokes::Options large;
  large.height = large.width = 84;
  const Array<double> small = Strokes(6).draw<double>(8).x;
  const Array<double> big = Strokes(6, large).draw<double>(8).x;
  // Of 3 x 3 pixels of the large one the middle has the same place: it should have the same ink.
  double worst = 0;
  for (std::size_t n = 0; n < 8; ++n)
    for (std::size_t y = 0; y < 28; ++y)
      for (std::size_t x = 0; x < 28; ++x)
        worst = std::max(worst, std::abs(small(n, y, x) - big(n, 3 * y + 1, 3 * x + 1)));
  CHECK(worst < 1e-6);
}

TEST_CASE("strokes: errors") {
  Strokes::Options options;
  options.height = 0;
  CHECK(message<Error>([&] { return Strokes(1, options); }) ==
        "strokes: images of 0 x 28; expected at least one pixel");
  options.height = 28;
  options.width = 0;
  CHECK(message<Error>([&] { return Strokes(1, options); }) ==
        "strokes: images of 28 x 0; expected at least one pixel");
  options.width = 28;
  options.thinnest = 0;
  CHECK(message<Error>([&] { return Strokes(1, options); }) ==
        "strokes: a pen from 0 to 0.125; expected 0 < thinnest <= thickest");
  options.thinnest = options.thickest; // always the same pen
  CHECK(Strokes(1, options).next().pose.thickness == doctest::Approx(28 * 0.125));
  options.thinnest = 0.2;
  CHECK(message<Error>([&] { return Strokes(1, options); }) ==
        "strokes: a pen from 0.2 to 0.125; expected 0 < thinnest <= thickest");
  CHECK(message<Error>([] { return Strokes(1).next(10); }) == "strokes: class 10; expected 0 to 9");
}

} // namespace contractive::tests
