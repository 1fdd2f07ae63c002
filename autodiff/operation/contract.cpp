#include <contractive/autodiff/operation/contract.hpp>

#include <contractive/autodiff/kernel/kernel.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/record.hpp>

#include <algorithm>

namespace contractive {

template <class T>
Variable<T> detail::sum_of_products(const std::vector<Variable<T>>& factors, const Shape& to) {
  const std::size_t rank = to.rank();
  std::vector<Variable<T>> aligned; // of one rank: what tangents have in front stands in front
  std::vector<Array<T>> values;
  for (const Variable<T>& factor : factors) {
    aligned.push_back(reshape(factor, pad_rank(factor.shape(), rank)));
    values.push_back(aligned.back().value());
  }
  const auto rule = [&](std::size_t j) {
    return [=] {
      // The factors with x in place of one of them, as large as `shape` behind x's extra axes.
      const auto with = [=](const Variable<T>& x, const Shape& shape) {
        auto others = aligned;
        others[j] = x;
        return sum_of_products(others, x.shape().first(x.rank() - rank) + shape);
      };
      const Shape own = aligned[j].shape();
      const auto differ = std::mismatch(own.begin(), own.end(), to.begin()).first;
      return Custom<T>{[=](const Variable<T>& t) { return with(t, to); },
                       [=](const Variable<T>& g) { return with(g, own); },
                       static_cast<std::size_t>(differ - own.begin())};
    };
  };
  std::vector<Operand<T, decltype(rule(0))>> operands;
  for (std::size_t j = 0; j < aligned.size(); ++j)
    operands.push_back(wrt(aligned[j], rule(j)));
  return record("sum_of_products", kernel::sum_of_products(std::move(values), to), operands);
}

// clang-format off
using namespace instances;
template VF detail::sum_of_products(const std::vector<VF>&, const Shape&); template VD detail::sum_of_products(const std::vector<VD>&, const Shape&);

} // namespace contractive
