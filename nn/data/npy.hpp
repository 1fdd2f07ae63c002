#pragma once

#include <contractive/nn/data/numbers.hpp>

#include <string_view>

namespace contractive::nn {

/// A numpy .npy file (versions 1 to 3) of floats of 16, 32 or 64 bits, integers or bools, converted
/// to T; Fortran order and big-endian numbers are turned into ours. `path` is for errors. Throws
/// FileError, naming the file, for anything else; where T is an integer, for fractions and what it
/// cannot hold too. Source: numpy.lib.format.
template <class T>
[[nodiscard]] Numbers<T> parse_npy(const std::string& path, std::string_view content);
/// One array of a .npz file, by its name, which may be empty where there is only one.
template <class T>
[[nodiscard]] Numbers<T> parse_npz(const std::string& path, std::string_view content,
                                   const std::string& name);
/// A .npy file, plain or gzip: the values alone, as they are.
template <class T> [[nodiscard]] Array<T> read_npy(const std::string& path);
/// Writes one (version 1), atomically: float32, float64, int64 or bool.
template <class T> void write_npy(const std::string& path, const Array<T>& array);

} // namespace contractive::nn
