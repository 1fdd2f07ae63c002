#include <contractive/autodiff/autodiff.hpp>

#include "support/message.hpp"
#include "support/random.hpp"
#include "support/sanitized.hpp"

#include <doctest/doctest.h>

// Functional forms at several variables, Jacobians under a budget, and as maps.
namespace contractive::tests {
namespace {

using V = Variable<double>;
using Vs = std::vector<V>;

// Three shapes that broadcast to (3, 4), as variables and as parts of one vector of eight numbers.
const Vs at{V(random_array<double>({3, 1}, 1)), V(random_array<double>({4}, 2)), V(0.7)};
const Vs along{V(random_array<double>({3, 1}, 3)), V(random_array<double>({4}, 4)), V(-0.4)};

V matrix(const V& a, const V& b, const V& c) { return exp(a * b) * sin(c + a) + c * b; }
V scalar(const V& a, const V& b, const V& c) { return sum(square(matrix(a, b, c))); }

Vs parts(const V& x) {
  return {reshape(slice(x, 0, {0, 3}), {3, 1}), slice(x, 0, {3, 7}), row(x, 7)};
}
V packed(const Vs& x) {
  return concatenate<double>({reshape(x[0], {3}), x[1], reshape(x[2], {1})});
}
V matrix_of_vector(const V& x) { return matrix(parts(x)[0], parts(x)[1], parts(x)[2]); }
V scalar_of_vector(const V& x) { return scalar(parts(x)[0], parts(x)[1], parts(x)[2]); }

// What is in use and what was, since the last trim(). Under a sanitizer there is no pool to tell.
std::size_t peak() { return storage::usage().in_use + storage::usage().pooled; }

} // namespace

// Both sides add the same numbers in another order: some units in the last place.
constexpr double rounding = 1e-13;

TEST_CASE("forms: several variables are as one that holds them all") {
  const V x = packed(at), d = packed(along);
  const V v(random_array<double>({3, 4}, 5));
  CHECK(difference(packed(gradient(scalar, {at[0], at[1], at[2]})).value(),
                   gradient(scalar_of_vector, x).value()) < rounding);
  CHECK(difference(packed(vjp(matrix, at, v)).value(), vjp(matrix_of_vector, x, v).value()) <
        rounding);
  CHECK(difference(jvp(matrix, at, along).value(), jvp(matrix_of_vector, x, d).value()) < rounding);
  CHECK(difference(packed(hvp(scalar, at, along)).value(), hvp(scalar_of_vector, x, d).value()) <
        rounding);
  const auto by_list = [](const Vs& all) { return matrix(all[0], all[1], all[2]); };
  CHECK(difference(jvp(by_list, at, along).value(), jvp(matrix, at, along).value()) == 0);

  // Twelve rows are more than eight columns, and one row is fewer: both ways of sweeping.
  for (const bool one : {false, true}) {
    const auto f = [=](const V& a, const V& b, const V& c) {
      return one ? sum(matrix(a, b, c), 0) : matrix(a, b, c);
    };
    const auto g = [=](const V& all) {
      return one ? sum(matrix_of_vector(all), 0) : matrix_of_vector(all);
    };
    const V whole = jacobian(g, x);
    const std::size_t outputs = one ? 4 : 12;
    const Shape shape = one ? Shape{4} : Shape{3, 4};
    Vs blocks;
    for (const V& block : jacobian(f, {at[0], at[1], at[2]}))
      blocks.push_back(reshape(block, {outputs, block.size() / outputs}));
    CHECK(difference(concatenate(blocks, 1).value(), reshape(whole, {outputs, 8}).value()) <
          rounding);
    CHECK(jacobian(f, at)[0].shape() == shape + Shape{3, 1});
  }
  const auto square_of_blocks = hessian(scalar, at);
  Vs rows;
  for (const Vs& row : square_of_blocks) {
    Vs flat;
    for (std::size_t j = 0; j < 3; ++j)
      flat.push_back(reshape(row[j], {row[j].size() / at[j].size(), at[j].size()}));
    rows.push_back(concatenate(flat, 1));
  }
  CHECK(square_of_blocks[0][1].shape() == Shape{3, 1, 4});
  CHECK(difference(concatenate(rows).value(), hessian(scalar_of_vector, x).value()) < rounding);
}

TEST_CASE("forms: recorded variables, with blocks of tangents") {
  Tape<double> tape;
  Vs x;
  for (const V& one : at)
    x.push_back(tape.variable(one.value()));
  const V y = matrix(x[0], x[1], x[2]), s = sum(square(y));
  CHECK(difference(jvp(y, {x[0], x[1], x[2]}, {along[0], along[1], along[2]}).value(),
                   jvp(matrix, at, along).value()) == 0);
  CHECK(vjp(y, {x[1]}, y.detach()).size() == 1); // a list of one is a list
  CHECK(difference(vjp(y, x, y.detach())[1].value(), vjp(y, x[1], y.detach()).value()) == 0);
  CHECK(difference(gradient(s, {x[0], x[2]})[1].value(), gradient(s, x[2]).value()) == 0);
  CHECK(difference(hvp(s, x, along)[0].value(), hvp(scalar, at, along)[0].value()) == 0);
  CHECK(difference(jacobian(y, x)[2].value(), jacobian(y, x[2]).value()) < rounding);
  CHECK(difference(hessian(s, x)[1][1].value(), hessian(s, x[1]).value()) < rounding);
  // Two tangents at once are two tangents.
  const V two = jvp(y, {x[1], x[2]}, {stack({along[1], at[1]}), stack({along[2], at[2]})});
  CHECK(difference(two[1].value(), jvp(y, {x[1], x[2]}, {at[1], at[2]}).value()) < rounding);
}

TEST_CASE("forms: one that is ignored has zeros") {
  const auto f = [](const V& a, const V&) { return sum(a * a); };
  const V a{1, 2}, b{3, 4, 5};
  CHECK(difference(gradient(f, {a, b})[1].value(), Array<double>{0, 0, 0}) == 0);
  CHECK(difference(vjp(f, {a, b}, 1)[1].value(), Array<double>{0, 0, 0}) == 0);
  CHECK(jvp(f, {a, b}, {a, b}).item() == 10);
  CHECK(difference(hvp(f, {a, b}, {a, b})[0].value(), Array<double>{2, 4}) == 0);
  CHECK(difference(jacobian(f, {a, b})[1].value(), Array<double>{0, 0, 0}) == 0);
  CHECK(difference(hessian(f, {a, b})[1][0].value(), Array<double>::zeros({3, 2})) == 0);
  const auto nothing = [](const V&, const V&) { return V(1.0); };
  CHECK(hessian(nothing, {a, b})[1][0].shape() == Shape{3, 2});
  CHECK(jvp(nothing, {a, b}, {a, b}).item() == 0);
}

TEST_CASE("forms: the value beside a derivative") {
  const V v(random_array<double>({3, 4}, 5));
  const auto [y, down] = value_and_vjp(matrix, at, v);
  const auto [z, up] = value_and_jvp(matrix, at, along);
  CHECK(difference(y.value(), matrix(at[0], at[1], at[2]).value()) == 0);
  CHECK(difference(z.value(), y.value()) == 0);
  CHECK(difference(down[1].value(), vjp(matrix, at, v)[1].value()) == 0);
  CHECK(difference(up.value(), jvp(matrix, at, along).value()) == 0);
  const auto cube = [](const V& x) { return x * x * x; };
  CHECK(value_and_vjp(cube, 2.0, 3).first.item() == 8);
  CHECK(value_and_vjp(cube, 2.0, 3).second.item() == 36);
  CHECK(value_and_jvp(cube, 2, 3).second.item() == 36);
  CHECK(value_and_gradient(scalar, at).second.size() == 3);
}

TEST_CASE("forms: in float, where f says so or a vector does") {
  using F = Variable<float>;
  const auto f = [](const F& a, const F& b) { return a * b; };
  CHECK(jvp(f, {2, 3}, {1, 10}).item() == 23);
  const auto any = [](const auto& a, const auto& b) { return a * b; };
  CHECK(vjp(any, std::vector{F(2), F(3)}, 1)[0].item() == 3);
  CHECK(vjp(any, {2, 3}, 1)[1].item() == 2);
}

TEST_CASE("forms: nested ones keep several variables apart") {
  // d/da of a * d/db (a b^2 + a) at b = a is d/da of 2 a^3, where the inner a is a constant.
  const auto inner = [](const V& a, const V& b) {
    return a * gradient([&](const V&, const V& own) { return a * own * own + a; }, {a, b})[1];
  };
  const auto g = gradient(inner, {2.0, 3.0}); // of 2 a^2 b
  CHECK(g[0].item() == 24);
  CHECK(g[1].item() == 8);
  // Forward over reverse, reverse over forward: the mixed second derivative of a^2 b^3, 6 a b^2.
  const auto f = [](const V& a, const V& b) { return a * a * b * b * b; };
  const auto by_a = [&](const V& a, const V& b) { return gradient(f, {a, b})[0]; };
  const auto along_b = [&](const V& a, const V& b) { return jvp(f, {a, b}, {0, 1}); };
  CHECK(jvp(by_a, {2, 3}, {0, 1}).item() == 108);
  CHECK(gradient(along_b, {2, 3})[0].item() == 108);
  CHECK(hessian(f, {2, 3})[0][1].item() == 108);
}

TEST_CASE("forms: recorded results are differentiated again, others leave no trace") {
  Tape<double> tape;
  const V w = tape.variable(0.3), x = tape.variable(random_array<double>({4}, 1));
  const V y = sum(sin(w * x) * x), d(random_array<double>({4}, 2));
  const auto h = [](const V& weight, const V& z) {
    return hessian([&](const V& u) { return sum(sin(weight * u) * u); }, z);
  };
  const auto check = [&](const std::function<V(const V&)>& f, const V& recorded) {
    const V expected = jvp(f, w.detach(), 1.0); // on tapes of its own
    CHECK(difference(jvp(recorded, w, 1.0).value(), expected.value()) < rounding);
  };
  check([&](const V& weight) { return h(weight, x.detach()); }, hessian(y, x));
  check([&](const V& weight) { return h(weight, x.detach()); }, hessian(y, x, {1}));
  check([&](const V& weight) { return h(weight, x); }, h(w, x)); // on the tape that is there
  check(
      [&](const V& weight) {
        return matmul(h(weight, x.detach()), reshape(d, {4, 1}));
      },
      reshape(hvp(y, x, d), {4, 1}));
  const Position mark = tape.size();
  const JacobianOptions quiet{std::size_t{1} << 30, CreateGraph::no};
  CHECK_FALSE(hvp(y, x, d, CreateGraph::no).tracked());
  CHECK_FALSE(hessian(y, x, quiet).tracked());
  CHECK_FALSE(jacobian(y, Vs{w, x}, quiet)[1].tracked());
  CHECK(tape.size() == mark);
  // Nor does it take recording to differentiate twice.
  const RecordingScope<double> off(&tape, Recording::off);
  CHECK(difference(hessian(y, x).value(), h(w.detach(), x.detach()).value()) < rounding);
  CHECK(tape.size() == mark);
}

TEST_CASE("forms: a Jacobian's budget changes memory alone") {
  Tape<double> tape;
  const V w(random_array<double>({64, 512}, 1, -0.1, 0.1)), c = tape.variable(1.1);
  const auto f = [&](const V& x) {
    V h = x;
    for (int layer = 0; layer < 3; ++layer)
      h = tanh(matmul(tanh(c * matmul(h, w)), w, Transpose::b));
    return h;
  };
  const V in = tape.variable(random_array<double>({1, 64}, 2, -0.1, 0.1));
  const V seed(random_array<double>({1, 64, 1, 64}, 3));
  const V narrow = f(in), wide = concatenate<double>({f(in), in}, 1); // by reverse and forward mode
  // A row of all values, and its cotangent, takes 80 KB: four of 64 rows keep to the small budget.
  for (const V& y : {narrow, wide})
    for (const CreateGraph create_graph : {CreateGraph::no, CreateGraph::yes}) {
      std::vector<Array<double>> found[2];
      std::size_t most[2];
      for (const bool small : {false, true}) {
        const Position mark = tape.size();
        storage::trim();
        const std::size_t before = peak();
        const JacobianOptions options{std::size_t{small ? 330000U : 1U << 30}, create_graph};
        const V j = jacobian(y, in, options);
        found[small].push_back(j.value());
        if (j.tracked())
          found[small].push_back(
              gradient(sum(slice(j, 1, {0, 64}) * seed), c, CreateGraph::no).value());
        most[small] = peak() - before;
        tape.rewind(mark);
      }
      for (std::size_t i = 0; i < found[0].size(); ++i) // each row is computed alone, up to BLAS'
        CHECK(difference(found[1][i], found[0][i]) < rounding); // choice of a kernel for its size
      CHECK(found[0].size() == (create_graph == CreateGraph::yes ? 2 : 1));
      if (!sanitized) // there, memory is not pooled
        CHECK(most[1] < most[0] / 2);
    }
  const auto s = [&](const V& x) { return sum(square(f(x))); };
  CHECK(difference(hessian(s, in.detach(), {1}).value(), hessian(s, in.detach()).value()) <
        rounding);
}

TEST_CASE("forms: misuse is told") {
  Tape<double> tape;
  const V x = tape.variable(Array<double>::ones({2, 1, 2, 1, 2})), other = tape.variable(1.0);
  const V y = x * other;
  CHECK(message<ShapeError>([&] { return jacobian(y, x); }) ==
        "jacobian: y (2, 1, 2, 1, 2) and x (2, 1, 2, 1, 2) give rank 10; arrays have at most 8: "
        "reshape() x or y to fewer axes");
  CHECK(message<ShapeError>([&] {
          return hessian(sum(y), {other, x});
        }) == "hessian: x (2, 1, 2, 1, 2) and x (2, 1, 2, 1, 2) give rank 10; arrays have at "
              "most 8: reshape() x or y to fewer axes");
  CHECK(jacobian(y, other).shape() == x.shape());
  const V deep = reshape(y, {1, 1, 1, 2, 1, 2, 1, 2});
  CHECK(message<ShapeError>([&] { return jacobian(sum(square(deep)), x); }) ==
        "sum: a block of tangents or cotangents (1) has too many axes at a value of shape "
        "(1, 1, 1, 1, 1, 1, 1, 1); arrays have at most 8: reshape() to fewer axes");
  CHECK(message<Error>([] {
          return jvp(matrix, {1.0, 2.0}, {1.0, 1.0});
        }) == "functional form: f takes 3 variables, 2 given");
  CHECK(message<ShapeError>([] {
          return jvp([](const V& a, const V& b) { return a * b; }, {1.0, 2.0}, {1.0});
        }) == "jvp: 1 v for 2 variables; expected one each");
  CHECK(message<ShapeError>([&] {
          return jvp(y, {x, other}, {V(Array<double>::ones(Shape{3} + x.shape())), V(1.0)});
        }) == "jvp: v (); expected (), or leading axes in front of it, the same for all v");
  CHECK(message<TapeError>([&] {
          return jvp(y, {x, V(1.0)}, {x, V(1.0)});
        }) == "jvp: input 1 of shape () is a constant; expected a variable recorded on a tape");
}

TEST_CASE("forms: a Jacobian as a map") {
  Tape<double> tape;
  const V x = tape.variable(random_array<double>({5}, 1)), w = tape.variable(1.3);
  const V y = concatenate<double>({sin(w * x), x * x});
  const LinearMap<double> map = jacobian_map(y, x);
  const V t(random_array<double>({2, 5}, 2)), u(random_array<double>({10}, 3));
  CHECK(difference(map.apply(t).value(), jvp(y, x, t).value()) == 0);
  CHECK(difference(map.transpose().apply(u).value(), vjp(y, x, u).value()) == 0);
  CHECK(difference(map.transpose().transpose().apply(t).value(), map.apply(t).value()) == 0);
  const auto applied = [&](const V& weight) {
    return jvp(
        [&](const V& z) {
          return concatenate<double>({sin(weight * z), z * z});
        },
        x.detach(), t[0]);
  };
  CHECK(difference(jvp(map.apply(t[0]), w, 1.0).value(), jvp(applied, 1.3, 1.0).value()) <
        rounding);
}

} // namespace contractive::tests
