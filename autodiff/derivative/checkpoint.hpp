#pragma once

#include <contractive/autodiff/operation/arithmetic.hpp>
#include <contractive/autodiff/tape/tape.hpp>

#include <functional>

namespace contractive {

/// f(), computed now and again in each sweep that passes it, so that the tape keeps none of what f
/// records: less memory for more time. Derivatives are those of f() itself, to any order.
/// f must compute the same each time, from variables that are on the tape before: TapeError if it
/// enters one (a module's first use of a parameter, say), whose derivative would be lost.
/// Chen et al., arXiv 1604.06174, 2016; Griewank 1992.
template <class T>
Variable<T> checkpoint(Tape<T>& tape,
                       const typename detail::Same<std::function<Variable<T>()>>::type& f);

} // namespace contractive
