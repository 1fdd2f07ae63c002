#include <contractive/autodiff/jacobian/curvature.hpp>

#include <contractive/autodiff/derivative.hpp>
#include <contractive/autodiff/jacobian/path.hpp>
#include <contractive/autodiff/move.hpp>

namespace contractive {

template <class T>
Variable<T> hessian_squared_norm(const Variable<T>& h, const Variable<T>& x,
                                 const JacobianOptions& options) {
  const std::size_t samples = h.shape().first(std::min<std::size_t>(1, h.rank())).elements();
  const std::size_t s = h.size() / std::max<std::size_t>(1, samples),
                    d = x.size() / std::max<std::size_t>(1, samples);
  const double bytes = static_cast<double>(h.size() * sizeof(T)) * static_cast<double>(d * d);
  if (bytes > static_cast<double>(options.memory_budget))
    throw Error(text("hessian_squared_norm: h ", h.shape(), ", x ", x.shape(), " have ", s, " * ",
                     d, "^2 second derivatives for each of ", samples, " samples, ", bytes / 1e9,
                     " GB; expected at most the budget of ",
                     static_cast<double>(options.memory_budget) / 1e9,
                     " GB; jacobian_difference_norm estimates them"));
  if (!depends("hessian_squared_norm", h, x))
    return Array<T>::zeros({samples});
  // J row by row, the samples' second: seeds (s, B, ...) whose row k is 1 at each sample's k.
  const Variable<T> seeds =
      reshape(broadcast_to(reshape(Variable<T>(Array<T>::eye(s)), {s, 1, s}), {s, samples, s}),
              Shape{s} + h.shape());
  const Variable<T> rows = vjp(h, x, seeds, true);
  const Variable<T> j = permute(reshape(rows, {s, samples, d}), {1, 0, 2});
  return j.tracked() ? jacobian_squared_norm(j, x, options) : Array<T>::zeros({samples});
}

template Variable<float> hessian_squared_norm(const Variable<float>&, const Variable<float>&,
                                              const JacobianOptions&);
template Variable<double> hessian_squared_norm(const Variable<double>&, const Variable<double>&,
                                               const JacobianOptions&);

} // namespace contractive
