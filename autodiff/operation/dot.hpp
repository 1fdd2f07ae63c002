#pragma once

#include <contractive/autodiff/tape/tape.hpp>

namespace contractive {

/// What was recorded, in Graphviz's language: `dot -Tsvg` draws it. Boxes are entries with their
/// shapes, arrows carry the kind of linear map.
template <class T> std::string to_dot(const Tape<T>& tape);
/// The part of the tape that the variable was computed from.
template <class T> std::string to_dot(const Variable<T>& variable);

} // namespace contractive
