#include "autodiff/jacobian/encoder_table.hpp"

#include "support/message.hpp"
#include "support/random.hpp"
#include "support/rows.hpp"
#include "support/sanitized.hpp"

#include <doctest/doctest.h>

namespace contractive::tests {
using V = Variable<double>;
using Vs = Encoder::Vs;

namespace {

Vs constants(const std::vector<Array<double>>& arrays) { return Vs(arrays.begin(), arrays.end()); }

} // namespace

TEST_CASE("jacobian: the penalty agrees with a loop over rows, its gradient with differences") {
  for (const Encoder& e : encoders())
    SUBCASE(e.name.c_str()) {
      const Array<double> x = samples_of(e);
      const std::size_t samples = x.shape()[0];
      const auto p = parameters_of(e);
      const Array<double> expected =
          jacobian_by_rows<double>([&](const V& v) { return e.f(v, constants(p)); }, x);
      const Array<double> norms = sum(square(V(expected)), {1, 2}).value();

      Tape<double> tape;
      const V input = tape.variable(x);
      const V h = e.f(input, constants(p));
      CHECK(difference(batch_jacobian(h, input).value(), expected) < 1e-10);
      const JacobianOptions row_by_row{1};
      for (const JacobianOptions& options : {JacobianOptions{}, row_by_row}) {
        CHECK(difference(jacobian_squared_norm(h, input, options).value(), norms) < 1e-10);
        CHECK(difference(batch_jacobian(h, input, options).value(), expected) < 1e-10);
      }
      // It is not ||J^T 1||^2, which seeding with ones would give: they are equal only where
      // J^T J's off-diagonal elements cancel, as for an elementwise encoder.
      const V ones = vjp(h, input, V(Array<double>::ones(h.shape())));
      const V slip = sum(reshape(square(ones), {samples, Shape::infer}), 1);
      CHECK((difference(slip.value(), norms) > 1e-3) == (e.name != "elementwise only"));

      const auto penalty = [&](const Vs& v) {
        const V in = Tape<double>::active()->variable(x);
        return jacobian_squared_norm(e.f(in, v), in, row_by_row);
      };
      for (int order = 1; order <= (sanitized ? 1 : 2); ++order) {
        const GradientReport report = check_gradient<double>(penalty, p, order, {0, 1e-6, 5});
        INFO(report.summary());
        CHECK(report.passed);
      }
    }
}

TEST_CASE("jacobian: hand-derived formulas") {
  const Array<double> x = random_array<double>({4, 6}, 1), w1 = random_array<double>({6, 5}, 2);
  const Array<double> w2 = random_array<double>({5, 3}, 3);
  Tape<double> tape;
  const V input = tape.variable(x), u = tape.variable(w1);
  const V h1 = sigmoid(matmul(input, u)), h2 = sigmoid(matmul(h1, V(w2)));
  // One layer: sum_j (h_j (1 - h_j))^2 ||W_j||^2. Rifai et al. 2011.
  const V d1 = h1 * (1 - h1), d2 = h2 * (1 - h2);
  const V rifai = reshape(matmul(square(d1), reshape(sum(square(u), 0), {5, 1})), {4});
  const V ours = jacobian_squared_norm(h1, input);
  CHECK(difference(ours.value(), rifai.value()) < 1e-13);
  CHECK(difference(gradient(sum(ours), u).value(), gradient(sum(rifai), u).value()) < 1e-12);
  // Two layers: <A G, A> with A = D2 W2 D1 and G = W1 W1^T, for each sample.
  const V a = reshape(d2, {4, 3, 1}) * transposed(V(w2)) * reshape(d1, {4, 1, 5});
  const V gram = matmul(u, u, Transpose::a);
  const V two = sum(matmul(a, gram) * a, {1, 2});
  const V ours2 = jacobian_squared_norm(h2, input);
  CHECK(difference(ours2.value(), two.value()) < 1e-12);
  CHECK(difference(gradient(sum(ours2), u).value(), gradient(sum(two), u).value()) < 1e-12);
}

TEST_CASE("jacobian: the plan, explained") {
  Tape<double> tape;
  const V x = tape.variable(random_array<double>({4, 30}, 1));
  const V w1(random_array<double>({30, 12}, 2)), w2(random_array<double>({12, 8}, 3));
  const V h1 = tanh(matmul(x, w1)), h2 = tanh(matmul(h1, w2));
  const std::string one = explain_jacobian(h1, x), two = explain_jacobian(h2, x);
  CHECK(one.find("closed form") != std::string::npos);
  CHECK(one.find("multiply-adds 48,") != std::string::npos); // 4 samples by 12 rows' norms
  CHECK(two.find("<A M, A>") != std::string::npos);
  // 4 samples of 8 rows meet M (12, 12), which is formed once: 12 * 12 * (4 * 8 + 30). Its
  // gradient takes half as much again for the rows, and as much again for M.
  CHECK(two.find("multiply-adds 8928, with the gradient 15552, naive 14592") != std::string::npos);
  const V narrow = tanh(matmul(tanh(matmul(h2, V(random_array<double>({8, 3}, 4)))),
                               V(random_array<double>({3, 30}, 5))));
  CHECK(explain_jacobian(narrow, x).find("<R'R, F F'>") != std::string::npos);
  const std::string elementwise = explain_jacobian(sin(x), x);
  CHECK(elementwise.find("diagonal block") != std::string::npos);
}

TEST_CASE("jacobian: samples that depend on each other are refused, by name") {
  const Array<double> x = random_array<double>({3, 4}, 1);
  Tape<double> tape;
  const V input = tape.variable(x);
  const auto refused = [&](const V& h) {
    return message<CouplingError>([&] { return jacobian_squared_norm(h, input); });
  };
  const V centred = input - mean(input, 0); // batch normalisation
  CHECK(refused(centred / sqrt(mean(square(centred), 0) + 1e-3)) ==
        "jacobian_squared_norm: 'mean' of shape (1, 4) may mix the samples of its operand of shape "
        "(3, 4) (mean map); expected each h_b to depend on x_b alone");
  CHECK(refused(matmul(V(random_array<double>({3, 3}, 2)), input)).find("'matmul'") !=
        std::string::npos);
  CHECK(refused(softmax(input, 0)).find("may mix") != std::string::npos);
  CHECK(refused(slice(input, 0, {{}, {}, -1})).find("'slice'") != std::string::npos);
  CHECK(refused(reshape(transposed(input), {3, 4})).find("samples on the first axis") !=
        std::string::npos);
  CHECK(refused(input + reshape(permute(reshape(input, {3, 2, 2}), {1, 0, 2}), {3, 4}))
            .find("joins values") != std::string::npos);
  const auto identity = [](const V& t) { return t; };
  const V unknown = record("mystery", x, wrt(input, identity, identity));
  CHECK(refused(unknown) ==
        "jacobian_squared_norm: 'mystery' of shape (3, 4) may mix the samples of its operand of "
        "shape (3, 4) (custom map without free_axes); expected each h_b to depend on x_b alone");
  // With the mean as a constant, there is nothing to refuse.
  CHECK(jacobian_squared_norm(input - mean(input.detach(), 0), input).value()[0] == 4.0);
}

TEST_CASE("jacobian: misuse and corner cases") {
  Tape<double> tape;
  const V x = tape.variable(random_array<double>({3, 4}, 1)), y = tape.variable(1.0);
  CHECK(message<ShapeError>([&] { return jacobian_squared_norm(sum(x), x); }) ==
        "jacobian_squared_norm: h (), x (3, 4); expected the samples on the first axis of both");
  CHECK(message<TapeError>([&] {
          return jacobian_squared_norm(V(x.value()), x);
        }).find("was not recorded from x") != std::string::npos);
  const V unrelated = y * V(Array<double>::ones({3, 2}));
  CHECK(difference(jacobian_squared_norm(unrelated, x).value(), Array<double>{0, 0, 0}) == 0);
  CHECK(batch_jacobian(unrelated, x).shape() == Shape{3, 2, 4});
  CHECK(difference(jacobian_squared_norm(x, x).value(), Array<double>{4, 4, 4}) == 0);
  const Position before = tape.size();
  const V h = tanh(x);
  CHECK(jacobian_squared_norm(h, x, {1 << 20, CreateGraph::no}).size() == 3);
  CHECK(tape.size() == before + 1); // records nothing unless asked to
}

} // namespace contractive::tests
