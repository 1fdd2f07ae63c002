#include <contractive/autodiff/array/xtensor.hpp>
#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"

#include <doctest/doctest.h>
#include <xtensor/xfixed.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xrandom.hpp>
#include <xtensor/xview.hpp>

// What somebody who writes xtensor has goes in and comes out.
namespace contractive::tests {
using V = Variable<double>;

TEST_CASE("xtensor: any expression is an Array or a Variable where one is expected") {
  Tape<double> tape;
  const V x = tape.variable(xt::random::randn<double>({3, 4}));
  CHECK(x.shape() == Shape{3, 4});
  CHECK(matmul(x, xt::ones<double>({4, 2})).shape() == Shape{3, 2});
  const xt::xarray<double> a{{1, 2, 3}, {4, 5, 6}};
  const auto element = [](const Array<double>& v, std::size_t i, std::size_t j) { return v(i, j); };
  CHECK(element(a, 1, 0) == 4);
  CHECK(element(xt::transpose(a), 0, 1) == 4);
  CHECK(element(xt::view(a, xt::all(), xt::range(0, 3, 2)), 0, 1) == 3);
  CHECK(element(2 * a + 1, 1, 2) == 13);
  const xt::xarray<double, xt::layout_type::column_major> column = a;
  CHECK(element(column, 1, 0) == 4);
  const xt::xtensor_fixed<double, xt::xshape<1, 2>> fixed{{7, 8}};
  CHECK(element(fixed, 0, 1) == 8);
  const xt::xarray<int> whole{{1, 2}};
  CHECK(element(whole, 0, 1) == 2);
}

TEST_CASE("xtensor: results go out, with their rank checked") {
  const V x(xt::xarray<double>{{1, 2}, {3, 4}});
  const auto f = [](const V& v) { return sum(v * v); };
  const xt::xarray<double> g = gradient(f, x);
  CHECK(g(1, 1) == 8);
  const xt::xtensor<double, 2> matrix = gradient(f, x).value();
  CHECK(matrix(0, 1) == 4);
  CHECK(message<ShapeError>([&] { const xt::xtensor<double, 1> vector = x; }) ==
        "xtensor: shape (2, 2) for an xtensor of rank 1");
  CHECK(xt::sum(as_xtensor(x.value()))() == 10);
  CHECK(as_xtensor(gradient(f, x).value())(1, 0) == 6); // of a temporary
}

TEST_CASE("xtensor: functional forms at an expression") {
  const auto f = [](const V& v) { return sum(v * v * v); };
  const xt::xarray<double> x = {1, 2, 3};
  CHECK(xt::xarray<double>(gradient(f, x)) == xt::xarray<double>(3 * x * x));
  CHECK(xt::xarray<double>(hvp(f, x + 1, x)) == xt::xarray<double>(6 * (x + 1) * x));
  CHECK(jacobian(f, xt::view(x, xt::range(1, 3))).shape() == Shape{2});
  CHECK(gradient(f, xt::xarray<int>{2})[0].item() == 12);
  const auto of_float = [](const Variable<float>& v) { return sum(v * v); };
  CHECK(gradient(of_float, xt::xarray<float>{2.0f})[0].item() == 4);
}

TEST_CASE("xtensor: a primitive's value may be written in it") {
  const auto cosine = [](const V& x) {
    return record("cosine", xt::cos(as_xtensor(x.value())), wrt(x, [x] { return -sin(x); }));
  };
  const Array<double> x{0.3, -1.2};
  CHECK(check_gradient(cosine, {x}, 2));
  const auto product = [&](const V& a, const V& b) { return cosine(a) * b; };
  const xt::xarray<double> a{0.3, -1.2}, b{2, 1};
  CHECK(check_gradient(product, {a, b}, 2));
  CHECK(!check_gradient([](const V& a, const V& b) { return a.detach() * b; }, {a, b}));
}

} // namespace contractive::tests
