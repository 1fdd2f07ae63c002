#pragma once

#include <contractive/autodiff/operation/map.hpp>
#include <contractive/autodiff/tape/tape.hpp>

#include <type_traits>
#include <vector>

namespace contractive {
namespace detail {

/// An operand and its rule, as record() takes them.
template <class T, class Rule> struct Operand {
  Variable<T> variable;
  Rule rule;
  Shape as; ///< the shape that the operation sees it in
  Tape<T>* tape = nullptr;
  Position position = 0;
};

/// A primitive's value: the operands alone say which T it has.
template <class T> using Value = typename Same<Array<T>>::type;

/// x's position as an operand of shape `as`; where x has to be broadcast to it, an entry of its own
/// says so. Its value is never formed.
template <class T> Position position_as(Tape<T>& tape, const Variable<T>& x, const Shape& as) {
  if (x.shape() == as)
    return tape.position_of(x);
  const Position position = tape.append("broadcast", as);
  tape.connect(tape.position_of(x), [from = x.shape(), as] {
    return Move<T, geometry::Broadcast>{{from, as}};
  });
  return position;
}

/// The body of record(): `for_each_operand(f)` calls f for every operand.
template <class T, class ForEach>
Variable<T> record_operands(const char* operation, Array<T> value,
                            const ForEach& for_each_operand) {
  Tape<T>* tape = nullptr;
  for_each_operand([&](auto& operand) {
    operand.tape = Tape<T>::recording(operand.variable, operation);
    if (tape && operand.tape && tape != operand.tape)
      throw TapeError(operation, ": operands are recorded on two different tapes; expected one, "
                                 "detach() those that are constants here");
    tape = operand.tape ? operand.tape : tape;
  });
  if (!tape)
    return Variable<T>(std::move(value));
  const Position mark = tape->size();
  try {
    for_each_operand([&](auto& operand) {
      if (operand.tape)
        operand.position = position_as(*tape, operand.variable, operand.as);
    });
    const Variable<T> y = tape->append(operation, std::move(value));
    for_each_operand([&](auto& operand) {
      if (!operand.tape)
        return;
      auto& rule = operand.rule;
      if constexpr (std::is_invocable_v<decltype(rule), const Variable<T>&>)
        tape->connect(operand.position, [rule = std::move(rule), y] { return rule(y); });
      else
        tape->connect(operand.position, std::move(rule));
    });
    return y;
  } catch (...) { // no memory: an entry without all its edges would lose derivatives
    tape->rewind(mark);
    throw;
  }
}

} // namespace detail

/// The derivative rule with respect to one operand: `rule` returns the linear map from x's tangents
/// to the result's, or its factor where it is elementwise. It may take the result as its argument;
/// only then is the result kept alive.
template <class T, class Rule> detail::Operand<T, Rule> wrt(const Variable<T>& x, Rule rule) {
  return {x, std::move(rule), x.shape()};
}
/// The same for an operand that the operation broadcasts to `as`.
template <class T, class Rule>
detail::Operand<T, Rule> wrt(const Variable<T>& x, const Shape& as, Rule rule) {
  return {x, std::move(rule), as};
}

/// A linear map of one's own as the rule: Custom{forward, backward, free_axes}.
template <class T, class Forward, class Backward,
          class = std::enable_if_t<std::is_invocable_v<Forward, const Variable<T>&>>>
auto wrt(const Variable<T>& x, Forward forward, Backward backward,
         std::optional<std::size_t> free_axes = {}) {
  return wrt(x, [=] { return Custom<T>{forward, backward, free_axes}; });
}

/// Makes a primitive: its value, an Array or what converts to one, and one rule per differentiable
/// operand. Records on the tape that the operands are on; without one, the result is a constant.
/// The operation's name has to outlive the tape, as a literal does. Throws TapeError when operands
/// are on two tapes, or on one that is gone.
template <class T, class... Rules>
Variable<T> record(const char* operation, detail::Value<T> value,
                   detail::Operand<T, Rules>... operands) {
  return detail::record_operands(operation, std::move(value),
                                 [&](const auto& f) { (f(operands), ...); });
}
/// The same for any number of operands whose rules have one type.
template <class T, class Rule>
Variable<T> record(const char* operation, detail::Value<T> value,
                   std::vector<detail::Operand<T, Rule>> operands) {
  return detail::record_operands(operation, std::move(value), [&](const auto& f) {
    for (auto& operand : operands)
      f(operand);
  });
}

} // namespace contractive
