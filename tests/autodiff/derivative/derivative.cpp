#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>

namespace contractive::tests {
using V = Variable<double>;
using Vs = std::vector<V>;

TEST_CASE("derivative: the fourth of tanh") {
  const auto f = [](const V& x) { return tanh(x); };
  const auto d1 = [&](const V& x) { return gradient(f, x); };
  const auto d2 = [&](const V& x) { return gradient(d1, x); };
  const auto d3 = [&](const V& x) { return gradient(d2, x); };
  for (const double x : {-1.7, -0.3, 0.0, 0.4, 2.2}) {
    const double t = std::tanh(x), s = 1 - t * t;
    CHECK(d3(x).item() == doctest::Approx(4 * t * t * s - 2 * s * s).epsilon(1e-12));
    CHECK(gradient(d3, V(x)).item() ==
          doctest::Approx(16 * t * s * s - 8 * t * t * t * s).epsilon(1e-12));
  }
}

TEST_CASE("derivative: nested ones do not confuse their variables") {
  const auto f = [](const V& x) { return x * gradient([&](const V& y) { return x + y; }, x); };
  CHECK(gradient(f, V(3.0)).item() == 1.0);
  const auto forward = [](const V& x) {
    return x * jvp([&](const V& y) { return x * y; }, x, V(1.0)); // x * x
  };
  CHECK(gradient(forward, V(3.0)).item() == doctest::Approx(6));
  CHECK(jvp([](const V& x) { return gradient([](const V& y) { return y * y * y; }, x); }, V(2.0),
            V(1.0))
            .item() == doctest::Approx(12));
}

TEST_CASE("derivative: an inner one with respect to what an outer tape tracks") {
  Tape<double> tape;
  const V w = tape.variable(3.0);
  const V slope = gradient([&](const V& x) { return w * x * x; }, V(2.0)); // 2 w x
  CHECK(slope.item() == doctest::Approx(12));
  CHECK(gradient(slope, w).item() == doctest::Approx(4));
}

TEST_CASE("derivative: a gradient inside an unrecorded sweep records on its own") {
  Tape<double> tape;
  const V x = tape.variable(2.0);
  const RecordingScope<double> quiet(&tape, Recording::off);
  CHECK(gradient([&](const V& y) { return x * y * y; }, x).item() == doctest::Approx(8));
}

TEST_CASE("derivative: products and matrices agree with each other") {
  const Array<double> at = random_array<double>({5}, 1), direction = random_array<double>({5}, 2);
  const auto f = [](const V& x) { return sum(exp(sin(x)) * reshape(x, {5}) * x); };
  const Array<double> h = hessian(f, V(at)).value(), hv = hvp(f, V(at), V(direction)).value();
  const auto g = [&](const V& x) { return gradient(f, x); };
  CHECK(difference(jacobian(g, V(at)).value(), h) < 1e-13);
  CHECK(difference(jvp(g, V(at), V(direction)).value(), hv) < 1e-13);
  CHECK(difference(vjp(g, V(at), V(direction)).value(), hv) < 1e-13);
  const Array<double> product = reshape(matmul(V(h), reshape(V(direction), {5, 1})), {5}).value();
  CHECK(difference(product, hv) < 1e-13);

  const auto wide = [](const V& x) { return concatenate<double>({x, x * x, sin(x)}); };
  const V j = jacobian(wide, V(at)); // fifteen outputs: columns by forward mode
  CHECK(j.shape() == Shape{15, 5});
  CHECK(j.value()(7, 2) == doctest::Approx(2 * at[2]));
  CHECK(j.value()(7, 3) == 0.0);
  const auto narrow = [](const V& x) { return reshape(sum(square(x)), {1, 1}); };
  CHECK(jacobian(narrow, V(at)).shape() == Shape{1, 1, 5});
}

TEST_CASE("derivative: several outputs and inputs, seeds, and value with gradient") {
  Tape<double> tape;
  const V x = tape.variable(Array<double>{1, 2}), y = tape.variable(Array<double>{3, 4});
  const V a = x * y, b = x + y;
  const auto g = gradient<double>({a, b}, {x, y}, {{Array<double>{1, 0}, Array<double>{0, 10}}});
  CHECK(difference(g[0].value(), Array<double>{3, 10}) == 0);
  CHECK(difference(g[1].value(), Array<double>{1, 10}) == 0);
  const auto [value, both] =
      value_and_gradient([](const Vs& v) { return sum(v[0] * v[1]); }, Vs{x.detach(), y.detach()});
  CHECK(value.item() == 11);
  CHECK(difference(both[0].value(), y.value()) == 0);
  CHECK(gradient([](const V&) { return V(1.0); }, V(2.0)).item() == 0); // ignores x
}

TEST_CASE("derivative: misuse is told") {
  Tape<double> tape;
  const V x = tape.variable(Array<double>{1, 2}), other = tape.variable(1.0);
  const V y = square(x);
  CHECK(message<ShapeError>([&] { return gradient(y, x); }) ==
        "gradient: output 0 has shape (2); expected one element, or seeds");
  CHECK(message<TapeError>([&] { return gradient(sum(y), other); }) ==
        "gradient: no output depends on input 0 of shape (); expected a path, or "
        "Unreached::zeros");
  CHECK(message<TapeError>([&] { return gradient(sum(y), V(1.0)); }) ==
        "gradient: input 0 of shape () is a constant; expected a variable recorded on a tape");
  CHECK(message<TapeError>([&] { return gradient(V(1.0), x); }) ==
        "gradient: output 0 of shape () is a constant; expected a variable recorded on a tape. Was "
        "it computed with CreateGraph::no, or from detached values?");
  CHECK(message<ShapeError>([&] { return gradient<double>({y}, {x}, {V(Array<double>{1})})[0]; }) ==
        "gradient: seed 0 has shape (1); expected (2) like the output");
  CHECK(message<ShapeError>([&] {
          return gradient<double>({y, y}, {x}, {V(Array<double>{1, 1}), V(1.0)})[0];
        }) == "gradient: seed 1 has shape (); expected (2) like the output");
  CHECK(message<TapeError>([&] {
          return gradient<double>({sum(y), V(1.0)}, {x})[0];
        }).find("gradient: output 1 of shape () is a constant") == 0);
  CHECK(message<ShapeError>([&] { return vjp(y, x, V(1.0)); }) ==
        "vjp: v (); expected (2), or leading axes in front of it");
  CHECK(gradient(sum(y), other, CreateGraph::no, Unreached::zeros).item() == 0);
}

TEST_CASE("derivative: functional forms leave nothing on a live tape but what depends on it") {
  Tape<double> tape;
  const V w = tape.variable(2.0);
  const auto f = [](const V& x) { return tanh(x) * x; };
  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(gradient(f, V(0.5)).tracked());
    CHECK_FALSE(hessian(f, V(0.5)).tracked());
  }
  CHECK(tape.size() == 1);
  const V g = gradient([&](const V& x) { return w * w * x * x; }, V(3.0)); // 2 w^2 x
  CHECK(gradient(g, w).item() == 24);
  // A variable that f enters itself is not f's alone.
  int key = 0;
  const Array<double> five(5.0);
  const auto entered = [&](const V& x) { return tape.variable(&key, five, "p") * x; };
  const V h = gradient(entered, V(1.0));
  CHECK(gradient(h, tape.variable(&key, five, "p")).item() == 1);
}

TEST_CASE("derivative: a rule of a wrong shape is named, in both modes") {
  Tape<double> tape;
  const V x = tape.variable(Array<double>{1, 2, 3});
  const auto all = [x](const V& t) { return sum(t * x); };
  const V dot = record("dot", Array<double>(14.0), wrt(x, all, all));
  CHECK(message<ShapeError>([&] { return gradient(dot, x); }) ==
        "dot: a derivative rule took () to (); expected (3), as the value is ()");
  const auto last = [](const V& t) { return sum(t, -1); };
  const V twice = record("twice", Array<double>{2, 4, 6}, wrt(x, last, last));
  CHECK(message<ShapeError>([&] {
          return jvp(twice, x, V(Array<double>::ones({2, 3})));
        }) == "twice: a derivative rule took (2, 3) to (2); expected (2, 3), as the value is (3)");
}

TEST_CASE("derivative: kinks choose as documented, in every mode") {
  const auto slope = [](auto f, double x) {
    const double reverse = gradient(f, V(x)).item();
    CHECK(jvp(f, V(x), V(1.0)).item() == reverse);
    return reverse;
  };
  CHECK(slope([](const V& x) { return relu(x); }, 0) == 0);
  CHECK(slope([](const V& x) { return abs(x); }, 0) == 0);
  CHECK(slope([](const V& x) { return leaky_relu(x); }, 0) == 0.01);
  CHECK(slope([](const V& x) { return maximum(x, V(1.0)); }, 1) == 1); // ties go to the first
  CHECK(slope([](const V& x) { return maximum(V(1.0), x); }, 1) == 0);
  CHECK(slope([](const V& x) { return minimum(x, V(1.0)); }, 1) == 1);
  CHECK(slope([](const V& x) { return clip(x, -1.0, 1.0); }, 1) == 1);
  CHECK(slope([](const V& x) { return pow(x, V(2.0)); }, 0) == 0);
  CHECK(slope([](const V& x) { return pow(x, V(0.0)); }, 0) == 0);
  const V top = gradient([](const V& x) { return max(x); }, V(Array<double>{1, 3, 3}));
  CHECK(difference(top.value(), Array<double>{0, 1, 0}) == 0); // the lowest index
}

TEST_CASE("derivative: what is not selected does no harm") {
  const double infinity = std::numeric_limits<double>::infinity();
  const Array<double> x{-infinity, -1000, 0, 2};
  const V g = gradient([](const V& v) { return sum(relu(v)); }, V(x));
  CHECK(difference(g.value(), Array<double>{0, 0, 0, 1}) == 0);
  const V e = gradient([](const V& v) { return sum(elu(v)); }, V(Array<double>{1000, -1000}));
  CHECK(difference(e.value(), Array<double>{1, 0}) == 0);
  const V s = gradient([](const V& v) { return sum(softplus(v)); }, V(Array<double>{1000, -1000}));
  CHECK(difference(s.value(), Array<double>{1, 0}) == 0);
  CHECK(logsumexp(V(Array<double>{1000, 1000})).item() == doctest::Approx(1000 + std::log(2)));
  CHECK(logsumexp(V(Array<double>{-infinity, 0})).item() == doctest::Approx(0));
  CHECK(std::isnan(maximum(V(std::nan("")), V(1.0)).item()));
  CHECK(std::isnan(maximum(V(1.0), V(std::nan(""))).item()));
}

TEST_CASE("derivative: a block of no cotangents or tangents of a convolution's filters") {
  Tape<double> tape;
  const auto x = tape.variable(Array<double>::ones({2, 4, 5, 1}));
  const auto w = tape.variable(Array<double>::ones({2, 2, 1, 3}));
  const auto y = conv2d(x, w);
  CHECK(vjp(y, w, {Array<double>::zeros(Shape{0} + y.shape())}).shape() == Shape{0, 2, 2, 1, 3});
  CHECK(jvp(y, w, {Array<double>::zeros(Shape{0} + w.shape())}).shape() == Shape{0, 2, 3, 4, 3});
}

} // namespace contractive::tests
