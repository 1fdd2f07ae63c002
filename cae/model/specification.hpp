#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace contractive::cae {

/// One layer as the specification names it, with the activation behind it.
struct LayerSpecification {
  /// What a layer computes.
  enum class Kind { linear, conv, max_pool, average_pool, layernorm, residual };
  Kind kind = Kind::linear;               ///< what it computes
  std::size_t size = 0;                   ///< units, channels or the pool's window
  std::size_t kernel = 0;                 ///< of a convolution, pixels
  std::size_t stride = 1;                 ///< of a convolution, pixels
  std::size_t padding = 0;                ///< of a convolution, pixels
  std::string activation = "linear";      ///< one of nn::activation_names()
  std::vector<LayerSpecification> body{}; ///< of a residual
};

/// What an encoder is made of, as readable text:
///   784-1000:sigmoid                 dense layers by their widths, the first is the input's
///   784-512:relu-64:sigmoid          a width without an activation has that of the next
///   conv(16,3):relu,linear(64):tanh  layers one after another
/// Layers are layer_signatures(); `:name` sets the activation behind a layer, one of
/// nn::activation_names().
class Specification {
public:
  /// Throws Error that points at the column.
  static Specification parse(const std::string& text);
  /// The canonical text: parse(text()) gives the same layers.
  [[nodiscard]] std::string text() const;

  /// The width of a dense specification's input, 0 where the data decide.
  [[nodiscard]] std::size_t input() const noexcept { return input_; }
  /// Its layers, from the input to the code.
  [[nodiscard]] const std::vector<LayerSpecification>& layers() const noexcept { return layers_; }
  /// Layer k alone, whatever its input's width.
  [[nodiscard]] Specification layer(std::size_t k) const;

private:
  std::size_t input_ = 0;
  std::vector<LayerSpecification> layers_;
};

/// All layers that an encoder may have, as one text for errors and help.
[[nodiscard]] std::string layer_signatures();

} // namespace contractive::cae
