#pragma once

#include <contractive/nn/data/numbers.hpp>
#include <contractive/nn/file/elements.hpp>

#include <string_view>

/// Arrays as binary files hold them. Not installed.
namespace contractive::nn {

/// Where an array is in a file, and how its elements are read.
template <class T> struct Stored {
  Shape shape;
  std::size_t begin; ///< of the data, in bytes
  std::size_t width; ///< bytes of an element
  bool bytes;        ///< whether the elements are unsigned bytes
  bool column_major = false;
  ByteOrder order = ByteOrder::big;
  /// Reads so many elements.
  void (*read)(const char* from, std::size_t n, ByteOrder order, T* out) = nullptr;
};

/// By a file's first bytes, of which there must be `head_size` or all. Throw FileError for what is
/// malformed, or where the file is not of the size that its header promises.
constexpr std::size_t head_size = 8192;
template <class T>
[[nodiscard]] Stored<T> stored_npy(const std::string& path, std::string_view head,
                                   std::size_t file_size);
template <class T>
[[nodiscard]] Stored<T> stored_idx(const std::string& path, std::string_view head,
                                   std::size_t file_size);

/// What a .npy file of such an array begins with: 128 bytes, unless its lengths have some 40
/// digits.
template <class T> [[nodiscard]] std::string npy_header(const Shape& shape);
/// Turns a table into a .npy file, some lines at a time; labels are left out, with a note. Throws
/// FileError as parse_csv() and write_file() do.
template <class T>
void convert_csv(const std::string& path, const TableOptions& options, const std::string& to,
                 std::vector<std::string>& notes);

} // namespace contractive::nn
