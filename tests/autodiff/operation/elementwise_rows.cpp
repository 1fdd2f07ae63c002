#include "autodiff/operation/operations.hpp"

#include <cmath>

namespace contractive::tests {
namespace {

const std::vector<Shapes> unary_shapes{{{}},        {{1}}, {{5}},    {{3, 4}},
                                       {{2, 1, 3}}, {{0}}, {{2, 0}}, {{19}}};
const std::vector<Shapes> binary_shapes{
    {{}, {}},   {{4}, {4}},          {{2, 3}, {2, 3}}, {{2, 3}, {}},
    {{}, {3}},  {{3}, {2, 3}},       {{2, 1}, {1, 3}}, {{2, 3}, {2, 1}},
    {{0}, {1}}, {{2, 1, 2}, {3, 1}}, {{1, 1}, {4, 17}}};
const std::vector<Shapes> do_not_broadcast{{{2}, {3}}, {{2, 3}, {2}}};

template <class F> Naive unary(F f) {
  return [f](const std::vector<Tensor>& v) {
    return build(v[0].shape(), [&](const Shape& i) { return f(at(v[0], i)); });
  };
}
template <class F> Naive binary(F f) {
  return [f](const std::vector<Tensor>& v) {
    const Shape shape = detail::broadcast_shapes("naive", v[0].shape(), v[1].shape());
    return build(shape, [&](const Shape& i) { return f(at(v[0], i), at(v[1], i)); });
  };
}

// Inputs of maximum and its kin: the second operand is shifted away from ties.
constexpr Real apart = 2.5;

} // namespace

// clang-format off
std::vector<Row> elementwise_rows() {
  const auto shapes = unary_shapes;
  const std::vector<Shapes> none;
  std::vector<Row> rows{
  // name        operands      inputs      operation                                             by a naive loop                                          must throw
  {"negate",     shapes,       -2, 2,      [](auto& v) { return -v[0]; },                        unary([](Real x) { return -x; }),                      none},
  {"exp",        shapes,       -2, 2,      [](auto& v) { return exp(v[0]); },                    unary([](Real x) { return std::exp(x); }),             none},
  {"log",        shapes,       0.5, 3,     [](auto& v) { return log(v[0]); },                    unary([](Real x) { return std::log(x); }),             none},
  {"log1p",      shapes,       -0.5, 2,    [](auto& v) { return log1p(v[0]); },                  unary([](Real x) { return std::log1p(x); }),           none},
  {"expm1",      shapes,       -2, 2,      [](auto& v) { return expm1(v[0]); },                  unary([](Real x) { return std::expm1(x); }),           none},
  {"sqrt",       shapes,       0.5, 3,     [](auto& v) { return sqrt(v[0]); },                   unary([](Real x) { return std::sqrt(x); }),            none},
  {"square",     shapes,       -2, 2,      [](auto& v) { return square(v[0]); },                 unary([](Real x) { return x * x; }),                   none},
  {"abs +",      shapes,       0.5, 2,     [](auto& v) { return abs(v[0]); },                    unary([](Real x) { return std::abs(x); }),             none},
  {"abs -",      shapes,       -2, -0.5,   [](auto& v) { return abs(v[0]); },                    unary([](Real x) { return std::abs(x); }),             none},
  {"sin",        shapes,       -3, 3,      [](auto& v) { return sin(v[0]); },                    unary([](Real x) { return std::sin(x); }),             none},
  {"cos",        shapes,       -3, 3,      [](auto& v) { return cos(v[0]); },                    unary([](Real x) { return std::cos(x); }),             none},
  {"tanh",       shapes,       -2, 2,      [](auto& v) { return tanh(v[0]); },                   unary([](Real x) { return std::tanh(x); }),            none},
  {"sigmoid",    shapes,       -4, 4,      [](auto& v) { return sigmoid(v[0]); },                unary([](Real x) { return 1 / (1 + std::exp(-x)); }),  none},
  {"softplus",   shapes,       -4, 4,      [](auto& v) { return softplus(v[0]); },               unary([](Real x) { return std::log(1 + std::exp(x)); }), none},
  {"erf",        shapes,       -2, 2,      [](auto& v) { return erf(v[0]); },                    unary([](Real x) { return std::erf(x); }),             none},
  {"pow 3",      shapes,       -2, 2,  [](auto& v) { return pow(v[0], 3); }, unary([](Real x) { return x * x * x; }), none},
  {"pow 2.5",    shapes,       0.5, 2,  [](auto& v) { return pow(v[0], 2.5); }, unary([](Real x) { return std::pow(x, Real(2.5)); }), none},
  {"pow -1",     shapes,       -2, -0.5,  [](auto& v) { return pow(v[0], -1); }, unary([](Real x) { return 1 / x; }), none},
  {"pow 0",      shapes,       -2, 2,  [](auto& v) { return pow(v[0], 0); }, unary([](Real) { return Real(1); }), none},
  {"tan",        shapes,       -1.2, 1.2,  [](auto& v) { return tan(v[0]); }, unary([](Real x) { return std::tan(x); }), none},
  {"asin",       shapes,       -0.8, 0.8,  [](auto& v) { return asin(v[0]); }, unary([](Real x) { return std::asin(x); }), none},
  {"acos",       shapes,       -0.8, 0.8,  [](auto& v) { return acos(v[0]); }, unary([](Real x) { return std::acos(x); }), none},
  {"atan",       shapes,       -3, 3,  [](auto& v) { return atan(v[0]); }, unary([](Real x) { return std::atan(x); }), none},
  {"sinh",       shapes,       -2, 2,  [](auto& v) { return sinh(v[0]); }, unary([](Real x) { return std::sinh(x); }), none},
  {"cosh",       shapes,       -2, 2,  [](auto& v) { return cosh(v[0]); }, unary([](Real x) { return std::cosh(x); }), none},
  {"erfc",       shapes,       -2, 2,  [](auto& v) { return erfc(v[0]); }, unary([](Real x) { return std::erfc(x); }), none},
  {"sign",       shapes,       -2, -0.2,  [](auto& v) { return sign(v[0]) * v[0]; }, unary([](Real x) { return -x; }), none},
  {"floor",      shapes,       1.1, 1.9,  [](auto& v) { return floor(v[0]) * v[0]; }, unary([](Real x) { return x; }), none},
  {"round",      shapes,       1.6, 2.4,  [](auto& v) { return round(v[0]) * v[0]; }, unary([](Real x) { return 2 * x; }), none},
  {"relu +",     shapes,       0.2, 2,     [](auto& v) { return relu(v[0]); },                   unary([](Real x) { return x; }),                       none},
  {"relu -",     shapes,       -2, -0.2,   [](auto& v) { return relu(v[0]); },                   unary([](Real) { return 0.0; }),                       none},
  {"leaky +",    shapes,       0.2, 2,     [](auto& v) { return leaky_relu(v[0]); },             unary([](Real x) { return x; }),                       none},
  {"leaky -",    shapes,       -2, -0.2,   [](auto& v) { return leaky_relu(v[0]); },             unary([](Real x) { return 0.01 * x; }),                none},
  {"elu +",      shapes,       0.2, 2,     [](auto& v) { return elu(v[0]); },                    unary([](Real x) { return x; }),                       none},
  {"elu -",      shapes,       -2, -0.2,   [](auto& v) { return elu(v[0]); },                    unary([](Real x) { return std::expm1(x); }),           none},
  {"gelu",       shapes,       -2, 2,      [](auto& v) { return gelu(v[0]); },                   unary([](Real x) { return x * 0.5 * (1 + std::erf(x * std::sqrt(Real(0.5)))); }), none},
  {"silu",       shapes,       -2, 2,      [](auto& v) { return silu(v[0]); },                   unary([](Real x) { return x / (1 + std::exp(-x)); }),  none},
  {"clip in",    shapes,       -0.9, 0.9,  [](auto& v) { return clip(v[0], decltype(v[0].item())(-1), decltype(v[0].item())(1)); }, unary([](Real x) { return x; }), none},
  {"clip out",   shapes,       1.1, 2,     [](auto& v) { return clip(v[0], decltype(v[0].item())(-1), decltype(v[0].item())(1)); }, unary([](Real) { return 1.0; }), none},
  {"add",        binary_shapes, -2, 2,     [](auto& v) { return v[0] + v[1]; },                  binary([](Real x, Real y) { return x + y; }),        do_not_broadcast},
  {"subtract",   binary_shapes, -2, 2,     [](auto& v) { return v[0] - v[1]; },                  binary([](Real x, Real y) { return x - y; }),        do_not_broadcast},
  {"multiply",   binary_shapes, -2, 2,     [](auto& v) { return v[0] * v[1]; },                  binary([](Real x, Real y) { return x * y; }),        do_not_broadcast},
  {"divide",     binary_shapes, 0.5, 2,    [](auto& v) { return v[0] / v[1]; },                  binary([](Real x, Real y) { return x / y; }),        do_not_broadcast},
  {"power",      binary_shapes, 0.5, 2,    [](auto& v) { return pow(v[0], v[1]); },            binary([](Real x, Real y) { return std::pow(x, y); }), do_not_broadcast},
  {"atan2",      binary_shapes, 0.5, 2,    [](auto& v) { return atan2(v[0], v[1]); },          binary([](Real x, Real y) { return std::atan2(x, y); }), do_not_broadcast},
  {"atan2 left", binary_shapes, 0.5, 2,    [](auto& v) { return atan2(-v[0], -v[1]); },        binary([](Real x, Real y) { return std::atan2(-x, -y); }), do_not_broadcast},
  {"maximum a",  binary_shapes, -1, 1,     [](auto& v) { return maximum(v[0], v[1] - apart); },  binary([](Real x, Real) { return x; }),              do_not_broadcast},
  {"maximum b",  binary_shapes, -1, 1,     [](auto& v) { return maximum(v[0], v[1] + apart); },  binary([](Real, Real y) { return y + apart; }),      do_not_broadcast},
  {"minimum a",  binary_shapes, -1, 1,     [](auto& v) { return minimum(v[0], v[1] + apart); },  binary([](Real x, Real) { return x; }),              do_not_broadcast},
  {"minimum b",  binary_shapes, -1, 1,     [](auto& v) { return minimum(v[0], v[1] - apart); },  binary([](Real, Real y) { return y - apart; }),      do_not_broadcast},
  {"where",      binary_shapes, -1, 1,     [](auto& v) { return where(v[0] * 0 + v[1] * 0 >= v[1] * 0, v[0], v[1]) + where(v[0] < v[0], v[0], v[1]); },
                                                                                                 binary([](Real x, Real y) { return x + y; }),        do_not_broadcast},
  {"scalars",    shapes,       0.5, 2,     [](auto& v) { return 1 + 2 * v[0] - 3 / v[0] + pow(v[0], 2) * (v[0] - 1) / 2; },
                                                                                                 unary([](Real x) { return 1 + 2 * x - 3 / x + x * x * (x - 1) / 2; }), none},
  };
  // Longer than a piece of the parallel loop, and no multiple of it.
  for (Row& row : rows)
    row.large = row.operands[0].size() == 1 ? std::vector<Shapes>{{{33001}}} : std::vector<Shapes>{{{33001}, {33001}}, {{203, 170}, {170}}, {{203, 1}, {170}}};
  return rows;
}
// clang-format on

} // namespace contractive::tests
