#pragma once

#include <contractive/autodiff/array/error.hpp>
#include <contractive/autodiff/array/shape.hpp>
#include <contractive/autodiff/fwd.hpp>

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <type_traits>
#include <vector>

namespace contractive {

/// An immutable, row-major, 64-byte-aligned array with a shape. A cheap handle: copies share the
/// buffer, and nothing writes to it after it was made. Instantiated for float, double, bool (Mask)
/// and std::int64_t (Indices).
template <class T> class [[nodiscard]] Array {
public:
  using value_type = T;

  /// An empty array of shape (0).
  Array();
  /// A scalar of shape ().
  Array(T scalar);
  /// Row-major values. Throws ShapeError unless there are shape.elements() of them.
  Array(const Shape& shape, const std::vector<T>& values);
  /// A vector: `Array<double>{1, 2, 3}` has shape (3).
  Array(std::initializer_list<T> values) : Array(Shape{values.size()}, std::vector<T>(values)) {}

  /// A new array whose values `write(T* out)` fills in, row-major; all of them must be written.
  template <class Write> static Array make(const Shape& shape, Write&& write) {
    Array result{Uninitialised{}, shape};
    write(result.contents_->data);
    return result;
  }
  static Array full(const Shape& shape, T value);
  static Array zeros(const Shape& shape) { return full(shape, T{}); }
  static Array ones(const Shape& shape) { return full(shape, T{1}); }
  /// The identity matrix (n, n).
  static Array eye(std::size_t n);

  const Shape& shape() const noexcept { return contents_->shape; }
  std::size_t rank() const noexcept { return shape().rank(); }
  std::size_t size() const noexcept { return contents_->size; }
  const T* data() const noexcept { return contents_->data; }
  const T* begin() const noexcept { return data(); }
  const T* end() const noexcept { return data() + size(); }
  /// Element i in row-major order, unchecked.
  T operator[](std::size_t i) const noexcept { return data()[i]; }
  /// One element by its index. Throws ShapeError when the index does not fit the shape.
  template <class... Index> T operator()(Index... index) const {
    return data()[offset(Shape{static_cast<std::size_t>(index)...})];
  }
  /// The only element. Throws ShapeError when there is not exactly one.
  T item() const;
  /// The same buffer under another shape. Throws ShapeError unless the number of elements agrees.
  Array reshaped(const Shape& shape) const;
  /// Converted element by element.
  template <class U> Array<U> as() const {
    return Array<U>::make(shape(), [&](U* out) {
      for (std::size_t i = 0; i < size(); ++i)
        out[i] = static_cast<U>(data()[i]);
    });
  }

private:
  struct Uninitialised {};
  // A scalar lives in the contents themselves: one allocation, no buffer.
  struct Contents {
    Shape shape;
    std::size_t size = 0;
    T* data = nullptr;
    std::shared_ptr<void> buffer;
    T scalar{};
  };
  Array(Uninitialised, const Shape& shape);
  std::size_t offset(const Shape& index) const;

  std::shared_ptr<Contents> contents_;
};

/// Prints as numpy does: nested brackets, long axes shortened to their ends.
template <class T> std::ostream& operator<<(std::ostream& stream, const Array<T>& array);

/// Whether every element is finite.
template <class T> [[nodiscard]] bool all_finite(const Array<T>& array);

} // namespace contractive
