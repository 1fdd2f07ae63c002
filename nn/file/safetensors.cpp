#include <contractive/nn/file/safetensors.hpp>

#include <contractive/nn/file/elements.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/hash.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace contractive::nn {
namespace {

using Json = nlohmann::json;

FileError not_safetensors(const std::string& path, const std::string& what) {
  return FileError(path, ": ", what, "; expected a safetensors file");
}

// The header of a file to be written, and the data behind it.
struct Content {
  Json header = Json::object();
  std::string data;

  template <class U>
  void add(const std::string& path, const char* type,
           const std::map<std::string, Array<U>>& arrays) {
    for (const auto& [name, array] : arrays) {
      if (name == "__metadata__" || header.contains(name))
        throw FileError(path, ": cannot be written with an array named '", name,
                        "'; expected each name once, and not __metadata__");
      const std::size_t begin = data.size(), bytes = array.size() * sizeof(U);
      data.append(reinterpret_cast<const char*>(array.data()), bytes);
      const Shape& shape = array.shape();
      header[name] = {{"dtype", type},
                      {"shape", std::vector<std::size_t>(shape.begin(), shape.end())},
                      {"data_offsets", {begin, begin + bytes}}};
    }
  }
};

// What the header says of one array.
struct Entry {
  std::string name, type;
  Shape shape;
  std::size_t begin, end;
};

// Where the header ends: 8 bytes hold its length, little-endian.
std::size_t end_of_header(const std::string& path, std::string_view content) {
  if (content.size() < 8)
    throw not_safetensors(
        path, detail::text("the file ends after ", content.size(), " bytes, within its header"));
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;)
    length = length << 8 | static_cast<unsigned char>(content[i]);
  if (length > content.size() - 8)
    throw not_safetensors(path,
                          detail::text("the header should have ", length, " bytes, the file ends ",
                                       content.size() - 8, " bytes after the header's start"));
  return 8 + static_cast<std::size_t>(length);
}

Json parse_json_header(const std::string& path, std::string_view content, std::size_t end) {
  std::set<std::string> names; // the parser itself would keep the last of equal names
  const auto check = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth == 1 && event == Json::parse_event_t::key &&
        !names.insert(parsed.get<std::string>()).second)
      throw not_safetensors(
          path, detail::text("the header names '", parsed.get<std::string>(), "' twice"));
    return true;
  };
  Json header = Json::parse(content.data() + 8, content.data() + end, check, false);
  if (!header.is_object())
    throw not_safetensors(path, "the header is no JSON object");
  return header;
}

std::vector<std::size_t> sizes(const Json& list) {
  std::vector<std::size_t> result;
  for (const Json& size : list) // get<std::size_t>() alone would turn -1 and 1.5 into sizes
    result.push_back(size.get_ref<const Json::number_unsigned_t&>());
  return result;
}

// Throws nlohmann's exceptions where something is missing or of another kind.
Entry read_entry(const std::string& path, const std::string& name, const Json& json,
                 std::size_t available) {
  const auto type = json.at("dtype").get<std::string>();
  const std::vector<std::size_t> lengths = sizes(json.at("shape"));
  const std::vector<std::size_t> offsets = sizes(json.at("data_offsets"));
  const std::size_t width = type == "F16" || type == "BF16"  ? 2
                            : type == "F32"                  ? 4
                            : type == "F64" || type == "I64" ? 8
                                                             : 0;
  if (width == 0)
    throw FileError(path, ": '", name, "' has elements of type ", type,
                    "; expected F16, BF16, F32, F64 or I64");
  if (lengths.size() > Shape::max_rank)
    throw FileError(path, ": '", name, "' has ", lengths.size(), " axes; expected at most ",
                    Shape::max_rank);
  const Shape shape(lengths.begin(), lengths.end());
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > available ||
      promised_bytes(lengths, width) != static_cast<double>(offsets[1] - offsets[0]))
    throw not_safetensors(path, detail::text("'", name, "' of shape ", shape, ", type ", type,
                                             " has offsets that do not fit this or the file's ",
                                             available, " bytes of data"));
  return {name, type, shape, offsets[0], offsets[1]};
}

// Each byte of the data must belong to one array.
void check_coverage(const std::string& path, std::vector<Entry> entries, std::size_t available) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  std::size_t at = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != at)
      throw not_safetensors(path, detail::text("'", entry.name, "' begins at byte ", entry.begin,
                                               " of the data, what is before it ends at ", at));
    at = entry.end;
  }
  if (at != available)
    throw not_safetensors(path, detail::text(available - at, " bytes of data belong to no array"));
}

template <class U, class T> Array<T> read_array(const char* from, const Shape& shape) {
  return Array<T>::make(
      shape, [&](T* out) { read_elements<U>(from, shape.elements(), ByteOrder::little, out); });
}

template <class T> Array<T> read_floats(const std::string& type, const char* from, const Shape& s) {
  return type == "F16"    ? read_array<Half, T>(from, s)
         : type == "BF16" ? read_array<BFloat16, T>(from, s)
         : type == "F32"  ? read_array<float, T>(from, s)
                          : read_array<double, T>(from, s);
}

// Of the header, without the sum itself, and of the data behind it.
std::string checksum_of(const Json& header, std::string_view data) {
  return hex(fnv1a(data, fnv1a(header.dump())));
}

constexpr const char* checksum_key = "contractive.checksum";

void require_checksum(const std::string& path, Json header, std::string_view data) {
  const auto metadata = header.find("__metadata__");
  if (metadata == header.end() || !metadata->contains(checksum_key))
    return; // another program's, or the first edition's
  const Json sum = metadata->at(checksum_key);
  metadata->erase(checksum_key);
  if (sum != checksum_of(header, data))
    throw FileError(path, ": the checksum does not fit the content; expected the file as it was "
                          "written: it is damaged");
}

} // namespace

template <class T> void write_safetensors(const std::string& path, const Tensors<T>& tensors) {
  Content content;
  content.add(path, "I64", tensors.indices); // wide ones first, so that all data are aligned
  content.add(path, sizeof(T) == 4 ? "F32" : "F64", tensors.arrays);
  content.header["__metadata__"] = tensors.metadata;
  std::string file(8, '\0');
  try {
    content.header["__metadata__"][checksum_key] = checksum_of(content.header, content.data);
    file += content.header.dump();
  } catch (const Json::exception& error) {
    throw FileError(path, ": cannot be written: ", error.what(), "; expected UTF-8");
  }
  file.resize((file.size() + 7) / 8 * 8, ' ');
  std::uint64_t length = file.size() - 8;
  for (std::size_t i = 0; i < 8; ++i, length /= 256)
    file[i] = static_cast<char>(length % 256);
  write_file(path, file + content.data);
}

template <class T> Tensors<T> parse_safetensors(const std::string& path, std::string_view content) {
  const std::size_t start = end_of_header(path, content), available = content.size() - start;
  const Json header = parse_json_header(path, content, start);
  Tensors<T> result;
  std::vector<Entry> entries;
  try {
    for (const auto& [name, json] : header.items())
      if (name == "__metadata__")
        result.metadata = json.template get<std::map<std::string, std::string>>();
      else
        entries.push_back(read_entry(path, name, json, available));
  } catch (const Json::exception& error) {
    throw not_safetensors(path,
                          detail::text("the header is not as it should be (", error.what(), ")"));
  }
  check_coverage(path, entries, available);
  require_checksum(path, header, content.substr(start));
  result.metadata.erase(checksum_key);
  for (const Entry& entry : entries) {
    const char* const from = content.data() + start + entry.begin;
    if (entry.type == "I64")
      result.indices[entry.name] = read_array<std::int64_t, std::int64_t>(from, entry.shape);
    else
      result.arrays[entry.name] = read_floats<T>(entry.type, from, entry.shape);
  }
  return result;
}

template <class T> Tensors<T> read_safetensors(const std::string& path) {
  return parse_safetensors<T>(path, read_file(path));
}

template Tensors<float> parse_safetensors(const std::string&, std::string_view);
template Tensors<double> parse_safetensors(const std::string&, std::string_view);
template void write_safetensors(const std::string&, const Tensors<float>&);
template void write_safetensors(const std::string&, const Tensors<double>&);
template Tensors<float> read_safetensors(const std::string&);
template Tensors<double> read_safetensors(const std::string&);

} // namespace contractive::nn
