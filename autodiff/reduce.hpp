#pragma once

#include <contractive/autodiff/variable.hpp>

/// Reductions over all or some axes; `keep_dims` leaves each reduced axis with length 1.
/// All throw ShapeError for an axis that does not exist or is named twice.
namespace contractive {

template <class T> Variable<T> sum(const Variable<T>& x);
template <class T> Variable<T> sum(const Variable<T>& x, const Axes& axes, bool keep_dims = false);
template <class T> Variable<T> mean(const Variable<T>& x);
template <class T> Variable<T> mean(const Variable<T>& x, const Axes& axes, bool keep_dims = false);

/// The largest element; ties select the lowest index, for the derivative too. NaN wins.
/// Throws ShapeError when the reduced axes hold no element.
template <class T> Variable<T> max(const Variable<T>& x);
template <class T> Variable<T> max(const Variable<T>& x, const Axes& axes, bool keep_dims = false);
/// The index of the largest element along one axis, the lowest at ties.
template <class T> Indices argmax(const Array<T>& x, int axis, bool keep_dims = false);

/// log sum exp, without overflow.
template <class T> Variable<T> logsumexp(const Variable<T>& x);
template <class T>
Variable<T> logsumexp(const Variable<T>& x, const Axes& axes, bool keep_dims = false);
/// exp(x) / sum exp(x) along the axes.
template <class T> Variable<T> softmax(const Variable<T>& x, const Axes& axes = -1);
template <class T> Variable<T> log_softmax(const Variable<T>& x, const Axes& axes = -1);

} // namespace contractive
