#pragma once

#include <contractive/autodiff/tape/tape.hpp>

#include <memory>
#include <utility>
#include <vector>

/// Derivatives of what was recorded, and of callables. Every result can be differentiated again.
namespace contractive {

template <class T> struct GradientOptions {
  /// One cotangent per output, of the output's shape; without them every output must be a scalar
  /// (one element) and is seeded with 1.
  std::vector<Variable<T>> seeds{};
  /// Record the sweep, so that the result can be differentiated again.
  bool create_graph = false;
  /// Zeros for inputs that no output depends on; otherwise they are an error.
  bool zeros_if_unreached = false;
};

/// d(sum of outputs)/d(input) for each input, by one reverse sweep.
/// Throws TapeError for an output or input that is not recorded, on different tapes, or an input
/// that is not reached; ShapeError for seeds that do not fit.
template <class T>
std::vector<Variable<T>> gradient(const std::vector<Variable<T>>& outputs,
                                  const std::vector<Variable<T>>& inputs,
                                  const GradientOptions<T>& options = {});
/// One output and one input.
template <class T>
Variable<T> gradient(const Variable<T>& output, const Variable<T>& input,
                     const GradientOptions<T>& options = {}) {
  return gradient(std::vector{output}, std::vector{input}, options)[0];
}

/// J^T v for J = dy/dx: v has y's shape, the result x's. Extra leading axes of v are carried along.
template <class T>
Variable<T> vjp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                bool create_graph = false);
/// J v for J = dy/dx by one forward sweep: v has x's shape, the result y's. Extra leading axes of v
/// are carried along.
template <class T>
Variable<T> jvp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                bool create_graph = false);
/// H v for the Hessian H of the scalar y.
template <class T>
Variable<T> hvp(const Variable<T>& y, const Variable<T>& x, const Variable<T>& v,
                bool create_graph = false) {
  return vjp(gradient(y, x, {{}, true, true}), x, v, create_graph);
}
/// dy/dx of shape y.shape + x.shape, by whichever of the two sweeps has fewer rows.
template <class T>
Variable<T> jacobian(const Variable<T>& y, const Variable<T>& x, bool create_graph = false);
/// The second derivative of the scalar y, of shape x.shape + x.shape.
template <class T>
Variable<T> hessian(const Variable<T>& y, const Variable<T>& x, bool create_graph = false) {
  return jacobian(gradient(y, x, {{}, true, true}), x, create_graph);
}

/// Where a functional form evaluates its callable: x enters through a fresh entry on its own tape,
/// else on this thread's active tape, else on a new one. So derivatives nest without confusion: an
/// inner derivative sees the inner entry only. On a new tape, results leave as constants.
template <class T> class Enclosure {
public:
  explicit Enclosure(const std::vector<Variable<T>>& x);
  const std::vector<Variable<T>>& inside() const { return inside_; }
  /// Whether results stay on a tape that was there before.
  bool nested() const { return own_ == nullptr; }
  Variable<T> leave(const Variable<T>& result) const { return nested() ? result : result.detach(); }

private:
  std::unique_ptr<Tape<T>> own_;
  std::vector<Variable<T>> inside_;
};

template <class F, class... Arguments>
using if_callable = std::enable_if_t<std::is_invocable_v<F, Arguments...>, int>;

/// f(x) and its gradient, for a scalar f. An f that ignores x has a gradient of zeros.
template <class T, class F, if_callable<F, const Variable<T>&> = 0>
std::pair<Variable<T>, Variable<T>> value_and_gradient(const F& f, const Variable<T>& x) {
  const Enclosure<T> enclosure({x});
  const Variable<T> y = f(enclosure.inside()[0]);
  const Variable<T> g = gradient<T>({y}, enclosure.inside(), {{}, enclosure.nested(), true})[0];
  return {enclosure.leave(y), enclosure.leave(g)};
}
/// The same for an f of several variables.
template <class T, class F, if_callable<F, const std::vector<Variable<T>>&> = 0>
std::pair<Variable<T>, std::vector<Variable<T>>>
value_and_gradient(const F& f, const std::vector<Variable<T>>& x) {
  const Enclosure<T> enclosure(x);
  const Variable<T> y = f(enclosure.inside());
  auto g = gradient<T>({y}, enclosure.inside(), {{}, enclosure.nested(), true});
  for (Variable<T>& one : g)
    one = enclosure.leave(one);
  return {enclosure.leave(y), std::move(g)};
}
/// The gradient of a callable alone: `gradient(f, x)`.
template <class T, class F, if_callable<F, const Variable<T>&> = 0>
Variable<T> gradient(const F& f, const Variable<T>& x) {
  return value_and_gradient(f, x).second;
}

/// A derivative of y = f(x) by `derive(y, x, v..., create_graph)`, where x enters and results leave
/// as Enclosure says: what the functional forms below have in common.
template <class T, class F, class... V>
Variable<T> derive_enclosed(const F& f, const Variable<T>& x,
                            Variable<T> (*derive)(const Variable<T>&, const Variable<T>&,
                                                  const V&..., bool),
                            const V&... v) {
  const Enclosure<T> enclosure({x});
  const Variable<T>& inside = enclosure.inside()[0];
  return enclosure.leave(derive(f(inside), inside, v..., enclosure.nested()));
}
/// vjp, jvp, hvp, jacobian and hessian of a callable at x.
template <class T, class F, if_callable<F, const Variable<T>&> = 0>
Variable<T> vjp(const F& f, const Variable<T>& x, const Variable<T>& v) {
  return derive_enclosed<T>(f, x, vjp<T>, v);
}
template <class T, class F, if_callable<F, const Variable<T>&> = 0>
Variable<T> jvp(const F& f, const Variable<T>& x, const Variable<T>& v) {
  return derive_enclosed<T>(f, x, jvp<T>, v);
}
template <class T, class F, if_callable<F, const Variable<T>&> = 0>
Variable<T> hvp(const F& f, const Variable<T>& x, const Variable<T>& v) {
  return derive_enclosed<T>(f, x, hvp<T>, v);
}
template <class T, class F, if_callable<F, const Variable<T>&> = 0>
Variable<T> jacobian(const F& f, const Variable<T>& x) {
  return derive_enclosed<T>(f, x, jacobian<T>);
}
template <class T, class F, if_callable<F, const Variable<T>&> = 0>
Variable<T> hessian(const F& f, const Variable<T>& x) {
  return derive_enclosed<T>(f, x, hessian<T>);
}

} // namespace contractive
