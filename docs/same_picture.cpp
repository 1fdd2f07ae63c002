// same_picture SHOWN DRAWN: fails unless a page's picture is the one that its program draws. A PNG
// may differ in a few pixels and an SVG in the last digits of its numbers, as processors round
// differently.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <png.h>
#include <string>
#include <vector>

namespace {

struct Pixels {
  png_uint_32 width, height;
  std::vector<png_byte> bytes;
};

Pixels read_png(const char* path) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_file(&png, path)) {
    png.format = PNG_FORMAT_RGB;
    Pixels pixels{png.width, png.height, std::vector<png_byte>(PNG_IMAGE_SIZE(png))};
    if (png_image_finish_read(&png, nullptr, pixels.bytes.data(), 0, nullptr))
      return pixels;
  }
  std::cerr << path << ": " << png.message << "\n";
  std::exit(1);
}

// At most one byte in fifty differs by more than a shade of 8 in 255.
bool same_pixels(const Pixels& a, const Pixels& b) {
  std::size_t different = 0;
  if (a.width != b.width || a.height != b.height)
    return false;
  for (std::size_t i = 0; i < a.bytes.size(); ++i)
    different += std::abs(a.bytes[i] - b.bytes[i]) > 8;
  return different <= a.bytes.size() / 50;
}

std::string read_text(const char* path) {
  std::ifstream file(path);
  if (!file) {
    std::cerr << path << ": not there\n";
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

bool starts_number(const char* at) {
  return (*at >= '0' && *at <= '9') || (*at == '-' && at[1] >= '0' && at[1] <= '9');
}

// The same text, where numbers agree within one hundredth of their size, and half a unit.
bool same_text(const std::string& a, const std::string& b) {
  const char *left = a.c_str(), *right = b.c_str();
  while (*left && *right) {
    if (starts_number(left) && starts_number(right)) {
      char *after_left, *after_right;
      const double x = std::strtod(left, &after_left), y = std::strtod(right, &after_right);
      if (std::abs(x - y) > 0.5 + 0.01 * std::max(std::abs(x), std::abs(y)))
        return false;
      left = after_left;
      right = after_right;
    } else if (*left++ != *right++) {
      return false;
    }
  }
  return *left == *right;
}

} // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: same_picture SHOWN DRAWN\n";
    return 2;
  }
  const char *shown = arguments[1], *drawn = arguments[2];
  const std::string name = shown;
  const bool png = name.size() > 4 && name.substr(name.size() - 4) == ".png";
  if (png ? same_pixels(read_png(shown), read_png(drawn))
          : same_text(read_text(shown), read_text(drawn)))
    return 0;
  std::cerr << shown << " is not the picture that its program draws, " << drawn << "\n";
  return 1;
}
