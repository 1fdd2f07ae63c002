#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <type_traits>

// Lines as people write them: that they compile, and mean what they say.
namespace contractive::tests {
namespace {

using V = Variable<double>;
using F = Variable<float>;
using A = Array<double>;

template <class T> T softplus_by_hand(const T& x) {
  using std::exp, std::log;
  return log(1 + exp(x));
}
template <class T> T cube(const T& x) {
  using std::pow;
  return pow(x, 3);
}

template <class... X> std::false_type reduces(...);
template <class X, class Axis>
auto reduces(int) -> decltype(mean(std::declval<X>(), std::declval<Axis>()), std::true_type{});

} // namespace

TEST_CASE("surface: numbers where a variable decides the type") {
  const F x(Array<float>{-2, 0.5f, 3});
  CHECK(clip(x, 0, 1).value()[2] == 1);
  CHECK(elu(x, 1).value()[1] == 0.5f);
  CHECK(leaky_relu(x, 0.1).value()[0] == -2 * 0.1f);
  CHECK(add(x, 1.0).value()[0] == -1);
  CHECK(multiply(2, x).value()[0] == -4);
  CHECK(pow(x, 2).value()[0] == 4);
  CHECK(maximum(x, 0).value()[0] == 0);
  CHECK(where(x < 0, 0, x).value()[0] == 0);
  CHECK((2 * x - 1).value()[2] == 5);
}

TEST_CASE("surface: lists of variables") {
  Tape<double> tape;
  const V w = tape.variable(2.0), b = tape.variable(3.0), loss = w * w * b;
  const auto g = gradient(loss, {w, b});
  CHECK(gradient({loss}, {w, b})[0].item() == 12);
  CHECK(gradient({loss, w}, {w})[0].item() == 13);
  CHECK(g[0].item() == 12);
  CHECK(g[1].item() == 4);
  CHECK(gradient<double>({loss}, {w}).size() == 1);
  CHECK(concatenate({V{1, 2}, V{3}}).shape() == Shape{3});
  CHECK(stack({w, b}).shape() == Shape{2});
}

TEST_CASE("surface: functional forms at whatever holds numbers") {
  const auto f = [](const V& x) { return x * x * x; };
  CHECK(gradient(f, 2.0).item() == 12);
  CHECK(gradient(f, 2).item() == 12);
  CHECK(hessian(f, 2.0).item() == 12);
  CHECK(vjp(f, 2.0, 1.0).item() == 12);
  CHECK(jvp(f, A{1, 2}, A{1, 1}).value()[1] == 12);
  CHECK(value_and_gradient(f, 2.0).first.item() == 8);
  CHECK(gradient(softplus_by_hand<V>, 0.0).item() == 0.5);
  CHECK(gradient(cube<V>, 2.0).item() == 12);
  CHECK(softplus_by_hand(0.0) == std::log(2));
  CHECK(check_gradient(f, {A{1, 2}}));
  CHECK(check_gradient([](const V& a, const V& b) { return a * b; }, {V(1.0), V(2.0)}));
  CHECK(check_gradient(f, {2.0}));
}

TEST_CASE("surface: arrays and variables from lists, and their elements") {
  const V v{1, 2, 3};
  CHECK(v.shape() == Shape{3});
  CHECK(v[1].item() == 2);
  CHECK(v[-1].item() == 3);
  const A m{{1, 2}, {3, 4}};
  CHECK(m.shape() == Shape{2, 2});
  CHECK(m(1, 0) == 3);
  CHECK(message<ShapeError>([] {
          return A{{1, 2}, {3}};
        }) == "array: rows of 2 and of 1 values; expected equal lengths");
  // A column, though {1} could be a number as well.
  CHECK(A{{1.0}, {2.0}}.shape() == Shape{2, 1});
  CHECK(A{{1.0}}.shape() == Shape{1, 1});
  CHECK(V{{1}, {2}}.shape() == Shape{2, 1});
  CHECK(A{1.0}.shape() == Shape{1});
  CHECK(Mask{{true}, {false}}.shape() == Shape{2, 1});
  CHECK(V(m)[1].value()[0] == 3);
  CHECK(gradient([](const V& x) { return sum(x[1] * x[1]); }, m).value()(1, 1) == 8);
  CHECK(message<ShapeError>([&] { return v[3]; }) == "row: 3 of shape (3); expected -3 to 2");
  CHECK(message<ShapeError>([&] { return V(1.0)[0]; }).find("row: 0 of shape ()") == 0);
  CHECK(argmax(v).item() == 2);
  CHECK(argmax(V(m), 0).shape() == Shape{2});
}

TEST_CASE("surface: scalars are numbers, comparisons conditions") {
  V total(0.0);
  total += 2;
  total *= V(3.0);
  total -= 1;
  total /= 5;
  CHECK(double(total) == 1);
  CHECK(static_cast<double>(V(2.0) * 3) == 6);
  const V a(1.0), b(2.0);
  CHECK((a < b ? 1 : 2) == 1);
  if (a == b)
    FAIL("1 is not 2");
  CHECK_FALSE(static_cast<bool>(V(2.0) < 1));
  CHECK(message<ShapeError>([&] {
          return static_cast<bool>(V{1, 2} < 1);
        }).find("expected one") != std::string::npos);
}

TEST_CASE("surface: temporaries may be read") {
  const auto f = [](const V& x) { return sum(x * x); };
  double total = 0;
  for (const double v : gradient(f, A{1, 2, 3}).value())
    total += v;
  CHECK(total == 12);
  const auto& g = gradient(f, A{1, 2, 3}).value();
  CHECK(g[2] == 6);
  std::size_t axes = 0;
  for (const std::size_t length : gradient(f, A{1, 2, 3}).shape())
    axes += length;
  CHECK(axes == 3);
  const auto kept = wrt(V(2.0) + 1, [] { return Identity<double>{}; });
  CHECK(record("kept", A(3.0), kept).item() == 3);
}

TEST_CASE("surface: a row, which is a copy, is not assigned to") {
  CHECK(!std::is_assignable_v<V, V>);
  CHECK(!std::is_assignable_v<V, double>);
  CHECK(std::is_assignable_v<V&, double>);
  CHECK(std::is_copy_assignable_v<V>);
  CHECK(std::is_nothrow_move_assignable_v<V>);
}

TEST_CASE("surface: what was moved from is empty") {
  A a{1, 2};
  const A b = std::move(a);
  CHECK(a.size() == 0);                             // NOLINT(bugprone-use-after-move)
  CHECK(a.shape() == Shape{0});                     // NOLINT(bugprone-use-after-move)
  CHECK(a.begin() == a.end());                      // NOLINT(bugprone-use-after-move)
  CHECK(a.reshaped({0, 3}).shape() == Shape{0, 3}); // NOLINT(bugprone-use-after-move)
  Tape<double> tape;
  V x = tape.variable(1.0);
  const V y = std::move(x);
  CHECK_FALSE(x.tracked()); // NOLINT(bugprone-use-after-move)
  CHECK(x.size() == 0);     // NOLINT(bugprone-use-after-move)
  CHECK(y.item() + b[0] == 2);
}

TEST_CASE("surface: what would mean something else does not compile") {
  static_assert(decltype(reduces<V, int>(0))::value);
  static_assert(!decltype(reduces<V, bool>(0))::value);   // mean(x, true)
  static_assert(!decltype(reduces<V, double>(0))::value); // max(x, 0.0)
  static_assert(!std::is_convertible_v<V, double>);
  static_assert(!std::is_convertible_v<Mask, bool>);
}

TEST_CASE("surface: a forgotten graph is named") {
  Tape<double> tape;
  const V x = tape.variable(2.0);
  const V g = gradient(x * x, x, CreateGraph::no);
  CHECK(message<TapeError>([&] { return gradient(g, x); }).find("CreateGraph::no") !=
        std::string::npos);
}

} // namespace contractive::tests
