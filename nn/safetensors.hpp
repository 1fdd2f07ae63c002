#pragma once

#include <contractive/autodiff/array.hpp>

#include <map>
#include <string>

namespace contractive::nn {

/// What a safetensors file holds: arrays and texts, both by name.
template <class T> struct Tensors {
  std::map<std::string, Array<T>> arrays;
  std::map<std::string, std::string> metadata;
};

/// Writes F32 or F64 arrays, atomically: 8 bytes with the header's length, the header in JSON, then
/// the data. Source: huggingface/safetensors, format. Throws FileError when it cannot.
template <class T> void write_safetensors(const std::string& path, const Tensors<T>& tensors);
/// Reads F32, F64 and I64 arrays, converted to T. Throws FileError, naming the file, for a header
/// that is no JSON, offsets that overlap or leave the file, or another type.
template <class T> Tensors<T> read_safetensors(const std::string& path);

} // namespace contractive::nn
