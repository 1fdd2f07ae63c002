#pragma once

#include <contractive/autodiff/operation/record.hpp>

#include <array>

namespace contractive::detail {

/// Records the value of a form that is linear in each of N operands, without operand `omitted`: an
/// array of that one's shape. `form(j, v)` computes it without operand j. Linear in each operand
/// that is there, its map from j's tangents puts them in j's place; the transpose leaves j out and
/// puts cotangents in the place of what was omitted. So one function holds all derivatives, of any
/// order. `describe(map, j)` may add what is known of the map from operand j.
template <class T, std::size_t N, class Form, class Describe>
Variable<T> record_form(const char* name, const Array<T>& value, std::size_t omitted,
                        const std::array<Variable<T>, N>& v, Form form, Describe describe) {
  const auto rule = [&](std::size_t j) {
    return [=, shape = value.shape()] {
      const auto with = [v](std::size_t place, const Variable<T>& x) {
        auto operands = v;
        operands[place] = x;
        return operands;
      };
      Custom<T> map{name, v[j].shape(), shape,
                    [=](const Variable<T>& t) { return form(omitted, with(j, t)); },
                    [=](const Variable<T>& g) { return form(j, with(omitted, g)); }};
      describe(map, j);
      return map;
    };
  };
  std::vector<Operand<T, decltype(rule(0))>> operands;
  for (std::size_t j = 0; j < N; ++j)
    if (j != omitted)
      operands.push_back(wrt(v[j], rule(j)));
  return record(name, value, operands);
}

/// The operands' values, in order.
template <class T, std::size_t N>
std::array<Array<T>, N> values(const std::array<Variable<T>, N>& v) {
  std::array<Array<T>, N> result;
  for (std::size_t j = 0; j < N; ++j)
    result[j] = v[j].value();
  return result;
}

} // namespace contractive::detail
