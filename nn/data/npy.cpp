#include <contractive/nn/data/npy.hpp>

#include <contractive/nn/file.hpp>

#include <cstring>
#include <regex>

namespace contractive::nn {
namespace {

template <class U, class T> void convert(const char* from, std::size_t n, T* out) {
  for (std::size_t i = 0; i < n; ++i) {
    U value;
    std::memcpy(&value, from + i * sizeof(U), sizeof(U));
    out[i] = static_cast<T>(value);
  }
}

// Row-major from column-major.
template <class T> Array<T> turned(const Array<T>& raw, const Shape& shape) {
  return Array<T>::make(shape, [&](T* out) {
    for (std::size_t i = 0; i < shape.elements(); ++i) {
      std::size_t rest = i, at = 0, step = shape.elements();
      for (std::size_t axis = shape.rank(); axis-- > 0; rest /= shape[axis]) {
        step /= shape[axis];
        at += rest % shape[axis] * step;
      }
      out[i] = raw[at];
    }
  });
}

} // namespace

template <class T> Array<T> read_npy(const std::string& path) {
  const std::string content = read_file(path);
  const auto bad = [&](const std::string& what) {
    return FileError(text(path, ": ", what, "; expected a .npy file of numbers"));
  };
  if (content.size() < 12 || content.compare(0, 6, "\x93NUMPY") != 0)
    throw bad("does not begin with numpy's magic");
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(content[i]));
  };
  const bool wide = byte(6) >= 2;
  const std::size_t length = byte(8) | byte(9) << 8 | (wide ? byte(10) << 16 | byte(11) << 24 : 0);
  const std::size_t start = (wide ? 12 : 10) + length;
  if (start > content.size())
    throw bad("ends within its header");
  const std::string header = content.substr(wide ? 12 : 10, length);
  std::smatch type, order, axes;
  if (!std::regex_search(header, type, std::regex("'descr': *'([<>|=])([fiub])([0-9]+)'")) ||
      !std::regex_search(header, order, std::regex("'fortran_order': *(True|False)")) ||
      !std::regex_search(header, axes, std::regex("'shape': *\\(([0-9, ]*)\\)")))
    throw bad(text("header ", header, " is not understood"));
  Shape shape;
  const std::string list = axes[1];
  const std::regex number("[0-9]+");
  double expected = 1;
  for (std::sregex_iterator it(list.begin(), list.end(), number), end; it != end; ++it) {
    if (shape.rank() == Shape::max_rank || it->length() > 18)
      throw bad(text("shape (", list, ") is too large"));
    shape.push_back(std::stoull(it->str()));
    expected *= static_cast<double>(shape.back());
  }
  const std::size_t size = std::stoul(type[3]);
  if (expected * static_cast<double>(size) != static_cast<double>(content.size() - start))
    throw FileError(text(path, ": header promises ", shape, " of ", size,
                         " bytes each, the file has ", content.size() - start,
                         " bytes after its header; is it complete?"));
  if (type[1] == ">" && size > 1)
    throw bad("holds big-endian numbers");
  const std::string kind = type[2].str() + type[3].str();
  const char* const data = content.data() + start;
  const Array<T> raw = Array<T>::make(shape, [&](T* out) {
    const std::size_t n = shape.elements();
    if (kind == "f4")
      convert<float>(data, n, out);
    else if (kind == "f8")
      convert<double>(data, n, out);
    else if (kind == "u1" || kind == "b1")
      convert<std::uint8_t>(data, n, out);
    else if (kind == "i1")
      convert<std::int8_t>(data, n, out);
    else if (kind == "i2")
      convert<std::int16_t>(data, n, out);
    else if (kind == "u2")
      convert<std::uint16_t>(data, n, out);
    else if (kind == "i4")
      convert<std::int32_t>(data, n, out);
    else if (kind == "u4")
      convert<std::uint32_t>(data, n, out);
    else if (kind == "i8")
      convert<std::int64_t>(data, n, out);
    else
      throw bad(text("holds elements of type ", kind));
  });
  return order[1] == "True" && shape.rank() > 1 ? turned(raw, shape) : raw;
}

template <class T> void write_npy(const std::string& path, const Array<T>& array) {
  std::string header = text("{'descr': '<f", sizeof(T), "', 'fortran_order': False, 'shape': (");
  for (const std::size_t length : array.shape())
    header += std::to_string(length) + ", ";
  header += "), }";
  header.resize((10 + header.size()) / 64 * 64 + 64 - 11, ' '); // data begin at a multiple of 64
  header += '\n';
  std::string content("\x93NUMPY\x01\x00", 8);
  content += static_cast<char>(header.size() % 256);
  content += static_cast<char>(header.size() / 256);
  content += header;
  content.append(reinterpret_cast<const char*>(array.data()), array.size() * sizeof(T));
  write_file(path, content);
}

template Array<float> read_npy(const std::string&);
template Array<double> read_npy(const std::string&);
template void write_npy(const std::string&, const Array<float>&);
template void write_npy(const std::string&, const Array<double>&);

} // namespace contractive::nn
