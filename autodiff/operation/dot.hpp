#pragma once

#include <contractive/autodiff/tape/tape.hpp>

namespace contractive {

/// The tape with its entries from `filled` on in a colour: where that was its size before a
/// derivative, what the derivative recorded.
template <class T> std::string to_dot(const Tape<T>& tape, Position filled);
/// What was recorded, in Graphviz's language: `dot -Tsvg` draws it. Boxes are entries with their
/// shapes, arrows carry the kind of linear map.
template <class T> std::string to_dot(const Tape<T>& tape) { return to_dot(tape, tape.size()); }
/// The part of the tape that the variable was computed from.
template <class T> std::string to_dot(const Variable<T>& variable);

} // namespace contractive
