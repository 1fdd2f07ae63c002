#pragma once

#include <contractive/autodiff/operation/arithmetic.hpp>
#include <contractive/autodiff/tape/tape.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

/// Derivatives of what was recorded, and of callables. Every result can be differentiated again.
namespace contractive {

/// Whether a derivative is recorded, as everything that is computed from variables is, so that it
/// can be differentiated again. Without, a sweep takes less memory and time.
enum class CreateGraph { no, yes };
/// What the derivative in an input is that no output depends on.
enum class Unreached { error, zeros };

/// What functions that form Jacobians, or parts of them, may use.
struct JacobianOptions {
  /// The most bytes that blocks of cotangents may take at once, in the value and in its gradient.
  /// They are kept while all of them fit; else they are computed in chunks, and again for the
  /// gradient. Results do not depend on it beyond rounding.
  std::size_t memory_budget = std::size_t{1} << 30;
  /// Record, so that the result can be differentiated again.
  CreateGraph create_graph = CreateGraph::yes;
};

/// d(sum of outputs)/d(input) for each input, by one reverse sweep: sum_i J_i^T seed_i, with one
/// seed per output, of the output's shape.
/// Throws TapeError for an output or input that is not recorded, on different tapes, or an input
/// that is not reached; ShapeError for seeds that do not fit.
template <class T>
[[nodiscard]] std::vector<Variable<T>>
gradient(const std::vector<Variable<T>>& outputs, const std::vector<Variable<T>>& inputs,
         const std::vector<Variable<T>>& seeds, CreateGraph create_graph = CreateGraph::yes,
         Unreached unreached = Unreached::error);
/// The same for outputs of one element each, whose seeds are 1.
template <class T>
[[nodiscard]] std::vector<Variable<T>>
gradient(const std::vector<Variable<T>>& outputs, const std::vector<Variable<T>>& inputs,
         CreateGraph create_graph = CreateGraph::yes, Unreached unreached = Unreached::error);

namespace detail {

/// The arguments of a functional form's callable: each is a fresh entry on the argument's own tape,
/// else on this thread's active tape, else on a new one. So derivatives nest without confusion: an
/// inner derivative sees the inner entry only. Results that depend on nothing from outside are
/// returned as constants, and what was recorded for them is forgotten.
template <class T> class Arguments {
public:
  explicit Arguments(const std::vector<Variable<T>>& x);
  const std::vector<Variable<T>>& variables() const { return variables_; }
  /// Whether they are on a tape that was there before, where results are recorded.
  CreateGraph create_graph() const { return own_ ? CreateGraph::no : CreateGraph::yes; }
  std::vector<Variable<T>> results(std::vector<Variable<T>> y) const;

private:
  std::unique_ptr<Tape<T>> own_;
  Tape<T>* tape_;
  Position mark_;
  std::vector<Variable<T>> variables_;
};

/// What the functional forms are made of: derivatives of a recorded y in each of several x.
template <class T> using Variables = std::vector<Variable<T>>;
template <class T>
Variables<T> gradient(const Variable<T>& y, const Variables<T>& x, CreateGraph create_graph) {
  return contractive::gradient(Variables<T>{y}, x, create_graph, Unreached::zeros);
}
template <class T>
Variables<T> vjp(const Variable<T>& y, const Variables<T>& x, const Variable<T>& v, CreateGraph);
template <class T>
Variables<T> jvp(const Variable<T>& y, const Variables<T>& x, const Variables<T>& v, CreateGraph);
template <class T>
Variables<T> hvp(const Variable<T>& y, const Variables<T>& x, const Variables<T>& v, CreateGraph);
template <class T>
Variables<T> jacobian(const Variable<T>& y, const Variables<T>& x, std::size_t budget, CreateGraph);
template <class T>
Variables<T> hessian(const Variable<T>& y, const Variables<T>& x, std::size_t budget, CreateGraph);

/// How many variables F takes, up to eight; 0 stands for a vector of them.
template <class F, class T, class... V> constexpr std::size_t arity() {
  if constexpr (std::is_invocable_v<F, const Variables<T>&>)
    return 0;
  else if constexpr (sizeof...(V) > 8 || std::is_invocable_v<F, const Variable<T>&, const V&...>)
    return sizeof...(V) + 1;
  else
    return arity<F, T, Variable<T>, V...>();
}
/// f at x, which is one variable or all that f takes.
template <class T, class F> Variable<T> call(const F& f, const Variable<T>& x) { return f(x); }
template <class T, class F, std::size_t... i>
Variable<T> call(const F& f, const Variables<T>& x, std::index_sequence<i...>) {
  if (x.size() != sizeof...(i))
    throw Error("functional form: f takes ", sizeof...(i), " variables, ", x.size(), " given");
  return f(x[i]...);
}
template <class T, class F> Variable<T> call(const F& f, const Variables<T>& x) {
  if constexpr (constexpr std::size_t count = arity<F, T>(); count > 0)
    return call<T>(f, x, std::make_index_sequence<count>());
  else
    return f(x);
}

template <class T> struct NumberIn<Variables<T>> { using type = T; };
/// Whether an X is one variable or several, and what a braced list of them is where F decides.
template <class X> constexpr bool several = false;
template <class T> constexpr bool several<Variables<T>> = true;
template <class F> struct List {
  using type = Variables<std::conditional_t<(arity<F, double>() <= 8), double, float>>;
};
template <class T> struct List<Variable<T>> { using type = Variables<T>; };
template <class F> using list = typename List<F>::type;
/// What an X has one of for each of its variables.
template <class X, class R> auto as(std::vector<R> all) {
  if constexpr (several<X>)
    return all;
  else
    return R(std::move(all[0]));
}
template <class X> using each_of = std::conditional_t<several<X>, X, Variable<number_in<X>>>;
template <class T> Variables<T> all_of(const Variables<T>& x) { return x; }
template <class T> Variables<T> all_of(const Variable<T>& x) { return {x}; }

/// derivative(y, x, more..., create_graph), where y is recorded from x, or y = f(x).
template <class T, class F, class X, class Derivative, class... More>
Variables<T> derive(const F& f, const X& x, CreateGraph create_graph, const Derivative& derivative,
                    const More&... more) {
  if constexpr (std::is_same_v<F, Variable<T>>) {
    return derivative(f, all_of<T>(x), more..., create_graph);
  } else {
    const Arguments<T> arguments(all_of<T>(x));
    const Variables<T>& at = arguments.variables();
    const Variable<T> y = call<T>(f, as<X>(at));
    create_graph = create_graph == CreateGraph::yes ? arguments.create_graph() : create_graph;
    return arguments.results(derivative(y, at, more..., create_graph));
  }
}
/// y and its derivative, which is like an R.
template <class R, class T, class F, class X, class Derivative, class... More>
auto value_and(const F& f, const X& x, const Derivative& derivative, const More&... more) {
  Variables<T> all = derive<T>(f, x, CreateGraph::yes,
                               [&](const auto& y, const auto& at, CreateGraph create_graph) {
                                 Variables<T> found = derivative(y, at, more..., create_graph);
                                 found.push_back(y);
                                 return found;
                               });
  Variable<T> y = std::move(all.back());
  all.pop_back();
  return std::pair{std::move(y), as<R>(std::move(all))};
}

} // namespace detail

/// One output of one element, and one input, or several: `gradient(loss, {w, b})`.
template <class T, class X = std::vector<Variable<T>>>
[[nodiscard]] auto gradient(const Variable<T>& output, const X& inputs,
                            CreateGraph create_graph = CreateGraph::yes,
                            Unreached unreached = Unreached::error) {
  return detail::as<X>(
      gradient(std::vector{output}, detail::all_of<T>(inputs), create_graph, unreached));
}

/// Several outputs: `gradient({loss, other}, {w, b})`.
template <class T>
[[nodiscard]] std::vector<Variable<T>>
gradient(std::initializer_list<Variable<T>> outputs, std::initializer_list<Variable<T>> inputs,
         CreateGraph create_graph = CreateGraph::yes, Unreached unreached = Unreached::error) {
  return gradient(std::vector(outputs), std::vector(inputs), create_graph, unreached);
}

/// The functional forms: value_and_gradient() and all below. f is a callable of one variable, of
/// up to eight, or of a vector of them; or else it is a Variable that was recorded from x. x is
/// what f takes: a Variable, or what converts to one, or several as a vector or a list:
/// `jvp(f, {a, b}, {da, db})`. Where x is several, so are results and tangents, one for each; an
/// input that f ignores has derivatives of zeros. Results are recorded where x, or what else f
/// depends on, is; with CreateGraph::no, never. All throw TapeError for a constant x of a recorded
/// f, ShapeError for v of another shape, and Error for another number of variables than f takes.

/// f(x) and the gradient of a scalar f.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>>
[[nodiscard]] auto value_and_gradient(const F& f, const X& x) {
  return detail::value_and<X, T>(f, x, detail::gradient<T>);
}
/// The gradient of a callable alone.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>,
          class = std::enable_if_t<std::is_same_v<detail::number_in<F>, F>>>
[[nodiscard]] auto gradient(const F& f, const X& x) {
  return detail::as<X>(detail::derive<T>(f, x, CreateGraph::yes, detail::gradient<T>));
}

/// J^T v for J = df/dx: v has the shape of f's value, the result x's. Extra leading axes of v are
/// carried along. For f, x and errors, see derivative.hpp.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>>
[[nodiscard]] auto vjp(const F& f, const X& x, const detail::Like<T>& v,
                       CreateGraph create_graph = CreateGraph::yes) {
  return detail::as<X>(detail::derive<T>(f, x, create_graph, detail::vjp<T>, v));
}
/// f(x) and that.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>>
[[nodiscard]] auto value_and_vjp(const F& f, const X& x, const detail::Like<T>& v) {
  return detail::value_and<X, T>(f, x, detail::vjp<T>, v);
}

/// J v for J = df/dx by one forward sweep, the sum over all x of each J v: v has x's shape, the
/// result that of f's value. Extra leading axes of v are carried along; every v has the same. For
/// f, x and errors, see derivative.hpp.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>>
Variable<T> jvp(const F& f, const X& x, const detail::each_of<X>& v,
                CreateGraph create_graph = CreateGraph::yes) {
  return detail::derive<T>(f, x, create_graph, detail::jvp<T>, detail::all_of<T>(v))[0];
}
/// f(x) and that.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>>
[[nodiscard]] auto value_and_jvp(const F& f, const X& x, const detail::each_of<X>& v) {
  return detail::value_and<Variable<T>, T>(f, x, detail::jvp<T>, detail::all_of<T>(v));
}

/// H v for the Hessian H of a scalar f; extra leading axes of v as for jvp.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>>
[[nodiscard]] auto hvp(const F& f, const X& x, const detail::each_of<X>& v,
                       CreateGraph create_graph = CreateGraph::yes) {
  return detail::as<X>(detail::derive<T>(f, x, create_graph, detail::hvp<T>, detail::all_of<T>(v)));
}

/// df/dx of f's shape + x's, by whichever of the two sweeps has fewer rows; of several x, one block
/// for each. Throws ShapeError where that would have more than Shape::max_rank axes.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>>
[[nodiscard]] auto jacobian(const F& f, const X& x, const JacobianOptions& options = {}) {
  return detail::as<X>(
      detail::derive<T>(f, x, options.create_graph, detail::jacobian<T>, options.memory_budget));
}
/// The second derivative of a scalar f, of x's shape twice; of several x, a square of blocks, block
/// [i][j] of x_i's shape + x_j's.
template <class F, class X = detail::list<F>, class T = detail::number_in<X>>
[[nodiscard]] auto hessian(const F& f, const X& x, const JacobianOptions& options = {}) {
  const auto flat =
      detail::derive<T>(f, x, options.create_graph, detail::hessian<T>, options.memory_budget);
  const auto n = static_cast<std::ptrdiff_t>(detail::all_of<T>(x).size());
  std::vector<decltype(detail::as<X>(flat))> rows;
  for (auto first = flat.begin(); first != flat.end(); first += n)
    rows.push_back(detail::as<X>(std::vector<Variable<T>>(first, first + n)));
  return detail::as<X>(std::move(rows));
}

/// J = dy/dx as a linear map, which forms no matrix: apply() is a jvp, that of its transpose a vjp.
template <class T> LinearMap<T> jacobian_map(const Variable<T>& y, const Variable<T>& x);

} // namespace contractive
