#pragma once

#include <contractive/autodiff/jacobian/block.hpp>
#include <contractive/autodiff/jacobian/jacobian.hpp>

#include <functional>
#include <memory>
#include <string>

/// How a Jacobian's norm is computed. A cut v splits J = R F, R = dh/dv and F = dv/dx; then
/// ||R F||^2 = <R (F F^T), R> = <R^T R, F F^T>, and J itself is never formed. Plans are compared by
/// what a step costs, value and gradient, counted on shapes alone.
namespace contractive {

struct Cost {
  double value = 0;    ///< multiply-adds
  double step = 0;     ///< the same with the gradient in every tracked operand, if it is recorded
  double elements = 0; ///< that the value writes; the gradient passes over them twice more
  friend Cost operator+(const Cost& a, const Cost& b) {
    return {a.value + b.value, a.step + b.step, a.elements + b.elements};
  }
  friend Cost operator*(double n, const Cost& c) {
    return {n * c.value, n * c.step, n * c.elements};
  }
};

/// A sweep that may be made: what it would end in, and what each row costs while it is one.
struct Sweep {
  Segment segment;
  Form form;
  Cost per_row;
  std::size_t rows = 0, length = 0; ///< elements of a sample where it begins, and where it ends
  bool leaves_cut = false;          ///< it begins at the cut: all rows are needed at once
  double size() const { return static_cast<double>(rows) * static_cast<double>(length); }
};

struct Plan {
  enum class Contraction {
    none,        ///< J row by row
    structured,  ///< J as a block whose norm has a closed form
    shared_gram, ///< <A M, A>, A = rows diag(d), M = W W^T, where the other side is diag(d) W
    two_grams,   ///< <R^T R, F F^T>, both for each sample
  } contraction = Contraction::none;
  Sweep rows, other; ///< either side of the cut; without one, `rows` is the whole path
  Cost cost;
};

/// Plans for the path from x to h.
template <class T> struct Planner {
  Path<T> path;
  std::size_t samples, budget;
  bool recorded;
  Planner(const char* operation, const Variable<T>& h, const Variable<T>& x,
          const JacobianOptions& options)
      : path(operation, h, x), samples(x.shape()[0]), budget(options.memory_budget),
        recorded(options.create_graph == CreateGraph::yes) {}

  /// All plans that keep to the budget: for each cut, either side swept in either direction.
  void each_plan(const std::function<void(const Plan&)>& consider) const;
  /// The cheapest of them.
  Plan plan() const;
  /// The sweep over the whole path.
  Sweep whole(bool forward) const;
  /// What plans are compared by, in multiply-adds.
  double total(const Cost& cost) const;
  /// How many rows keep to the budget, value and gradient together: the rows on the way,
  /// cotangents of three in four of them at once, and the contraction's four copies of the last.
  std::size_t rows_at_once(const Sweep& sweep) const;
  JacobianCost cost(const Plan& plan) const;
  std::string explain(const Plan& plan) const;
};

/// Shared with the replays of chunks, which outlive the call.
template <class T> using PlannerPtr = std::shared_ptr<const Planner<T>>;

/// Carries the plan out: (B).
template <class T> Variable<T> squared_norm(const PlannerPtr<T>& planner, const Plan& plan);

} // namespace contractive
