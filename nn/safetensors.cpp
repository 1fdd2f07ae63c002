#include <contractive/nn/safetensors.hpp>

#include <contractive/nn/file.hpp>

#include <cstring>
#include <nlohmann/json.hpp>

namespace contractive::nn {
namespace {

using Json = nlohmann::json;

template <class U, class T> Array<T> convert(const char* from, const Shape& shape) {
  return Array<T>::make(shape, [&](T* out) {
    for (std::size_t i = 0; i < shape.elements(); ++i) {
      U value;
      std::memcpy(&value, from + i * sizeof(U), sizeof(U));
      out[i] = static_cast<T>(value);
    }
  });
}

// The length of the header, little-endian.
std::string length_bytes(std::size_t length) {
  std::string bytes(8, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(length % 256);
    length /= 256;
  }
  return bytes;
}

} // namespace

template <class T> void write_safetensors(const std::string& path, const Tensors<T>& tensors) {
  Json header = Json::object();
  if (!tensors.metadata.empty())
    header["__metadata__"] = tensors.metadata;
  std::size_t end = 0;
  for (const auto& [name, array] : tensors.arrays) {
    const std::size_t begin = end;
    end += array.size() * sizeof(T);
    const std::vector<std::size_t> shape(array.shape().begin(), array.shape().end());
    header[name] = {{"dtype", sizeof(T) == 4 ? "F32" : "F64"},
                    {"shape", shape},
                    {"data_offsets", {begin, end}}};
  }
  std::string json = header.dump();
  json.resize((json.size() + 7) / 8 * 8, ' ');
  std::string content = length_bytes(json.size()) + json;
  content.reserve(content.size() + end);
  for (const auto& entry : tensors.arrays)
    content.append(reinterpret_cast<const char*>(entry.second.data()),
                   entry.second.size() * sizeof(T));
  write_file(path, content);
}

template <class T> Tensors<T> read_safetensors(const std::string& path) {
  const std::string content = read_file(path);
  const auto bad = [&](const std::string& what) {
    return FileError(text(path, ": ", what, "; expected a safetensors file"));
  };
  std::size_t length = 0;
  for (std::size_t i = 8; i-- > 0 && content.size() >= 8;)
    length = length << 8 | static_cast<unsigned char>(content[i]);
  if (content.size() < 8 || length > content.size() - 8)
    throw bad(text("the file ends after ", content.size(), " bytes, within its header"));
  const Json header =
      Json::parse(content.begin() + 8, content.begin() + 8 + static_cast<std::ptrdiff_t>(length),
                  nullptr, false);
  if (!header.is_object())
    throw bad("the header is no JSON object");
  const char* const data = content.data() + 8 + length;
  const std::size_t size = content.size() - 8 - length;
  Tensors<T> result;
  std::map<std::size_t, std::size_t> pieces; // begin -> end: to see overlaps and gaps
  try {
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        result.metadata = entry.template get<std::map<std::string, std::string>>();
        continue;
      }
      const auto lengths = entry.at("shape").template get<std::vector<std::size_t>>();
      const auto offsets = entry.at("data_offsets").template get<std::vector<std::size_t>>();
      const auto type = entry.at("dtype").template get<std::string>();
      double elements = 1;
      for (const std::size_t axis : lengths)
        elements *= static_cast<double>(axis);
      const std::size_t width = type == "F32" ? 4 : type == "F64" || type == "I64" ? 8 : 0;
      if (width == 0 || lengths.size() > Shape::max_rank)
        throw bad(text("'", name, "' is of type ", type, " with ", lengths.size(), " axes"));
      if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > size ||
          elements * static_cast<double>(width) != static_cast<double>(offsets[1] - offsets[0]))
        throw bad(text("'", name, "' has offsets that do not fit its shape or the file"));
      const Shape shape(lengths.begin(), lengths.end());
      const char* const from = data + offsets[0];
      result.arrays[name] = type == "F32"   ? convert<float, T>(from, shape)
                            : type == "F64" ? convert<double, T>(from, shape)
                                            : convert<std::int64_t, T>(from, shape);
      if (offsets[0] != offsets[1] && !pieces.emplace(offsets[0], offsets[1]).second)
        throw bad(text("'", name, "' overlaps another array"));
    }
  } catch (const Json::exception& error) {
    throw bad(text("the header is not as it should be (", error.what(), ")"));
  }
  std::size_t at = 0;
  for (const auto& [begin, end] : pieces) {
    if (begin != at)
      throw bad("arrays overlap or leave a gap");
    at = end;
  }
  if (at != size)
    throw bad(text(size - at, " bytes belong to no array"));
  return result;
}

template void write_safetensors(const std::string&, const Tensors<float>&);
template void write_safetensors(const std::string&, const Tensors<double>&);
template Tensors<float> read_safetensors(const std::string&);
template Tensors<double> read_safetensors(const std::string&);

} // namespace contractive::nn
