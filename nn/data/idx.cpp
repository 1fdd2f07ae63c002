#include <contractive/nn/data/idx.hpp>

#include <contractive/nn/file.hpp>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace contractive::nn {
namespace {

using Byte = unsigned char;

// Big-endian, as the format has it.
template <class U> U from_big_endian(const char* bytes) {
  char turned[sizeof(U)];
  std::reverse_copy(bytes, bytes + sizeof(U), turned);
  U value;
  std::memcpy(&value, turned, sizeof(U));
  return value;
}

template <class U, class T>
Array<T> convert(const std::string& content, std::size_t start, const Shape& shape) {
  return Array<T>::make(shape, [&](T* out) {
    for (std::size_t i = 0; i < shape.elements(); ++i)
      out[i] = static_cast<T>(from_big_endian<U>(content.data() + start + i * sizeof(U)));
  });
}

std::size_t element_size(int type) {
  switch (type) {
  case 0x08:
  case 0x09:
    return 1;
  case 0x0B:
    return 2;
  case 0x0C:
  case 0x0D:
    return 4;
  case 0x0E:
    return 8;
  default:
    return 0;
  }
}

} // namespace

template <class T> Array<T> read_idx(const std::string& path) {
  const std::string content = read_file(path);
  const auto byte = [&](std::size_t i) { return static_cast<int>(static_cast<Byte>(content[i])); };
  const std::size_t size = content.size() < 4 ? 0 : element_size(byte(2));
  if (size == 0 || byte(0) != 0 || byte(1) != 0)
    throw FileError(text(path, ": not an IDX file; expected it to begin with the bytes 0 0, a type "
                               "(8, 9, 11 to 14) and the number of axes"));
  const auto rank = static_cast<std::size_t>(byte(3));
  if (rank == 0 || rank > Shape::max_rank)
    throw FileError(
        text(path, ": header promises ", rank, " axes; expected 1 to ", Shape::max_rank));
  const std::size_t start = 4 + 4 * rank;
  if (content.size() < start)
    throw FileError(text(path, ": the file ends after ", content.size(),
                         " bytes, within its header; "
                         "is the download complete?"));
  Shape shape;
  std::string product;
  double expected = static_cast<double>(size); // a double cannot overflow
  for (std::size_t axis = 0; axis < rank; ++axis) {
    shape.push_back(from_big_endian<std::uint32_t>(content.data() + 4 + 4 * axis));
    expected *= static_cast<double>(shape[axis]);
    product += (axis ? " x " : "") + std::to_string(shape[axis]);
  }
  if (static_cast<double>(content.size() - start) != expected)
    throw FileError(
        text(path, ": header promises ", product, " elements of ", size, " = ",
             expected < 1e15 ? std::to_string(static_cast<long long>(expected)) : "more than 10^15",
             " bytes, the file has ", content.size() - start,
             expected > static_cast<double>(content.size() - start)
                 ? " after its header; is the download complete?"
                 : " after its header; expected no more"));
  switch (byte(2)) {
  case 0x08:
    return convert<std::uint8_t, T>(content, start, shape);
  case 0x09:
    return convert<std::int8_t, T>(content, start, shape);
  case 0x0B:
    return convert<std::int16_t, T>(content, start, shape);
  case 0x0C:
    return convert<std::int32_t, T>(content, start, shape);
  case 0x0D:
    return convert<float, T>(content, start, shape);
  default:
    return convert<double, T>(content, start, shape);
  }
}

template <class T> Images<T> read_images(const std::string& folder, const std::string& part) {
  namespace fs = std::filesystem;
  std::error_code missing;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, missing))
    names.push_back(entry.path().filename().string());
  if (missing)
    throw FileError(text(folder, ": ", missing.message(), "; expected a folder of IDX files"));
  std::sort(names.begin(), names.end());
  const auto find = [&](const std::string& kind) -> std::string {
    for (const std::string& name : names)
      if (name.rfind(part, 0) == 0 && name.find(kind) != std::string::npos)
        return folder + "/" + name;
    std::vector<std::string> others;
    for (const std::string& name : names)
      if (name.find(kind) != std::string::npos)
        others.push_back(folder + "/" + name);
    return others.size() == 1 ? others[0] : "";
  };
  const std::string images = find(names.size() == 1 ? "" : "images"), labels = find("labels");
  if (images.empty())
    throw FileError(text(folder, ": no file of images for '", part, "'; expected ", part,
                         "-images-idx3-ubyte or one IDX file with images in its name"));
  Images<T> result{read_idx<T>(images), {}};
  if (result.pixels.rank() != 3)
    throw FileError(text(images, ": shape ", result.pixels.shape(),
                         "; expected images (number, height, width)"));
  result.pixels = Array<T>::make(result.pixels.shape(), [&, raw = result.pixels](T* out) {
    std::transform(raw.begin(), raw.end(), out, [](T v) { return v / T(255); });
  });
  if (!labels.empty())
    result.labels = read_idx<double>(labels).template as<std::int64_t>();
  return result;
}

template Array<float> read_idx(const std::string&);
template Array<double> read_idx(const std::string&);
template Images<float> read_images(const std::string&, const std::string&);
template Images<double> read_images(const std::string&, const std::string&);

} // namespace contractive::nn
