#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <atomic>
#include <cstdint>
#include <thread>

namespace contractive {

/// A place on a tape, in the order of recording.
using Position = std::size_t;

/// How variables find their tape, from any thread and at any time: links are never freed. `tape`
/// becomes null when the tape goes, and the link may then serve another one. Generations tell its
/// variables from those of the next tape; they count up, in 64 bits, and never repeat.
template <class T> struct TapeLink {
  std::atomic<Tape<T>*> tape{nullptr};   ///< null when it is gone
  std::atomic<std::thread::id> thread{}; ///< that made the tape
  std::atomic<std::uint64_t> first{0};   ///< the tape's first generation
  std::atomic<std::uint64_t> current{0}; ///< a rewind begins another one
  TapeLink* next = nullptr;              ///< in the list of links that it is in
};

/// Where on a tape an entry is. The generation tells it from one that took its place.
template <class T> struct Place {
  const TapeLink<T>* link = nullptr; ///< to the tape; null for a constant
  std::uint64_t generation = 0;      ///< of what was recorded there
  Position position = 0;             ///< on the tape
};

/// A value and, where it is tracked, its place on a tape. A cheap handle that does not own the
/// tape: the value outlives it, but computing with the variable then throws TapeError.
/// Values convert implicitly: a scalar or an Array is an untracked Variable, a constant.
template <class T> class [[nodiscard]] Variable {
public:
  /// An empty constant of shape (0).
  Variable() = default;
  /// A constant.
  Variable(Array<T> value) : value_(std::move(value)) {}
  Variable(T scalar) : value_(scalar) {}
  /// A constant vector: `Variable<double>{1, 2, 3}` has the shape (3).
  template <class U = T>
  Variable(std::initializer_list<std::common_type_t<U>> values) : value_(values) {}
  /// A constant matrix, by its rows. Throws ShapeError when these differ in length.
  Variable(std::initializer_list<std::initializer_list<T>> rows) : value_(rows) {}
  /// A constant: with array/xtensor.hpp included, an xtensor expression, computed and copied.
  template <class From, class = decltype(detail::Import<T, From>::array(std::declval<From>()))>
  Variable(const From& from) : value_(from) {}
  /// With array/xtensor.hpp included: a copy of the value as xt::xarray, or as xt::xtensor, whose
  /// rank has to fit (ShapeError).
  template <class To, class = decltype(detail::Export<T, To>::from(std::declval<Array<T>>()))>
  operator To() const {
    return value_;
  }
  /// Copies share the value and the place.
  Variable(const Variable&) = default;
  /// Of named variables alone: `x[0] = 1` would change a copy of the row, and nothing else.
  Variable& operator=(const Variable&) & = default;
  /// What was moved from is an empty constant.
  Variable(Variable&& other) noexcept : value_(std::move(other.value_)), place_(other.place_) {
    other.place_.link = nullptr;
  }
  Variable& operator=(Variable&& other) & noexcept {
    value_ = std::move(other.value_);
    place_ = other.place_;
    other.place_.link = nullptr;
    return *this;
  }

  /// The value, without its place.
  const Array<T>& value() const& noexcept { return value_; }
  Array<T> value() && noexcept { return std::move(value_); }
  /// The lengths of the value's axes.
  const Shape& shape() const& noexcept { return value_.shape(); }
  Shape shape() && noexcept { return value_.shape(); }
  /// The number of axes.
  std::size_t rank() const noexcept { return value_.rank(); }
  /// The number of elements.
  std::size_t size() const noexcept { return value_.size(); }
  /// The only element. Throws ShapeError when there is not exactly one.
  T item() const { return value_.item(); }
  explicit operator T() const { return item(); }
  /// Row i, without the first axis; negative ones count from the end. Throws ShapeError for a
  /// scalar or an i outside.
  Variable operator[](std::ptrdiff_t i) const { return row(*this, i); }

  /// Whether it has a place on a tape, be the tape alive or gone.
  bool tracked() const noexcept { return place_.link != nullptr; }
  /// The same value as a constant: derivatives do not pass through it.
  Variable detach() const { return Variable(value_); }

  // Found by argument lookup, so that either side may be a scalar or an Array; so is what they
  // call, in operation/arithmetic.hpp.
  /// Elementwise, by numpy's rules for shapes; ShapeError where these do not fit.
  friend Variable operator+(const Variable& a, const Variable& b) { return add(a, b); }
  friend Variable operator-(const Variable& a, const Variable& b) { return subtract(a, b); }
  friend Variable operator*(const Variable& a, const Variable& b) { return multiply(a, b); }
  friend Variable operator/(const Variable& a, const Variable& b) { return divide(a, b); }
  friend Variable operator-(const Variable& x) { return negate(x); }
  friend Variable& operator+=(Variable& a, const Variable& b) { return a = a + b; }
  friend Variable& operator-=(Variable& a, const Variable& b) { return a = a - b; }
  friend Variable& operator*=(Variable& a, const Variable& b) { return a = a * b; }
  friend Variable& operator/=(Variable& a, const Variable& b) { return a = a / b; }
  /// Compares the values, element by element; no derivative passes.
  friend Mask operator==(const Variable& a, const Variable& b) { return equal(a.value_, b.value_); }
  friend Mask operator!=(const Variable& a, const Variable& b) {
    return not_equal(a.value_, b.value_);
  }
  friend Mask operator<(const Variable& a, const Variable& b) { return less(a.value_, b.value_); }
  friend Mask operator>(const Variable& a, const Variable& b) { return less(b.value_, a.value_); }
  friend Mask operator<=(const Variable& a, const Variable& b) {
    return less_equal(a.value_, b.value_);
  }
  friend Mask operator>=(const Variable& a, const Variable& b) {
    return less_equal(b.value_, a.value_);
  }
  /// Prints the value, and whether it is tracked.
  friend std::ostream& operator<<(std::ostream& stream, const Variable& x) {
    return stream << (x.tracked() ? "variable " : "constant ") << x.value_;
  }

private:
  friend class Tape<T>;
  Variable(Array<T> value, const Place<T>& place) : value_(std::move(value)), place_(place) {}

  Array<T> value_;
  Place<T> place_;
};

/// The constant with x's value: derivatives do not pass.
template <class T> Variable<T> detach(const Variable<T>& x) { return x.detach(); }

} // namespace contractive
