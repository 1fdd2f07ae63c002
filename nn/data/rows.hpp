#pragma once

#include <contractive/nn/data/batches.hpp>

#include <functional>
#include <numeric>
#include <optional>

namespace contractive::nn {

/// Samples (N, ...), in memory or fetched as they are needed: what training takes its batches from.
/// A cheap handle.
template <class T> class Rows {
public:
  /// Gives the samples of these numbers, (n, ...), each less than N.
  using Fetch = std::function<Array<T>(const std::vector<std::size_t>& numbers)>;

  /// No samples.
  Rows() = default;
  /// In memory. Throws ShapeError for a scalar.
  Rows(Array<T> samples); // NOLINT(google-explicit-constructor): an array is one kind of rows
  /// Fetched: N samples of a shape.
  Rows(std::size_t count, const Shape& sample, Fetch fetch);

  /// (N, ...).
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  /// N.
  [[nodiscard]] std::size_t count() const noexcept { return shape_.rank() > 0 ? shape_[0] : 0; }
  /// The number of elements in all.
  [[nodiscard]] std::size_t size() const { return shape_.elements(); }
  /// Whether they are an array.
  [[nodiscard]] bool in_memory() const noexcept { return array_.has_value(); }

  /// The samples of these numbers. Throws ShapeError as take() of an array does.
  [[nodiscard]] Array<T> take(const std::vector<std::size_t>& numbers) const;
  /// Samples first ... last - 1. Throws ShapeError likewise.
  [[nodiscard]] Array<T> take(std::size_t first, std::size_t last) const;
  /// All of them, in memory.
  [[nodiscard]] Array<T> all() const { return array_ ? *array_ : take(0, count()); }

  /// Samples first ... last - 1, without fetching them. Throws ShapeError unless
  /// first <= last <= N.
  [[nodiscard]] Rows range(std::size_t first, std::size_t last) const;
  /// f(samples (n, ...)) -> (n, ...) of each, at once where they are in memory, else of what is
  /// fetched; `sample` is the shape of one that f gives.
  [[nodiscard]] Rows each(const Shape& sample,
                          const std::function<Array<T>(const Array<T>&)>& f) const;

private:
  Shape shape_{0};
  Fetch fetch_;
  std::optional<Array<T>> array_;
};

/// As of an array: the samples of these numbers, first ... last - 1, or the first n.
template <class T>
[[nodiscard]] Array<T> take(const Rows<T>& rows, const std::vector<std::size_t>& numbers) {
  return rows.take(numbers);
}
template <class T>
[[nodiscard]] Array<T> take(const Rows<T>& rows, std::size_t first, std::size_t last) {
  return rows.take(first, last);
}
template <class T> [[nodiscard]] Array<T> take_first(const Rows<T>& rows, std::size_t n) {
  return rows.take(0, std::min(n, rows.count()));
}

/// Rows where the type follows from other arguments, so that an array converts.
template <class T> struct RowsOfType {
  using Type = Rows<T>; ///< the rows
};
template <class T> using RowsOf = typename RowsOfType<T>::Type;

} // namespace contractive::nn
