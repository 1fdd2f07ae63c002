#pragma once

#include <contractive/autodiff/array/geometry.hpp>
#include <contractive/nn/layer/init.hpp>
#include <contractive/nn/layer/module.hpp>

namespace contractive::nn {

/// Images are channels-last. What a convolution is made of.
struct ConvOptions {
  std::size_t in, out, kernel = 3, stride = 1, padding = 0;
};

/// x (B, h, w, in) -> (B, oh, ow, out), oh = (h + 2 padding - kernel) / stride + 1.
template <class T> class Conv2d : public Module<T> {
public:
  Conv2d(const ConvOptions& options, Random& random, Init init = Init::glorot);
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override { return {weight, bias}; }

  [[nodiscard]] const ConvOptions& options() const noexcept { return options_; }

  Parameter<T> weight, bias; ///< (kernel, kernel, in, out) and (out)

private:
  ConvOptions options_;
};

/// The transposed convolution: (B, h, w, in) -> (B, oh, ow, out), the sizes that a Conv2d with the
/// same kernel, stride and padding maps to (h, w). Several are; without `height` and `width`, the
/// smallest.
template <class T> class ConvTranspose2d : public Module<T> {
public:
  ConvTranspose2d(const ConvOptions& options, Random& random, Init init = Init::glorot,
                  std::size_t height = 0, std::size_t width = 0);
  Variable<T> operator()(const Variable<T>& x) const override;
  [[nodiscard]] std::vector<Parameter<T>> parameters() const override { return {weight, bias}; }

  [[nodiscard]] const ConvOptions& options() const noexcept { return options_; }

  Parameter<T> weight, bias; ///< (kernel, kernel, out, in), as the mirrored Conv2d's; and (out)

private:
  ConvOptions options_;
  std::size_t height_, width_;
};

/// The largest element, or the mean, of windows of size x size pixels that do not overlap.
template <class T> class Pool2d : public Module<T> {
public:
  enum class Kind { max, average };
  Pool2d(Kind kind, std::size_t size) : kind_(kind), size_(size) {}
  Variable<T> operator()(const Variable<T>& x) const override;

private:
  Kind kind_;
  std::size_t size_;
};

} // namespace contractive::nn
