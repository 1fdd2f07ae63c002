// Solutions of the exercises of pytorch.md. Returns 0 where all of them hold.
#include <contractive/autodiff/autodiff.hpp>
#include <contractive/nn/nn.hpp>

#include <iostream>

using namespace contractive;
using V = Variable<double>;

namespace {

bool all_hold = true;
void expect(const char* what, bool holds) {
  std::cout << what << ": " << (holds ? "holds" : "does not hold") << "\n";
  all_hold = all_hold && holds;
}
bool near(const V& a, const V& b) {
  return a.shape() == b.shape() && bool(max(abs(a - b)) < 1e-9 * (1 + max(abs(b))));
}

V normal(const Shape& shape) {
  static Random random(1);
  return random.normal<double>(shape, 1);
}

// 1. SmoothL1Loss: one number for each sample, as losses are here.
V smooth_l1(const V& prediction, const V& target) {
  const V d = abs(prediction - target);
  return sum(where(d < 1.0, 0.5 * square(d), d - 0.5), 1);
}
void exercise_1() {
  const V x{{0.5, -3}, {2, 0}}, zero = Array<double>::zeros({2, 2});
  expect("smooth L1", near(smooth_l1(x, zero), {0.125 + 2.5, 1.5 + 0}));
  const auto f = [&](const V& at) { return smooth_l1(at, zero); };
  expect("its slopes", bool(check_gradient(f, {x})));
}

// 2. vmap(hessian(g))(x): the Jacobian, sample by sample, of a gradient.
void exercise_2() {
  const V w = normal({3, 5});
  const auto g = [&](const V& x) { return sum(sin(matmul(x, w)), 1); }; // (B, 3) -> (B)
  const V points = normal({4, 3});
  Tape<double> tape;
  const V x = tape.variable(points.value());
  const V hessians = batch_jacobian(gradient(sum(g(x)), x), x); // (B, 3, 3)
  for (int b = 0; b < 4; ++b) {
    const V alone = hessian([&](const V& at) { return sum(g(reshape(at, {1, 3}))); }, points[b]);
    expect("the Hessian of one sample", near(hessians[b], alone));
  }
}

// 3. The gradient penalty of a critic, and its gradient in the critic's weights.
void exercise_3() {
  const V points = normal({6, 2});
  const auto penalty = [&](const V& w, const V& v) {
    Tape<double>* const tape = Tape<double>::active();
    const V x = tape->variable(points.value());
    const V critic = matmul(tanh(matmul(x, w)), v); // (B)
    return mean(square(norm(gradient(sum(critic), x), 1) - 1));
  };
  const V w = normal({2, 8}), v = normal({8});
  expect("the penalty's gradient", bool(check_gradient(penalty, {w, v})));
}

// 4. BatchNorm2d in evaluation: a factor and a summand for each channel, which no sample shares.
void exercise_4() {
  Random random(2);
  const nn::Conv2d<double> conv({1, 3, 3}, random);
  const V gain = normal({3}), bias = normal({3}), seen = normal({3}),
          variance = square(normal({3}));
  const V factor = gain / sqrt(variance + 1e-5);
  const auto batch_norm = [&](const V& x) { return (x - seen) * factor + bias; };
  Tape<double> tape;
  const V x = tape.variable(normal({5, 6, 6, 1}).value());
  const V penalty = jacobian_squared_norm(batch_norm(conv(x)), x);

  const V folded =
      conv2d(x, conv.weight.value() * factor); // the same, with the factor in the weights
  expect("the penalty behind batch_norm", near(penalty, jacobian_squared_norm(folded, x)));
}

} // namespace

int main() {
  exercise_1();
  exercise_2();
  exercise_3();
  exercise_4();
  return all_hold ? 0 : 1;
}
