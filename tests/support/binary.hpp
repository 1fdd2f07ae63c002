#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

/// Files of numbers, byte by byte as other programs write them.
namespace contractive::tests {

/// IDX: 0, 0, the elements' type, the number of axes, each length big-endian; then the data.
inline std::string idx(char type, const std::vector<std::uint32_t>& axes, const std::string& data) {
  std::string bytes{0, 0, type, static_cast<char>(axes.size())};
  for (const std::uint32_t length : axes)
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>(length >> shift & 255U);
  return bytes + data;
}

/// .npy, version 1, padded as numpy pads it.
inline std::string npy(const std::string& type, const std::string& shape, const std::string& data,
                       bool fortran = false) {
  std::string header = "{'descr': '" + type +
                       "', 'fortran_order': " + (fortran ? "True" : "False") +
                       ", 'shape': " + shape + ", }";
  header.resize((10 + header.size()) / 64 * 64 + 64 - 11, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size() % 256) +
         static_cast<char>(header.size() / 256) + header + data;
}

/// The bytes of these numbers, in this machine's order: little-endian.
template <class T> std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}
/// The same, big-endian.
template <class T> std::string swapped(const std::vector<T>& values) {
  std::string bytes;
  for (const T value : values) {
    const std::string one = raw(std::vector<T>{value});
    bytes.append(one.rbegin(), one.rend());
  }
  return bytes;
}

} // namespace contractive::tests
