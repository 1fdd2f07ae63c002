#include "ground.hpp"

#include <array>
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xindex_view.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xpad.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xstrided_view.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

// The kernels as one would write them with xtensor, at their best: ranks known to the compiler, and
// reductions immediate, since lazy ones compute each element again.
namespace contractive::ground {
namespace {

constexpr auto immediate = xt::evaluation_strategy::immediate;

/// The operands as expressions over their memory.
template <class T> struct Matrices : Operands<T> {
  template <class V> static auto matrix(const V* data, std::size_t rows, std::size_t columns) {
    return xt::adapt(data, rows * columns, xt::no_ownership(),
                     std::array<std::size_t, 2>{rows, columns});
  }
  auto whole(const T* data) const { return matrix(data, this->rows, this->columns); }
  auto first() const { return whole(this->a); }
  auto second() const { return whole(this->b); }
  auto where() const { return matrix(this->mask, this->rows, this->columns); }
  auto line() const { return matrix(this->row, 1, this->columns); }
  auto upright() const { return matrix(this->column, this->rows, 1); }
  auto picks() const {
    return std::vector<std::size_t>(this->positions, this->positions + this->rows);
  }
};

template <class T, class Make> Expression<T> expression(const char* kernel, const Make& make) {
  return {kernel,
          [make](const Operands<T>& operands) {
            const auto result = xt::eval(make(Matrices<T>{operands}));
            volatile auto seen = *result.data();
            static_cast<void>(seen);
          },
          [make](const Operands<T>& operands, void* out) {
            const auto& e = make(Matrices<T>{operands});
            using Value = typename std::decay_t<decltype(e)>::value_type;
            auto target =
                xt::adapt(static_cast<Value*>(out), e.size(), xt::no_ownership(), e.shape());
            xt::noalias(target) = e;
          }};
}

template <class T> Expressions<T> expressions() {
  using M = Matrices<T>;
  using xt::all;
  using xt::range;
  const auto e = [](const char* kernel, const auto& make) { return expression<T>(kernel, make); };
  return {
      e("negate", [](const M& m) { return -m.first(); }),
      e("square", [](const M& m) { return m.first() * m.first(); }),
      e("tanh", [](const M& m) { return xt::tanh(m.first()); }),
      e("exp", [](const M& m) { return xt::exp(m.first()); }),
      e("add", [](const M& m) { return m.first() + m.second(); }),
      e("times a scalar", [](const M& m) { return m.first() * *m.scalar; }),
      e("plus a row", [](const M& m) { return m.first() + m.line(); }),
      e("plus a column", [](const M& m) { return m.first() + m.upright(); }),
      e("less", [](const M& m) { return m.first() < m.second(); }),
      e("where", [](const M& m) { return xt::where(m.where(), m.first(), m.second()); }),
      e("sum", [](const M& m) { return xt::sum(m.first(), immediate); }),
      e("sum, last axis", [](const M& m) { return xt::sum(m.first(), {1}, immediate); }),
      e("sum, first axis", [](const M& m) { return xt::sum(m.first(), {0}, immediate); }),
      e("sum of squares", [](const M& m) { return xt::sum(xt::square(m.first()), immediate); }),
      e("argmax, last axis", [](const M& m) { return xt::argmax(m.first(), 1); }),
      e("transpose", [](const M& m) { return xt::transpose(m.first()); }),
      e("slice, inner part",
        [](const M& m) {
          return xt::view(m.first(), range(std::size_t{1}, m.rows - 1),
                          range(std::size_t{1}, m.columns - 1));
        }),
      e("slice, every 2nd column",
        [](const M& m) {
          return xt::view(m.first(), all(), range(std::size_t{0}, m.columns, std::size_t{2}));
        }),
      e("square of that slice",
        [](const M& m) {
          return xt::square(
              xt::view(m.first(), all(), range(std::size_t{0}, m.columns, std::size_t{2})));
        }),
      e("pad by 1", [](const M& m) { return xt::pad(m.first(), 1); }),
      e("gather rows", [](const M& m) { return xt::view(m.first(), xt::keep(m.picks()), all()); }),
      e("concatenate, first axis",
        [](const M& m) { return xt::concatenate(xt::xtuple(m.first(), m.second()), 0); }),
      e("concatenate, last axis",
        [](const M& m) { return xt::concatenate(xt::xtuple(m.first(), m.second()), 1); }),
      e("fill",
        [](const M& m) {
          return xt::zeros<T>(std::array<std::size_t, 2>{m.rows, m.columns});
        }),
  };
}

} // namespace

void CONTRACTIVE_WAY(Expressions<float>& result) { result = expressions<float>(); }
void CONTRACTIVE_WAY(Expressions<double>& result) { result = expressions<double>(); }

} // namespace contractive::ground
