#pragma once

#include <contractive/autodiff/autodiff.hpp>

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

/// The value by a naive loop, element by element.
using Naive = std::function<Array<double>(const std::vector<Array<double>>&)>;

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

// ---- naive loops over indices, for the rows

/// Calls f(index) for every index of the shape, row-major.
void for_each_index(const Shape& shape, const std::function<void(const Shape&)>& f);
/// The element at an index; indices that are too long lose leading axes, and axes of length 1 stand
/// still: broadcasting.
double at(const Array<double>& x, const Shape& index);
/// A new array by its elements.
Array<double> build(const Shape& shape, const std::function<double(const Shape&)>& element);

} // namespace contractive::tests
