#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <cstdint>
#include <memory>

namespace contractive {

/// How variables and tapes find each other: `tape` becomes null when the tape goes.
template <class T> struct TapeLink { Tape<T>* tape; };

/// A value and, where it is tracked, its place on a tape. A cheap handle that does not own the
/// tape: the value outlives it, but computing with the variable then throws TapeError.
/// Values convert implicitly: a scalar or an Array is an untracked Variable, a constant.
template <class T> class [[nodiscard]] Variable {
public:
  Variable() = default;
  Variable(Array<T> value) : value_(std::move(value)) {}
  Variable(T scalar) : value_(scalar) {}
  /// A vector, and a matrix, as Array has them.
  Variable(std::initializer_list<T> values) : value_(values) {}
  Variable(std::initializer_list<std::initializer_list<T>> rows) : value_(rows) {}
  /// With a bridge to another library included, whatever that one has.
  template <class From, class = decltype(detail::Import<T, From>::array(std::declval<From>()))>
  Variable(const From& from) : value_(from) {}
  template <class To, class = decltype(detail::Export<T, To>::from(std::declval<Array<T>>()))>
  operator To() const {
    return value_;
  }

  const Array<T>& value() const& noexcept { return value_; }
  Array<T> value() && noexcept { return std::move(value_); }
  const Shape& shape() const& noexcept { return value_.shape(); }
  Shape shape() && noexcept { return value_.shape(); }
  std::size_t rank() const noexcept { return value_.rank(); }
  std::size_t size() const noexcept { return value_.size(); }
  /// The only element. Throws ShapeError when there is not exactly one.
  T item() const { return value_.item(); }
  explicit operator T() const { return item(); }
  /// Row i, without the first axis; negative ones count from the end. Throws ShapeError for a
  /// scalar or an i outside.
  Variable operator[](std::ptrdiff_t i) const { return row(*this, i); }

  /// Whether it has a place on a tape, be the tape alive or gone.
  bool tracked() const noexcept { return link_ != nullptr; }
  /// The same value as a constant: derivatives do not pass through it.
  Variable detach() const { return Variable(value_); }

  // Found by argument lookup, so that either side may be a scalar or an Array; so is what they
  // call, in operation/arithmetic.hpp.
  friend Variable operator+(const Variable& a, const Variable& b) { return add(a, b); }
  friend Variable operator-(const Variable& a, const Variable& b) { return subtract(a, b); }
  friend Variable operator*(const Variable& a, const Variable& b) { return multiply(a, b); }
  friend Variable operator/(const Variable& a, const Variable& b) { return divide(a, b); }
  friend Variable operator-(const Variable& x) { return negate(x); }
  friend Variable& operator+=(Variable& a, const Variable& b) { return a = a + b; }
  friend Variable& operator-=(Variable& a, const Variable& b) { return a = a - b; }
  friend Variable& operator*=(Variable& a, const Variable& b) { return a = a * b; }
  friend Variable& operator/=(Variable& a, const Variable& b) { return a = a / b; }
  friend Mask operator==(const Variable& a, const Variable& b) { return equal(a.value_, b.value_); }
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
  Variable(Array<T> value, std::shared_ptr<TapeLink<T>> link, std::uint32_t position,
           std::uint32_t generation)
      : value_(std::move(value)), link_(std::move(link)), position_(position),
        generation_(generation) {}

  Array<T> value_;
  std::shared_ptr<TapeLink<T>> link_;
  std::uint32_t position_ = 0;
  std::uint32_t generation_ = 0; // tells an entry from one that took its place after a rewind
};

/// The constant with x's value: derivatives do not pass.
template <class T> Variable<T> detach(const Variable<T>& x) { return x.detach(); }

} // namespace contractive
