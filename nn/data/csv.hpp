#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <string>

namespace contractive::nn {

/// A table of numbers, one sample a line, separated by commas, semicolons or tabs: (lines,
/// columns). A first line without any number is taken as a header. Throws FileError, naming file,
/// line and column, for what is no finite number (NaN included) and for lines of different lengths.
template <class T> [[nodiscard]] Array<T> read_csv(const std::string& path);

} // namespace contractive::nn
