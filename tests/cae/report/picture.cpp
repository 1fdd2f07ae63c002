#include <contractive/cae/report/picture.hpp>
#include <contractive/cae/report/pictures.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"
#include "support/random.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <png.h>

namespace contractive::tests {
namespace {

struct Picture {
  std::size_t height = 0, width = 0;
  bool colour = false;
  std::vector<png_byte> bytes{};
};

Picture read_png(const std::string& path) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_file(&png, path.c_str()));
  Picture picture{png.height, png.width, (png.format & PNG_FORMAT_FLAG_COLOR) != 0};
  png.format = picture.colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  picture.bytes.resize(PNG_IMAGE_SIZE(png));
  REQUIRE(png_image_finish_read(&png, nullptr, picture.bytes.data(), 0, nullptr));
  return picture;
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::vector<double> values(const Array<double>& a) { return {a.begin(), a.end()}; }

} // namespace

TEST_CASE_TEMPLATE("png: libpng reads what was written", T, float, double) {
  const Folder folder;
  for (const Shape& shape : {Shape{5, 7}, Shape{1, 1}, Shape{4, 3, 3}}) {
    CAPTURE(shape);
    const Array<T> image = random_array<T>(shape, 1, -0.2, 1.2);
    cae::write_png(folder.file("a.png"), image);
    const Picture picture = read_png(folder.file("a.png"));
    CHECK(picture.height == shape[0]);
    CHECK(picture.width == shape[1]);
    CHECK(picture.colour == (shape.rank() == 3));
    REQUIRE(picture.bytes.size() == image.size());
    for (std::size_t i = 0; i < image.size(); ++i) {
      const double clipped = std::min(1.0, std::max(0.0, static_cast<double>(image[i])));
      CHECK(std::abs(picture.bytes[i] - 255 * clipped) <= 0.5001); // the nearest of 256 levels
    }
  }
  CHECK(folder.size() == 1);
}

TEST_CASE("png: errors") {
  const Folder folder;
  const std::string path = folder.file("a.png");
  for (const Shape& shape : {Shape{}, Shape{3}, Shape{0, 3}, Shape{2, 2, 4}, Shape{1, 2, 2, 3}})
    CHECK(message<ShapeError>([&] { return cae::write_png(path, Array<float>::zeros(shape)); }) ==
          detail::text("write_png: image ", shape,
                       "; expected (height, width) or (height, width, 3), not empty"));
  CHECK(message<Error>([&] {
          return cae::write_png(path, Array<double>({1, 2}, {0, not_a_number}));
        }) == path + ": the picture's values are not all finite; expected values in [0, 1]");
  CHECK(message<FileError>([&] {
          return cae::write_png(folder.file("none/a.png"), Array<float>::zeros({1, 1}));
        }).find("cannot be written") != std::string::npos);
  CHECK(folder.size() == 0);
}

TEST_CASE("grid: tiles row by row, gaps between and around them") {
  const Array<double> images({3, 1, 2}, {0, .1, .2, .3, .4, .5});
  CHECK(cae::grid(images, 2).shape() == Shape{5, 7});
  CHECK(values(cae::grid(images, 2)) == std::vector<double>{1, 1,  1,  1, 1,  1,  1, //
                                                            1, 0,  .1, 1, .2, .3, 1, //
                                                            1, 1,  1,  1, 1,  1,  1, //
                                                            1, .4, .5, 1, 1,  1,  1, //
                                                            1, 1,  1,  1, 1,  1,  1});
  CHECK(cae::grid(images, 10).shape() == Shape{3, 10}); // no empty columns
  const Array<double> zoomed = cae::grid(images, 3, cae::Scaling::unit, 2);
  CHECK(zoomed.shape() == Shape{2 + 2 * 2, 2 + 3 * (4 + 2)}); // gaps of 2
  CHECK(zoomed(2, 2) == 0);
  CHECK(zoomed(3, 3) == 0);
  CHECK(zoomed(2, 4) == .1);
  CHECK(zoomed(3, 5) == .1);
  CHECK(zoomed(3, 6) == 1);
  CHECK(zoomed(3, 8) == .2);
}

TEST_CASE("grid: scaling") {
  const Array<double> images({3, 1, 3}, {-1, 0, 3, 4, 5, 6, 7, 7, 7});
  const auto tile = [&](cae::Scaling scaling, std::size_t n) {
    const Array<double> all = cae::grid(images, 3, scaling);
    return std::vector<double>{all(1, 1 + 4 * n), all(1, 2 + 4 * n), all(1, 3 + 4 * n)};
  };
  using Values = std::vector<double>;
  CHECK(tile(cae::Scaling::unit, 0) == Values{-1, 0, 3}); // write_png clips
  CHECK(tile(cae::Scaling::own, 0) == Values{0, .25, 1});
  CHECK(tile(cae::Scaling::own, 1) == Values{0, .5, 1});
  CHECK(tile(cae::Scaling::own, 2) == Values{.5, .5, .5}); // nothing to tell apart
  const Values symmetric = tile(cae::Scaling::symmetric, 0);
  CHECK(std::abs(symmetric[0] - 1.0 / 3) < 1e-15);
  CHECK(symmetric[1] == .5);
  CHECK(symmetric[2] == 1);
  CHECK(cae::grid(Array<double>::zeros({1, 1, 1}), 1, cae::Scaling::symmetric)(1, 1) == .5);
}

TEST_CASE("beside: partners share a tile") {
  const Array<double> left({2, 1, 1}, {1, 2}), right({2, 1, 2}, {5, 6, 7, 8});
  const Array<double> both = cae::beside(left, right);
  CHECK(both.shape() == Shape{2, 1, 3});
  CHECK(values(both) == std::vector<double>{1, 5, 6, 2, 7, 8});
  CHECK(message<ShapeError>([&] {
          return cae::beside(left, Array<double>::zeros({2, 3, 1}));
        }) ==
        "beside: left (2, 1, 1), right (2, 3, 1); expected (number, height, width) with equal "
        "numbers and heights");
}

TEST_CASE("grid: errors") {
  const Array<float> images = Array<float>::zeros({2, 1, 1});
  CHECK(message<ShapeError>([] {
          return cae::grid(Array<float>::zeros({2, 3}), 1);
        }) == "grid: images (2, 3); expected (number, height, width), not empty");
  CHECK(message<ShapeError>([] {
          return cae::grid(Array<float>::zeros({0, 3, 3}), 1);
        }) == "grid: images (0, 3, 3); expected (number, height, width), not empty");
  CHECK(message<Error>([&] { return cae::grid(images, 0); }) ==
        "grid: 0 columns, zoom 1; expected at least 1 of each");
}

TEST_CASE("tangents: a sample, its direction around grey, and the sample moved along it") {
  const Folder folder;
  // From 2 (black) to 22 (white), and two pixels between; the direction is of those two.
  std::vector<double> sample(64, 2.0), direction(64, 0.0);
  sample[0] = 22;
  sample[5] = sample[6] = 12;
  direction[5] = direction[6] = -3;
  REQUIRE(cae::write_tangents(folder.file("t.png"), Array<double>({1, 64}, sample),
                              Array<double>({1, 1, 64}, direction), {8, 8, 1}));
  const Picture picture = read_png(folder.file("t.png"));
  // Three lines of two tiles, twice as large, with gaps of two.
  REQUIRE(picture.height == 2 + 3 * 18);
  REQUIRE(picture.width == 2 + 2 * 18);
  const auto at = [&](std::size_t line, std::size_t tile, std::size_t pixel) {
    const std::size_t row = 2 + 18 * line + 2 * (pixel / 8),
                      column = 2 + 18 * tile + 2 * (pixel % 8);
    return static_cast<int>(picture.bytes[row * picture.width + column]);
  };
  for (std::size_t line = 0; line < 3; ++line) {
    CHECK(at(line, 0, 0) == 255);
    CHECK(at(line, 0, 5) == 128);
    CHECK(at(line, 0, 7) == 0);
  }
  CHECK(at(0, 1, 7) == 128); // where it is 0
  CHECK(at(0, 1, 5) == 0);   // its largest entry, here a negative one
  // 0.4 of the sample's length 31.87 = sqrt(61 * 4 + 2 * 144 + 484), by sqrt(2) for each of two.
  const double step = 0.4 * 31.8748 / std::sqrt(2.0);
  CHECK(at(1, 1, 5) == std::lround(255 * (10 - step) / 20));
  CHECK(at(2, 1, 5) == std::lround(255 * (10 + step) / 20));
  CHECK(at(1, 1, 0) == 255);
  CHECK(at(2, 1, 7) == 0);
}

} // namespace contractive::tests
