// Programs under both using directives: Variables go to our functions, expressions to xtensor's,
// and what joins both is a Variable.
#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/autodiff.hpp>

#include <doctest/doctest.h>
#include <xtensor/xio.hpp>
#include <xtensor/xmanipulation.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnorm.hpp>
#include <xtensor/xpad.hpp>
#include <xtensor/xrandom.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>

using namespace xt;
using namespace contractive;

namespace {

using V = Variable<double>;

template <class... Results> void variables(const Results&...) {
  static_assert((std::is_same_v<Results, V> && ...));
}

// Every name that both namespaces have, with what users pass.
template <class X, class Y> void both_have(X& x, Y& y) {
  variables(exp(x), expm1(x), log(x), log1p(x), sqrt(x), square(x), abs(x), sin(x), cos(x), tanh(x),
            erf(x), square(x - y), exp(square(x)), clip(x, 0, 1), pow(x, 2), pow(x, y),
            maximum(x, y), minimum(x, 1.0), where(x > y, x, y), where(x > 0, x, 0.0));
  int axis = 0;
  variables(sum(x), sum(x, 0), sum(x, axis), sum(x, {0, 1}), sum(x, 0, KeepDims::yes),
            sum(x, Axes{0}), sum(x * y), mean(x), mean(x, 1), mean(x, {0, 1}, KeepDims::yes),
            mean(square(x - y)), row(x, 0), reshape(x, {4}), pad(x, {{1, 1}, {0, 0}}),
            concatenate({x, y}), stack({x, y}), concatenate({x, y}, 1), broadcast_to(x, {2, 2, 2}));
  variables(tan(x), asin(x), acos(x), atan(x), sinh(x), cosh(x), erfc(x), sign(x), floor(x),
            round(x), atan2(x, y), atan2(x, 1.0), prod(x), prod(x, 0), prod(x, {0, 1}), stddev(x),
            stddev(x, 1), var(x, 0), norm(x), norm(x, {0}), max(x, 1), min(x), min(x, axis),
            cumsum(x, 0), squeeze(x), expand_dims(x, 0), flip(x, 1), tril(x), triu(x, 1),
            diagonal(x), diagonal(x, 1), trace(x), outer(x, y), dot(x, y));
  CHECK(split(x, 2)[1].size() == 2);
  CHECK(argmin(x).item() == 0);
  CHECK(argmin(x, 1).size() == 2);
  CHECK(not_equal(x.value(), x.value())(0, 0) == false);
  CHECK(argmax(x).item() == 3);
  CHECK(equal(x.value(), x.value())(0, 0));
  CHECK((x < y)(0, 0) == false);
}

} // namespace

TEST_CASE("xtensor: names of both, under both using directives") {
  Tape<double> tape;
  V x = tape.variable({{1, 2}, {3, 4}}), y = x * 1.0;
  const V fixed = x;
  both_have(x, y);
  both_have(fixed, fixed);
  const xarray<double> a = {{1.0, 2.0}, {3.0, 4.0}};
  CHECK(sum(a)() == 10);
  CHECK(square(a)(1, 1) == 16);
  CHECK(mean(a, {0})(1) == 3);
}

TEST_CASE("xtensor: a Variable and an expression give a Variable, differentiated") {
  const xarray<double> a = {{1.0, 2.0}, {3.0, 4.0}};
  Tape<double> tape;
  V x = tape.variable(2 * a);
  const V fixed = x;
  variables(x + a, a + x, x - a, a - x, x * a, a * x, x / a, a / x, x * (a + 1), (a + 1) * x,
            x * 1.0 * a, matmul(x, a), matmul(a, x), maximum(x, a), minimum(a, x), pow(x, a),
            pow(a, x), where(a > 2, x, 0.0), where(x > 0, x, a), fixed * a, a * fixed, V(x) * a,
            a * V(x), fixed + transpose(a));
  CHECK((x < a)(0, 0) == false);
  CHECK((a < x)(0, 0) == true);
  const xarray<double> g = gradient(sum(a * x * (x + a)), x);
  CHECK(allclose(g, a * (2 * (2 * a) + a))); // d/dx a (x^2 + a x) at x = 2 a
}
