#include <contractive/nn/data/npy.hpp>

#include <contractive/nn/data/stored.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/zip.hpp>

#include <algorithm>
#include <charconv>
#include <map>

namespace contractive::nn {
namespace {

struct Header {
  ByteOrder order;
  bool column_major;
  std::string kind; // 'f', 'i', 'u' or 'b', and the bytes per element
  std::size_t width;
  Shape shape;
  std::size_t end; // of the header: where the data begin
};

FileError not_npy(const std::string& path, const std::string& what) {
  return FileError(path, ": ", what, "; expected a .npy file of numbers");
}

// What follows a key of the dictionary; empty if there is no such key.
std::string value_of(const std::string& key, const std::string& dictionary) {
  const std::size_t at = dictionary.find("'" + key + "':");
  const std::size_t begin =
      at == std::string::npos ? at : dictionary.find_first_not_of(' ', at + key.size() + 3);
  return begin == std::string::npos ? "" : dictionary.substr(begin);
}

// "3, 4" or "3," or nothing; Python 2 writes 3L.
Shape parse_shape(const std::string& path, const std::string& axes) {
  Shape shape;
  const char *at = axes.data(), *const end = at + axes.size();
  while (at != end)
    if (*at == ' ' || *at == ',') {
      ++at;
    } else {
      std::size_t length = 0;
      const auto [stop, error] = std::from_chars(at, end, length);
      if (error != std::errc{} || shape.rank() == Shape::max_rank)
        throw not_npy(path, detail::text("shape (", axes, ") is not one of at most ",
                                         Shape::max_rank, " axes"));
      shape.push_back(length);
      at = stop != end && *stop == 'L' ? stop + 1 : stop;
    }
  return shape;
}

// A dictionary as Python writes it: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
Header parse_header(const std::string& path, std::string_view content) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(content[i]));
  };
  if (content.size() < 12 || content.compare(0, 6, "\x93NUMPY") != 0)
    throw not_npy(path, "does not begin with numpy's magic");
  if (byte(6) < 1 || byte(6) > 3)
    throw not_npy(path, detail::text("is of version ", byte(6)));
  const bool wide = byte(6) >= 2;
  const std::size_t start = wide ? 12 : 10;
  const std::size_t length = byte(8) | byte(9) << 8 | (wide ? byte(10) << 16 | byte(11) << 24 : 0);
  if (length > 4096 ||
      start + length > content.size()) // a longer one is a record's, not a number's
    throw not_npy(path,
                  detail::text("has a header of ", length, " bytes in a file of ", content.size()));
  const std::string header(content.substr(start, length));
  const std::string type = value_of("descr", header), order = value_of("fortran_order", header);
  const std::string axes = value_of("shape", header);
  const bool ordered = order.rfind("True", 0) == 0 || order.rfind("False", 0) == 0;
  if (type.size() < 5 || type[0] != '\'' || type[4] != '\'' || type.find_first_of("<>|=", 1) != 1 ||
      type.find_first_of("fiub", 2) != 2 || type.find_first_of("1248", 3) != 3 || !ordered ||
      axes.empty() || axes[0] != '(')
    throw not_npy(path, detail::text("header ", header.substr(0, 200), " is not understood"));
  return {type[1] == '>' ? ByteOrder::big : ByteOrder::little,
          order[0] == 'T',
          type.substr(2, 2),
          static_cast<std::size_t>(type[3] - '0'),
          parse_shape(path, axes.substr(1, axes.find(')') - 1)),
          start + length};
}

template <class T> using Reader = void (*)(const char*, std::size_t, ByteOrder, T*);

template <class T> Reader<T> reader_of(const std::string& path, const std::string& kind) {
  static const std::map<std::string, Reader<T>> readers{
      {"f2", read_elements<Half, T>},          {"f4", read_elements<float, T>},
      {"f8", read_elements<double, T>},        {"i1", read_elements<std::int8_t, T>},
      {"u1", read_elements<std::uint8_t, T>},  {"i2", read_elements<std::int16_t, T>},
      {"u2", read_elements<std::uint16_t, T>}, {"i4", read_elements<std::int32_t, T>},
      {"u4", read_elements<std::uint32_t, T>}, {"i8", read_elements<std::int64_t, T>},
      {"u8", read_elements<std::uint64_t, T>}, {"b1", read_elements<std::uint8_t, T>}};
  const auto reader = readers.find(kind);
  if (reader == readers.end())
    throw not_npy(path, detail::text("holds elements of type ", kind));
  return reader->second;
}

// The elements of `raw` are in column-major order.
template <class T> Array<T> row_major_from(const Array<T>& raw) {
  const Shape& shape = raw.shape();
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

template <class T> const char* descriptor();
template <> const char* descriptor<float>() { return "<f4"; }
template <> const char* descriptor<double>() { return "<f8"; }
template <> const char* descriptor<std::int64_t>() { return "<i8"; }
template <> const char* descriptor<bool>() { return "|b1"; }

} // namespace

template <class T>
Stored<T> stored_npy(const std::string& path, std::string_view head, std::size_t file_size) {
  return naming(path, [&]() -> Stored<T> {
    const Header header = parse_header(path, head);
    const std::size_t present = file_size - header.end;
    if (promised_bytes(header.shape, header.width) != static_cast<double>(present))
      throw FileError(path, ": header promises ", header.shape, " of ", header.width,
                      " bytes each, the file has ", present,
                      " bytes after its header; expected as many; is it complete?");
    return {header.shape,
            header.end,
            header.width,
            header.kind == "u1",
            header.column_major && header.shape.rank() > 1,
            header.order,
            reader_of<T>(path, header.kind)};
  });
}

template <class T> Numbers<T> parse_npy(const std::string& path, std::string_view content) {
  return naming(path, [&]() -> Numbers<T> {
    const Stored<T> stored = stored_npy<T>(path, content, content.size());
    const Array<T> raw = Array<T>::make(stored.shape, [&](T* out) {
      stored.read(content.data() + stored.begin, stored.shape.elements(), stored.order, out);
    });
    return {stored.column_major ? row_major_from(raw) : raw, stored.bytes};
  });
}

template <class T>
Numbers<T> parse_npz(const std::string& path, std::string_view content, const std::string& name) {
  return naming(path, [&] {
    const std::string member = member_of_zip(content, name, ".npy");
    return parse_npy<T>(name.empty() ? path : path + ":" + name, member);
  });
}

template <class T> Array<T> read_npy(const std::string& path) {
  return parse_npy<T>(path, read_file(path)).values;
}

template <class T> std::string npy_header(const Shape& shape) {
  std::string header =
      detail::text("{'descr': '", descriptor<T>(), "', 'fortran_order': False, 'shape': (");
  for (const std::size_t length : shape)
    header += std::to_string(length) + ",";
  header += "), }";
  header.resize((10 + header.size()) / 64 * 64 + 64 - 11, ' '); // data begin at a multiple of 64
  header += '\n';
  std::string result("\x93NUMPY\x01\x00", 8);
  result += static_cast<char>(header.size() % 256);
  result += static_cast<char>(header.size() / 256);
  return result + header;
}

template <class T> void write_npy(const std::string& path, const Array<T>& array) {
  NewFile file(path);
  file.append(npy_header<T>(array.shape()));
  file.append({reinterpret_cast<const char*>(array.data()), array.size() * sizeof(T)});
  file.finish();
}

template Stored<float> stored_npy(const std::string&, std::string_view, std::size_t);
template Stored<double> stored_npy(const std::string&, std::string_view, std::size_t);
template Numbers<float> parse_npy(const std::string&, std::string_view);
template Numbers<double> parse_npy(const std::string&, std::string_view);
template Numbers<std::int64_t> parse_npy(const std::string&, std::string_view);
template Numbers<float> parse_npz(const std::string&, std::string_view, const std::string&);
template Numbers<double> parse_npz(const std::string&, std::string_view, const std::string&);
template Array<float> read_npy(const std::string&);
template Array<double> read_npy(const std::string&);
template Array<std::int64_t> read_npy(const std::string&);
template Array<bool> read_npy(const std::string&);
template std::string npy_header<float>(const Shape&);
template std::string npy_header<double>(const Shape&);
template void write_npy(const std::string&, const Array<float>&);
template void write_npy(const std::string&, const Array<double>&);
template void write_npy(const std::string&, const Array<std::int64_t>&);
template void write_npy(const std::string&, const Array<bool>&);

} // namespace contractive::nn
