#pragma once

#include <contractive/autodiff/autodiff.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// The table of operations: one row each, which drives every check of every primitive.
namespace contractive::tests {

using Shapes = std::vector<Shape>; ///< of one call's operands

/// An operation in both scalar types.
class Operation {
public:
  template <class F>
  Operation(F f)
      : float_([f](const std::vector<Variable<float>>& v) { return f(v); }),
        double_([f](const std::vector<Variable<double>>& v) { return f(v); }) {}
  Variable<float> operator()(const std::vector<Variable<float>>& v) const { return float_(v); }
  Variable<double> operator()(const std::vector<Variable<double>>& v) const { return double_(v); }

private:
  std::function<Variable<float>(const std::vector<Variable<float>>&)> float_;
  std::function<Variable<double>(const std::vector<Variable<double>>&)> double_;
};

/// What naive loops compute in: central differences of them are good to ten digits.
using Real = long double;

/// An array of the naive loops, with nothing of the library's behind it.
class Tensor {
public:
  Tensor(const Shape& shape, std::vector<Real> elements)
      : shape_(shape), elements_(std::move(elements)) {}
  explicit Tensor(const Array<double>& x) : Tensor(x.shape(), {x.begin(), x.end()}) {}
  static Tensor zeros(const Shape& shape) {
    return Tensor(shape, std::vector<Real>(shape.elements(), 0));
  }
  const Shape& shape() const { return shape_; }
  std::size_t rank() const { return shape_.rank(); }
  std::size_t size() const { return elements_.size(); }
  Real operator[](std::size_t i) const { return elements_.at(i); }
  Real& operator[](std::size_t i) { return elements_.at(i); }
  Tensor reshaped(const Shape& shape) const { return Tensor(shape, elements_); }
  Array<double> rounded() const {
    return Array<double>::make(
        shape_, [&](double* out) { std::copy(elements_.begin(), elements_.end(), out); });
  }

private:
  Shape shape_;
  std::vector<Real> elements_;
};

/// The value by a naive loop, element by element.
using Naive = std::function<Tensor(const std::vector<Tensor>&)>;

struct Row {
  std::string name;
  std::vector<Shapes> operands; ///< several calls
  double low, high;             ///< inputs are uniform in here: away from kinks and poles
  Operation operation;
  Naive naive;
  std::vector<Shapes> must_throw; ///< operands that raise a ShapeError
  std::vector<Shapes> large{};    ///< where kernels cut their work or have a tail: first order only
};

/// The rows, by the header that declares the operation.
std::vector<Row> elementwise_rows();
std::vector<Row> reduce_rows();
std::vector<Row> move_rows();
std::vector<Row> product_rows();
std::vector<Row> image_rows();
std::vector<Row> linear_algebra_rows();
std::vector<Row> all_rows();

// ---- naive loops over indices, for the rows

/// Calls f(index) for every index of the shape, row-major.
void for_each_index(const Shape& shape, const std::function<void(const Shape&)>& f);
/// The element at an index; indices that are too long lose leading axes, and axes of length 1 stand
/// still: broadcasting.
Real at(const Tensor& x, const Shape& index);
/// A new array by its elements.
Tensor build(const Shape& shape, const std::function<Real(const Shape&)>& element);

} // namespace contractive::tests
