#pragma once

#include <cstdint>

/// The names of the engine's classes, for headers that need no more than those.
namespace contractive {

class Shape;
template <class T> class Array;
template <class T> class Variable;
template <class T> class Tape;
template <class T> class LinearMap;

/// Where comparisons put their answer, and what where() selects by. Never differentiated.
using Mask = Array<bool>;
/// Integer positions, as from argmax() and for gather(). Never differentiated.
using Indices = Array<std::int64_t>;

/// Short names for the explicit instantiations at the ends of our own sources.
namespace instances {
using AF = Array<float>;
using AD = Array<double>;
using VF = Variable<float>;
using VD = Variable<double>;
} // namespace instances

} // namespace contractive
