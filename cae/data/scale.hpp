#pragma once

#include <contractive/nn/data/rows.hpp>

#include <string>
#include <vector>

namespace contractive::cae {

/// As many samples as there are.
constexpr std::size_t any_count = static_cast<std::size_t>(-1);

/// How the numbers of a file become inputs, v -> (v - shift) / divisor: decided once, on the
/// samples that a model is trained on, and kept with it.
///   type      bytes, as pixels are, by 255; all else as it is
///   none      everything as it is
///   255       everything by 255
///   minmax    the training samples' range to [0, 1]; what lies beyond it later is clipped
///   standard  the training samples to mean 0 and deviation 1
/// The last two count for each column of a table; images, whose samples have more than one axis,
/// have one range, mean and deviation for all elements. A column of equal numbers becomes 0.
struct Scale {
  std::string name = "type";     ///< one of scale_names()
  std::vector<double> shift{};   ///< for each column or for all; empty before fit()
  std::vector<double> divisor{}; ///< as many

  /// By its name. Throws Error for another than scale_names().
  static Scale named(const std::string& name);
  /// With the numbers that the first `count` of these samples (N, ...) give, if it needs any.
  template <class T>
  [[nodiscard]] Scale fit(const nn::Rows<T>& samples, std::size_t count = any_count) const;
  /// The inputs for samples (N, ...); `bytes` is what the file says of them. A note says how many
  /// were clipped. Throws Error where numbers are missing or are those of other columns, and where
  /// 255 is to divide numbers that are no larger than 1 already.
  template <class T>
  [[nodiscard]] nn::Rows<T> apply(const nn::Rows<T>& samples, bool bytes,
                                  std::vector<std::string>& notes) const;
  /// Both for an array.
  template <class T>
  [[nodiscard]] Scale fit(const Array<T>& samples, std::size_t count = any_count) const {
    return fit(nn::Rows<T>(samples), count);
  }
  template <class T>
  [[nodiscard]] Array<T> apply(const Array<T>& samples, bool bytes,
                               std::vector<std::string>& notes) const {
    return apply(nn::Rows<T>(samples), bytes, notes).all();
  }

private:
  template <class T> [[nodiscard]] Array<T> scaled(const Array<T>& samples, bool bytes) const;
  [[nodiscard]] bool beyond(double value) const;
};

/// All scales, as one text for errors and help.
[[nodiscard]] std::string scale_names();

} // namespace contractive::cae
