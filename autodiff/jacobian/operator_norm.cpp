#include <contractive/autodiff/jacobian/operator_norm.hpp>

#include <contractive/autodiff/array/random.hpp>
#include <contractive/autodiff/jacobian/path.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace contractive {
namespace {

// Each sample's vector, (B, ...), and its length, (B, 1...): zero vectors stay.
template <class T> struct Directions {
  Variable<T> unit, length;

  explicit Directions(const Variable<T>& t) {
    const Variable<T> rows = reshape(t, {t.shape()[0], Shape::infer});
    length = sqrt(sum_of_squares(rows, 1, KeepDims::yes));
    unit = reshape(where(length > 0, rows / length, 0), t.shape());
  }
};

} // namespace

template <class T>
Variable<T> jacobian_operator_norm(const Variable<T>& h, const Variable<T>& x,
                                   const OperatorNormOptions& options) {
  constexpr const char* name = "jacobian_operator_norm";
  if (!(options.tolerance >= 0) || options.iterations == 0)
    throw Error(name, ": tolerance ", options.tolerance, ", ", options.iterations,
                " iterations; expected a tolerance of at least 0 and an iteration");
  if (!depends(name, h, x))
    return Array<T>::zeros({x.shape()[0]});
  const T tolerance = static_cast<T>(
      options.tolerance > 0
          ? options.tolerance
          : std::pow(static_cast<double>(std::numeric_limits<T>::epsilon()), 2.0 / 3.0));
  Random random(options.seed);
  Directions<T> v(random.normal<T>(x.shape(), 1)), u(h.detach());
  for (std::size_t i = 0; i < options.iterations; ++i) {
    u = Directions<T>(jvp(h, x, v.unit, CreateGraph::no));
    const Variable<T> back = vjp(h, x, u.unit, CreateGraph::no);
    const Variable<T> scaled = reshape(v.unit, {x.shape()[0], Shape::infer}) * u.length;
    const Directions<T> rest(reshape(back, scaled.shape()) - scaled);
    const Mask open = rest.length > tolerance * u.length; // never where there is a NaN
    if (std::none_of(open.begin(), open.end(), [](bool one) { return one; }))
      break;
    v = Directions<T>(back);
  }
  const Variable<T> row = vjp(h, x, u.unit, options.create_graph) * v.unit;
  return sum(reshape(row, {x.shape()[0], Shape::infer}), 1);
}

// clang-format off
using namespace instances;
template VF jacobian_operator_norm(const VF&, const VF&, const OperatorNormOptions&); template VD jacobian_operator_norm(const VD&, const VD&, const OperatorNormOptions&);

} // namespace contractive
