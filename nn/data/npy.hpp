#pragma once

#include <contractive/autodiff/array.hpp>

#include <string>

namespace contractive::nn {

/// A numpy .npy file (versions 1 to 3) of floats, integers or bools, converted to T; Fortran order
/// is turned into row-major. Throws FileError, naming the file, for anything else.
/// Source: numpy.lib.format.
template <class T> Array<T> read_npy(const std::string& path);
/// Writes one, atomically: float32 or float64.
template <class T> void write_npy(const std::string& path, const Array<T>& array);

} // namespace contractive::nn
