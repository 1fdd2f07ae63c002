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

/// The rows of a segment's Jacobian: one for each element of a sample where its sweep begins; and
/// how many of them keep to a memory budget, value and gradient together: the dense blocks on the
/// way, cotangents of three in four of them at once, and the contraction's four copies of the last.
template <class T> std::size_t row_count(Path<T>& path, const Segment& segment);
template <class T>
std::size_t rows_at_once(Path<T>& path, const Segment& segment, std::size_t budget);

/// The cheapest plan of those that keep to a memory budget.
template <class T> Plan make_plan(Path<T>& path, std::size_t budget);

/// The plan in words and numbers.
template <class T> std::string describe(Path<T>& path, const Plan& plan, std::size_t budget);

} // namespace contractive
