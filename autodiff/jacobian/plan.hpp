#pragma once

#include <contractive/autodiff/jacobian/block.hpp>

#include <string>

/// How a Jacobian's norm is computed. A cut v splits J = R F, R = dh/dv and F = dv/dx; then
/// ||R F||^2 = <R (F F^T), R> = <R^T R, F F^T>, and J itself is never formed. Plans are compared by
/// multiply-adds and passes over memory, counted on shapes alone.
namespace contractive {

struct Plan {
  enum class Contraction {
    none,        ///< J row by row, by one sweep over the whole path
    structured,  ///< J by one sweep that ends in a block whose norm has a closed form
    shared_gram, ///< F = diag(d) W with W shared by the batch: <A M, A>, A = R diag(d), M = W W^T
    two_grams,   ///< <R^T R, F F^T>, both for each sample
  };
  Contraction contraction = Contraction::none;
  Segment above, below; ///< R and F; without a cut, `above` is the whole path
  Cost cost;            ///< of the value
  double naive = 0;     ///< of one reverse sweep with a dense row for every unit of the code
};

/// Plans for the path from x to h, whose blocks may take so many bytes.
template <class T> struct Planner {
  Path<T> path;
  std::size_t samples, budget;
  Planner(const char* operation, const Variable<T>& h, const Variable<T>& x, std::size_t bytes)
      : path(operation, h, x), samples(x.shape()[0]), budget(bytes) {}

  /// The rows of a segment's Jacobian: one for each element of a sample where its sweep begins.
  std::size_t row_count(const Segment& s) { return path.shape(s.begin()).elements() / samples; }
  /// How many of them keep to the budget, value and gradient together: the dense blocks on the way,
  /// cotangents of three in four of them at once, and the contraction's four copies of the last.
  std::size_t rows_at_once(const Segment& segment);
  /// The cheapest plan of those that keep to the budget.
  Plan plan();
  /// That plan in words and numbers.
  std::string explain();
};

} // namespace contractive
