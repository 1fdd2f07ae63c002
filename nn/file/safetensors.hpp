#pragma once

#include <contractive/autodiff/array/array.hpp>

#include <map>
#include <string>
#include <string_view>

namespace contractive::nn {

/// What a safetensors file holds: arrays, texts and integers, all by name.
template <class T> struct Tensors {
  std::map<std::string, Array<T>> arrays;        ///< of floating-point numbers
  std::map<std::string, std::string> metadata{}; ///< texts
  std::map<std::string, Indices> indices{};      ///< arrays of integers
};

/// Writes F32 or F64 arrays and I64 indices, atomically: 8 bytes with the header's length, the
/// header in JSON, with a checksum among the metadata, then the data. Source:
/// huggingface/safetensors, format. Throws FileError when it cannot, or for a name that is given
/// twice, is "__metadata__" or no UTF-8.
template <class T> void write_safetensors(const std::string& path, const Tensors<T>& tensors);
/// Reads F16, BF16, F32 and F64 arrays, converted to T, and I64 indices. Throws FileError, naming
/// the file, for a header that is no JSON or names an array twice, offsets that overlap, leave a
/// gap or the file, another type, or a checksum, where there is one, that does not fit.
template <class T> [[nodiscard]] Tensors<T> read_safetensors(const std::string& path);
/// The same of a file's content; `path` is for errors.
template <class T>
[[nodiscard]] Tensors<T> parse_safetensors(const std::string& path, std::string_view content);

} // namespace contractive::nn
