#pragma once

#include <contractive/nn/data/numbers.hpp>

#include <string_view>

namespace contractive::nn {

/// A table of numbers, one sample a line: values (lines, columns). As pandas, R, Excel and numpy
/// write it:
///  - one separator for the whole file, by its first lines: tab, semicolon, comma or blanks;
///  - where it is no comma, 0,5 is a half, unless points occur too, which is an error;
///  - fields may be quoted; lines that are empty or begin with # are passed over;
///  - a first line of names is a header, and so is one of 0, 1, 2, ... where the lines below it do
///    not go on counting;
///  - an unnamed first column is an index, and is dropped.
/// `path` is for errors. Throws FileError, naming file, line and column, for what is no finite
/// number (NaN included), lines of different lengths, unknown columns and UTF-16.
template <class T>
[[nodiscard]] Numbers<T> parse_csv(const std::string& path, std::string_view content,
                                   const TableOptions& options = {});
/// The same from a file, plain or gzip: the values alone.
template <class T>
[[nodiscard]] Array<T> read_csv(const std::string& path, const TableOptions& options = {});

} // namespace contractive::nn
