#pragma once

#include <contractive/autodiff/array/geometry.hpp>
#include <contractive/nn/layer/init.hpp>
#include <contractive/nn/layer/module.hpp>

namespace contractive::nn {

/// Images are channels-last. What a convolution is made of.
struct ConvOptions {
  std::size_t in;          ///< channels
  std::size_t out;         ///< channels
  std::size_t kernel = 3;  ///< pixels, in both directions
  std::size_t stride = 1;  ///< pixels
  std::size_t padding = 0; ///< pixels of zeros on each side
};

/// A convolution: x (B, h, w, in) -> (B, oh, ow, out), oh = (h + 2 padding - kernel) / stride + 1.
template <class T> class Conv2d : public Module<T> {
public:
  /// Weights drawn as `init` says, bias 0.
  Conv2d(const ConvOptions& options, Random& random, Init init = Init::glorot);
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override { return {weight, bias}; }

  /// What it was made of.
  [[nodiscard]] const ConvOptions& options() const noexcept { return options_; }

  Parameter<T> weight; ///< (kernel, kernel, in, out)
  Parameter<T> bias;   ///< (out)

private:
  ConvOptions options_;
};

/// The transposed convolution: (B, h, w, in) -> (B, oh, ow, out), the sizes that a Conv2d with the
/// same kernel, stride and padding maps to (h, w). Several are; without `height` and `width`, the
/// smallest.
template <class T> class ConvTranspose2d : public Module<T> {
public:
  /// The same, for images of this height and width.
  ConvTranspose2d(const ConvOptions& options, Random& random, Init init = Init::glorot,
                  std::size_t height = 0, std::size_t width = 0);
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override { return {weight, bias}; }

  /// What it was made of.
  [[nodiscard]] const ConvOptions& options() const noexcept { return options_; }

  Parameter<T> weight; ///< (kernel, kernel, out, in), as the mirrored Conv2d's
  Parameter<T> bias;   ///< (out)

private:
  ConvOptions options_;
  std::size_t height_, width_;
};

/// The largest element, or the mean, of windows of size x size pixels that do not overlap.
template <class T> class Pool2d : public Module<T> {
public:
  /// What is taken of a window.
  enum class Kind { max, average };
  /// `size` in pixels.
  Pool2d(Kind kind, std::size_t size) : kind_(kind), size_(size) {}
  Variable<T> operator()(const Variable<T>& x) const override;

private:
  Kind kind_;
  std::size_t size_;
};

} // namespace contractive::nn
