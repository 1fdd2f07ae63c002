#pragma once

#include <contractive/autodiff/operation/arithmetic.hpp>
#include <contractive/autodiff/tape/tape.hpp>

#include <memory>
#include <utility>
#include <vector>

/// Derivatives of what was recorded, and of callables. Every result can be differentiated again.
namespace contractive {

/// Whether a derivative is recorded, as everything that is computed from variables is, so that it
/// can be differentiated again. Without, a sweep takes less memory and time.
enum class CreateGraph { no, yes };
/// What the derivative in an input is that no output depends on.
enum class Unreached { error, zeros };

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
/// Lists: `gradient({loss}, {w, b})`.
template <class T>
[[nodiscard]] std::vector<Variable<T>>
gradient(std::initializer_list<Variable<T>> outputs, std::initializer_list<Variable<T>> inputs,
         CreateGraph create_graph = CreateGraph::yes, Unreached unreached = Unreached::error) {
  return gradient(std::vector<Variable<T>>(outputs), std::vector<Variable<T>>(inputs), create_graph,
                  unreached);
}
/// One output of one element, and one input.
template <class T>
Variable<T> gradient(const Variable<T>& output, const Variable<T>& input,
                     CreateGraph create_graph = CreateGraph::yes,
                     Unreached unreached = Unreached::error) {
  return gradient(std::vector{output}, std::vector{input}, create_graph, unreached)[0];
}

/// J^T v for J = dy/dx: v has y's shape, the result x's. Extra leading axes of v are carried along.
template <class T>
Variable<T> vjp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                CreateGraph create_graph = CreateGraph::yes);
/// J v for J = dy/dx by one forward sweep: v has x's shape, the result y's. Extra leading axes of v
/// are carried along.
template <class T>
Variable<T> jvp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                CreateGraph create_graph = CreateGraph::yes);
/// H v for the Hessian H of the scalar y.
template <class T>
Variable<T> hvp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                CreateGraph create_graph = CreateGraph::yes) {
  return vjp(gradient(y, x, CreateGraph::yes, Unreached::zeros), x, v, create_graph);
}
/// dy/dx of shape y.shape + x.shape, by whichever of the two sweeps has fewer rows.
template <class T>
Variable<T> jacobian(const Variable<T>& y, const Variable<T>& x,
                     CreateGraph create_graph = CreateGraph::yes);
/// The second derivative of the scalar y, of shape x.shape + x.shape.
template <class T>
Variable<T> hessian(const Variable<T>& y, const Variable<T>& x,
                    CreateGraph create_graph = CreateGraph::yes) {
  return jacobian(gradient(y, x, CreateGraph::yes, Unreached::zeros), x, create_graph);
}

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

template <class F, class X> using if_callable = std::enable_if_t<std::is_invocable_v<F, X>, int>;
/// The type that the derivatives of F, a callable of one variable, are computed in at an X.
template <class F, class X>
using derived_in =
    std::enable_if_t<std::is_invocable_v<F, const Variable<number_in<X>>&>, number_in<X>>;
/// derive(y, x, v..., create_graph) for y = f(x): what the functional forms have in common.
template <class T, class F, class... V>
Variable<T> derive(const F& f, const Variable<T>& x,
                   Variable<T> (*derivative)(const Variable<T>&, const Variable<T>&, const V&...,
                                             CreateGraph),
                   const V&... v) {
  const Arguments<T> arguments({x});
  const Variable<T>& argument = arguments.variables()[0];
  return arguments.results({derivative(f(argument), argument, v..., arguments.create_graph())})[0];
}

} // namespace detail

/// f(x) and its gradient, for a scalar f of several variables. One that f ignores has a gradient of
/// zeros.
template <class T, class F, detail::if_callable<F, const std::vector<Variable<T>>&> = 0>
[[nodiscard]] std::pair<Variable<T>, std::vector<Variable<T>>>
value_and_gradient(const F& f, const std::vector<Variable<T>>& x) {
  const detail::Arguments<T> arguments(x);
  const Variable<T> y = f(arguments.variables());
  auto all = gradient<T>({y}, arguments.variables(), arguments.create_graph(), Unreached::zeros);
  all.push_back(y);
  all = arguments.results(std::move(all));
  const Variable<T> value = all.back();
  all.pop_back();
  return {value, std::move(all)};
}
/// The same for an f of one variable.
template <class F, class X, class T = detail::derived_in<F, X>>
[[nodiscard]] std::pair<Variable<T>, Variable<T>> value_and_gradient(const F& f, const X& x) {
  const auto of_first = [&](const std::vector<Variable<T>>& v) { return f(v[0]); };
  const auto all = value_and_gradient<T>(of_first, std::vector<Variable<T>>{Variable<T>(x)});
  return {all.first, all.second[0]};
}
/// The gradient of a callable alone: `gradient(f, x)`.
template <class F, class X, class T = detail::derived_in<F, X>>
Variable<T> gradient(const F& f, const X& x) {
  return value_and_gradient(f, x).second;
}

/// vjp, jvp, hvp, jacobian and hessian of a callable at x.
template <class F, class X, class T = detail::derived_in<F, X>>
Variable<T> vjp(const F& f, const X& x, const detail::Like<T>& v) {
  return detail::derive<T>(f, x, vjp<T>, v);
}
template <class F, class X, class T = detail::derived_in<F, X>>
Variable<T> jvp(const F& f, const X& x, const detail::Like<T>& v) {
  return detail::derive<T>(f, x, jvp<T>, v);
}
template <class F, class X, class T = detail::derived_in<F, X>>
Variable<T> hvp(const F& f, const X& x, const detail::Like<T>& v) {
  return detail::derive<T>(f, x, hvp<T>, v);
}
template <class F, class X, class T = detail::derived_in<F, X>>
Variable<T> jacobian(const F& f, const X& x) {
  return detail::derive<T>(f, x, jacobian<T>);
}
template <class F, class X, class T = detail::derived_in<F, X>>
Variable<T> hessian(const F& f, const X& x) {
  return detail::derive<T>(f, x, hessian<T>);
}

} // namespace contractive
