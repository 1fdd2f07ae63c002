#pragma once

#include <contractive/nn/data/rows.hpp>

#include <optional>
#include <string>
#include <vector>

namespace contractive::nn {

/// What a file of numbers holds: the values as they are, and what else it says of them.
template <class T> struct Numbers {
  Array<T> values;                   ///< (N, ...), not scaled
  bool bytes = false;                ///< whether they are unsigned bytes, as pixels are
  std::vector<std::string> labels{}; ///< a table's label column, if it has one
  std::vector<std::string> notes{};  ///< what was decided by the looks of a table, for people
};

/// What a table cannot say itself. A column is written as its name, its number, counted from 1, or
/// "last".
struct TableOptions {
  std::string columns{};        ///< those to take, as in "2-5,age,last"; empty: all but the others
  std::string label_column{};   ///< "none" for none; empty: one that is named label or class
  std::optional<bool> header{}; ///< whether the first line has names; empty: by its looks
};

/// Any file of numbers, by the end of its name whatever its case: .npy; .npz, with the array's name
/// behind a colon where it holds several, as in mnist.npz:x_train; .csv, .tsv and .txt, read as
/// `table` says; anything else is IDX. Each may be a gzip archive, as in images.npy.gz. Throws
/// FileError, naming the file, for what is missing, malformed or larger than it may be.
template <class T>
[[nodiscard]] Numbers<T> read_numbers(const std::string& path, const TableOptions& table = {});

/// The same, as rows that need not all be in memory.
template <class T> struct OpenNumbers {
  Rows<T> rows;                      ///< (N, ...), not scaled
  bool bytes = false;                ///< as in Numbers
  std::vector<std::string> labels{}; ///< as in Numbers
  std::vector<std::string> notes{};  ///< as in Numbers
};
/// What takes more than `memory` bytes stays on the disk: rows of .npy and IDX files are read as
/// they are needed, and archives and tables are turned once into such files, below
/// cache_folder(), which a note says; a table's labels are then left out. Others are read as by
/// read_numbers(). Throws as that does, and FileError, later, where the file has changed.
template <class T>
[[nodiscard]] OpenNumbers<T> open_numbers(const std::string& path, const TableOptions& table,
                                          std::size_t memory);
/// $XDG_CACHE_HOME/contractive, or ~/.cache/contractive.
[[nodiscard]] std::string cache_folder();

/// Writes an array as .npy or, one row a line, as .csv, by the end of the name; atomically. Throws
/// Error for another end, and FileError as write_file() does.
template <class T> void write_numbers(const std::string& path, const Array<T>& array);

/// Pixels from 0 to 1: bytes divided by 255, all else as it is.
template <class T> [[nodiscard]] Array<T> scaled_by_type(const Numbers<T>& numbers);

/// Labels are whole numbers from 0 to 999,999: as (N), whatever their shape was. Throws FileError,
/// naming the file, for others.
[[nodiscard]] Indices labels_from(const std::string& path, const Array<double>& numbers);
/// The same of a table's column; where none of its fields is a number they are names, which are
/// numbered in alphabetical order, and a note says how.
[[nodiscard]] Indices labels_from(const std::string& path, const std::vector<std::string>& fields,
                                  std::vector<std::string>& notes);

} // namespace contractive::nn
