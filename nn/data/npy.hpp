#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <string>

namespace contractive::nn {

/// A numpy .npy file (versions 1 to 3) of floats, integers or bools, converted to T; Fortran order
/// and big-endian numbers are turned into ours. Throws FileError, naming the file, for anything
/// else. Source: numpy.lib.format.
template <class T> [[nodiscard]] Array<T> read_npy(const std::string& path);
/// Writes one (version 1), atomically: float32, float64, int64 or bool.
template <class T> void write_npy(const std::string& path, const Array<T>& array);

} // namespace contractive::nn
