#pragma once

#include <contractive/autodiff/array/error.hpp>
#include <contractive/autodiff/array/shape.hpp>
#include <contractive/autodiff/array/storage.hpp>
#include <contractive/autodiff/fwd.hpp>

#include <cstddef>
#include <cstring>
#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace contractive {
namespace detail {
/// How other libraries' containers become Arrays, and Arrays become theirs: what a bridge such as
/// xtensor.hpp specialises.
template <class T, class From, class = void> struct Import;
template <class T, class To, class = void> struct Export;
/// The type that derivatives are computed in at a number, an Array, a Variable or a container.
template <class X, class = void> struct NumberIn { using type = X; };
template <> struct NumberIn<int> { using type = double; };
template <class T> struct NumberIn<Array<T>> { using type = T; };
template <class T> struct NumberIn<Variable<T>> { using type = T; };
template <class X> using number_in = typename NumberIn<X>::type;

/// What the copies of an array share. A scalar's value is not among it.
struct Contents {
  Shape shape;
  std::size_t size;
  storage::Buffer buffer;
  std::shared_ptr<const Contents> owner; ///< of the buffer that a reshaped array refers to
  const void* data() const noexcept { return owner ? owner->buffer.get() : buffer.get(); }
};
inline const Contents of_scalars{{}, 1, {}, {}};
} // namespace detail

/// An immutable, row-major, 64-byte-aligned array with a shape. A cheap handle: copies share the
/// buffer, and nothing writes to it after it was made. A scalar lives in the handle itself.
/// Instantiated for float, double, bool (Mask) and std::int64_t (Indices).
template <class T> class [[nodiscard]] Array {
public:
  /// The type of the elements.
  using value_type = T;

  /// An empty array of shape (0), as one that was moved from is.
  Array() = default;
  /// A scalar of shape ().
  Array(T scalar) noexcept
      : contents_(std::shared_ptr<void>(), &detail::of_scalars), scalar_(scalar) {}
  /// Row-major values. Throws ShapeError unless there are shape.elements() of them.
  Array(const Shape& shape, const std::vector<T>& values);
  /// A vector: `Array<double>{1, 2, 3}` has shape (3).
  // A template, so that {{1}, {2}} is a matrix, though {1} could be a number.
  template <class U = T>
  Array(std::initializer_list<std::common_type_t<U>> values)
      : Array(Shape{values.size()}, std::vector<T>(values)) {}
  /// A matrix: `Array<double>{{1, 2}, {3, 4}}`. Throws ShapeError for rows of different lengths.
  Array(std::initializer_list<std::initializer_list<T>> rows);
  /// With array/xtensor.hpp included: an xtensor expression, computed and copied.
  template <class From, class = decltype(detail::Import<T, From>::array(std::declval<From>()))>
  Array(const From& from) : Array(detail::Import<T, From>::array(from)) {}
  /// With array/xtensor.hpp included: a copy as xt::xarray, or as xt::xtensor, whose rank has to
  /// fit (ShapeError).
  template <class To, class = decltype(detail::Export<T, To>::from(std::declval<Array>()))>
  operator To() const {
    return detail::Export<T, To>::from(*this);
  }

  /// A new array whose values `write(T* out)` fills in, row-major; all of them must be written.
  template <class Write> static Array make(const Shape& shape, Write&& write) {
    Array result{Uninitialised{}, shape};
    write(result.writable());
    return result;
  }
  /// Of this shape, with every element the same: this value; 0; 1.
  static Array full(const Shape& shape, T value);
  static Array zeros(const Shape& shape) { return full(shape, T{}); }
  static Array ones(const Shape& shape) { return full(shape, T{1}); }
  /// The identity matrix (n, n).
  static Array eye(std::size_t n);

  /// The lengths of the axes.
  const Shape& shape() const& noexcept { return contents_ ? contents_->shape : empty_shape(); }
  Shape shape() && noexcept { return shape(); }
  /// The number of axes.
  std::size_t rank() const noexcept { return shape().rank(); }
  /// The number of elements.
  std::size_t size() const noexcept { return contents_ ? contents_->size : 0; }
  /// The values: valid as long as any copy lives, a scalar's as long as this very handle.
  const T* data() const noexcept {
    if (contents_.get() == &detail::of_scalars)
      return &scalar_;
    return contents_ ? static_cast<const T*>(contents_->data()) : nullptr;
  }
  /// Whether both are one buffer under one shape; of scalars, whether all their bits agree.
  bool same(const Array& other) const noexcept {
    return contents_ == other.contents_ && std::memcmp(&scalar_, &other.scalar_, sizeof(T)) == 0;
  }
  /// The values in row-major order, for loops and algorithms.
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
  /// The same: `if (a < b)`, `double(loss)`.
  explicit operator T() const { return item(); }
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
  Array(Uninitialised, const Shape& shape);
  static const Shape& empty_shape() noexcept;
  T* writable() noexcept { return const_cast<T*>(data()); }
  std::size_t offset(const Shape& index) const;

  std::shared_ptr<const detail::Contents> contents_;
  T scalar_{};
};

/// Prints as numpy does: nested brackets, long axes shortened to their ends.
template <class T> std::ostream& operator<<(std::ostream& stream, const Array<T>& array);

/// Whether every element is finite.
template <class T> [[nodiscard]] bool all_finite(const Array<T>& array);

} // namespace contractive
