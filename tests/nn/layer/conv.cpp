#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/nn.hpp>

#include "support/message.hpp"
#include "support/parameters.hpp"
#include "support/random.hpp"
#include "support/tolerance.hpp"

#include <algorithm>
#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;
using namespace contractive::nn;

namespace {

using A = Array<double>;

// x (B, h, w, in) by the definition: each pixel of the result sums over the window and the channels
// below it, and pixels outside the image are 0.
A convolution(const A& x, const Conv2d<double>& layer) {
  const ConvOptions& of = layer.options();
  const std::size_t in = of.in, out = of.out, kernel = of.kernel;
  const std::size_t stride = of.stride, padding = of.padding;
  const std::size_t samples = x.shape()[0], h = x.shape()[1], w = x.shape()[2];
  const std::size_t oh = (h + 2 * padding - kernel) / stride + 1,
                    ow = (w + 2 * padding - kernel) / stride + 1;
  std::vector<double> all;
  for (std::size_t b = 0; b < samples; ++b)
    for (std::size_t i = 0; i < oh; ++i)
      for (std::size_t j = 0; j < ow; ++j)
        for (std::size_t o = 0; o < out; ++o) {
          double value = layer.bias.value()[o];
          for (std::size_t p = 0; p < kernel; ++p)
            for (std::size_t q = 0; q < kernel; ++q)
              for (std::size_t c = 0; c < in; ++c) {
                const std::size_t r = i * stride + p, s = j * stride + q;
                if (r >= padding && r < h + padding && s >= padding && s < w + padding)
                  value += x(b, r - padding, s - padding, c) * layer.weight.value()(p, q, c, o);
              }
          all.push_back(value);
        }
  return A({samples, oh, ow, out}, all);
}

// Each pixel of x spreads over its window in the result.
A spread(const A& x, const ConvTranspose2d<double>& layer, std::size_t h, std::size_t w) {
  const ConvOptions& of = layer.options();
  const std::size_t in = of.in, out = of.out, kernel = of.kernel;
  const std::size_t stride = of.stride, padding = of.padding;
  const Shape shape{x.shape()[0], h, w, out};
  return A::make(shape, [&](double* y) {
    for (std::size_t i = 0; i < shape.elements(); ++i)
      y[i] = layer.bias.value()[i % out];
    for (std::size_t b = 0; b < x.shape()[0]; ++b)
      for (std::size_t i = 0; i < x.shape()[1]; ++i)
        for (std::size_t j = 0; j < x.shape()[2]; ++j)
          for (std::size_t p = 0; p < kernel; ++p)
            for (std::size_t q = 0; q < kernel; ++q) {
              const std::size_t r = i * stride + p, s = j * stride + q;
              if (r < padding || r >= h + padding || s < padding || s >= w + padding)
                continue;
              for (std::size_t o = 0; o < out; ++o)
                for (std::size_t c = 0; c < in; ++c)
                  y[((b * h + r - padding) * w + s - padding) * out + o] +=
                      x(b, i, j, c) * layer.weight.value()(p, q, o, c);
            }
  });
}

} // namespace

TEST_CASE("conv: convolution with stride, padding and bias") {
  Random random(1);
  for (const std::size_t padding : {0u, 1u, 2u}) {
    Conv2d<double> layer({2, 3, 3, 2, padding}, random);
    randomise(layer.parameters(), 7);
    const A x = random_array<double>({2, 5, 6, 2}, 1); // rows and columns that stride 2 leaves out
    CHECK(difference(layer(V(x)).value(), convolution(x, layer)) < rounding<double>);
    CHECK(wrong_derivative(layer, random_array<double>({2, 3, 4, 2}, 2)) == "");
  }
  const Conv2d<double> layer({2, 3, 3, 1, 0}, random);
  CHECK(message<ShapeError>([&] {
          return layer(V(A::ones({1, 5, 5, 3})));
        }).find("conv2d: x (1, 5, 5, 3), weight (3, 3, 2, 3)") == 0);
  CHECK(message<ShapeError>([&] {
          return layer(V(A::ones({1, 2, 5, 2})));
        }).find("3 x 3, stride 1, padding 0 on an image of 2 x 5") != std::string::npos);
}

TEST_CASE("conv: transposed convolution, of the smallest and of a given size") {
  Random random(1);
  const A x = random_array<double>({2, 2, 3, 2}, 1);
  ConvTranspose2d<double> smallest({2, 3, 3, 2, 1}, random),
      given({2, 3, 3, 2, 1}, random, Init::glorot, 4, 6);
  for (auto* layer : {&smallest, &given})
    randomise(layer->parameters(), 7);
  CHECK(difference(smallest(V(x)).value(), spread(x, smallest, 3, 5)) < rounding<double>);
  CHECK(difference(given(V(x)).value(), spread(x, given, 4, 6)) < rounding<double>);
  CHECK(wrong_derivative(given, x) == "");
  CHECK(message<ShapeError>([&] {
          return ConvTranspose2d<double>({2, 3, 3, 2, 1}, random, Init::glorot, 9, 6)(V(x));
        }).find("conv_transpose2d: x (2, 2, 3, 2) for an image of 9 x 6") == 0);
}

TEST_CASE("conv: pooling drops what does not fill a window") {
  const A x = random_array<double>({2, 5, 7, 2}, 1);
  Pool2d<double> largest(Pool2d<double>::Kind::max, 2), average(Pool2d<double>::Kind::average, 2);
  const A top = largest(V(x)).value(), middle = average(V(x)).value();
  REQUIRE(top.shape() == Shape{2, 2, 3, 2});
  REQUIRE(middle.shape() == Shape{2, 2, 3, 2});
  for (std::size_t b = 0; b < 2; ++b)
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        for (std::size_t c = 0; c < 2; ++c) {
          const double p = x(b, 2 * i, 2 * j, c), q = x(b, 2 * i, 2 * j + 1, c),
                       r = x(b, 2 * i + 1, 2 * j, c), s = x(b, 2 * i + 1, 2 * j + 1, c);
          CHECK(top(b, i, j, c) == std::max({p, q, r, s}));
          CHECK(middle(b, i, j, c) == doctest::Approx((p + q + r + s) / 4).epsilon(1e-14));
        }
  CHECK(wrong_derivative(largest, x) == "");
  CHECK(wrong_derivative(average, x) == "");
  CHECK(message<ShapeError>([&] {
          return Pool2d<double>(Pool2d<double>::Kind::max, 0)(V(x));
        }).find("expected a positive window") != std::string::npos);
}

} // namespace contractive::tests
