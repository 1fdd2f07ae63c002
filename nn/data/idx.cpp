#include <contractive/nn/data/idx.hpp>

#include <contractive/nn/data/stored.hpp>
#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <filesystem>

namespace contractive::nn {
namespace {

// Bytes per element, by the code for their type; 0 for no type of the format's.
std::size_t width_of(int type) {
  switch (type) {
  case 0x08: // unsigned byte
  case 0x09:
    return 1;
  case 0x0B:
    return 2;
  case 0x0C:
  case 0x0D: // float
    return 4;
  case 0x0E: // double
    return 8;
  default:
    return 0;
  }
}

// The first four bytes: 0, 0, the elements' type, the number of axes. Width 0 if that is not so.
struct Magic {
  int type = 0;
  std::size_t rank = 0, width = 0;
  explicit Magic(std::string_view content) {
    if (content.size() < 4 || content[0] != 0 || content[1] != 0)
      return;
    type = static_cast<unsigned char>(content[2]);
    rank = static_cast<unsigned char>(content[3]);
    width = width_of(type);
  }
};

// Checks the header against the size of the file, before anything is allocated by it.
Shape shape_of(const std::string& path, std::string_view content, std::size_t file_size) {
  const Magic magic(content);
  if (magic.width == 0)
    throw FileError(path, ": not an IDX file; expected it to begin with the bytes 0 0, a type "
                          "(8, 9, 11 to 14) and the number of axes");
  if (magic.rank == 0 || magic.rank > Shape::max_rank)
    throw FileError(path, ": header promises ", magic.rank, " axes; expected 1 to ",
                    Shape::max_rank);
  const std::size_t start = 4 + 4 * magic.rank;
  if (content.size() < start)
    throw FileError(path, ": the file ends after ", content.size(),
                    " bytes, within its header; is the download complete?");
  Shape shape;
  std::string product;
  for (std::size_t axis = 0; axis < magic.rank; ++axis) {
    std::size_t length = 0;
    read_elements<std::uint32_t>(content.data() + 4 + 4 * axis, 1, ByteOrder::big, &length);
    shape.push_back(length);
    product += (axis ? " x " : "") + std::to_string(length);
  }
  const double promised = promised_bytes(shape, magic.width);
  if (magic.width > 1)
    product += " x " + std::to_string(magic.width);
  const std::size_t present = file_size - start;
  if (static_cast<double>(present) == promised)
    return shape;
  const std::string bytes =
      promised < 1e15 ? std::to_string(static_cast<long long>(promised)) : detail::text(promised);
  throw FileError(path, ": header promises ", product, " = ", bytes, " bytes, ",
                  static_cast<double>(present) < promised
                      ? detail::text("the file ends after ", present, "; is the download complete?")
                      : detail::text("the file has ", present, "; expected no more"));
}

// The file among `candidates` for this part of the data; empty if there is none.
std::string choose(const std::vector<std::string>& candidates, const std::string& part,
                   const std::string& folder) {
  const auto holds = [](const std::string& name, const std::string& word) {
    return name.find(word) != std::string::npos;
  };
  const auto is_test = [&](const std::string& name) {
    return holds(name, "t10k") || holds(name, "test");
  };
  std::vector<std::string> found;
  for (const std::string& name : candidates)
    if (holds(name, part) || (is_test(part) && is_test(name)) ||
        (part == "train" && !is_test(name) && !holds(name, "valid")))
      found.push_back(name);
  // One named "train" goes before those whose names say nothing, a plain file before its archive.
  if (std::any_of(found.begin(), found.end(), [&](auto& name) { return holds(name, part); }))
    found.erase(
        std::remove_if(found.begin(), found.end(), [&](auto& name) { return !holds(name, part); }),
        found.end());
  if (found.size() == 2 && found[1] == found[0] + ".gz")
    found.pop_back();
  if (found.size() > 1)
    throw FileError(folder, ": both ", found[0], " and ", found[1], " could be '", part,
                    "'; expected one; give the file itself or keep them in two folders");
  return found.empty() ? "" : folder + "/" + found[0];
}

} // namespace

template <class T>
Stored<T> stored_idx(const std::string& path, std::string_view head, std::size_t file_size) {
  const Shape shape = shape_of(path, head, file_size);
  const int type = Magic(head).type;
  Stored<T> stored{shape, 4 + 4 * shape.rank(), width_of(type), type == 0x08};
  stored.read = type == 0x08   ? read_elements<std::uint8_t, T>
                : type == 0x09 ? read_elements<std::int8_t, T>
                : type == 0x0B ? read_elements<std::int16_t, T>
                : type == 0x0C ? read_elements<std::int32_t, T>
                : type == 0x0D ? read_elements<float, T>
                               : read_elements<double, T>;
  return stored;
}

template <class T> Numbers<T> parse_idx(const std::string& path, std::string_view content) {
  return naming(path, [&]() -> Numbers<T> {
    const Stored<T> stored = stored_idx<T>(path, content, content.size());
    return {Array<T>::make(stored.shape,
                           [&](T* out) {
                             stored.read(content.data() + stored.begin, stored.shape.elements(),
                                         stored.order, out);
                           }),
            stored.bytes};
  });
}

template <class T> Array<T> read_idx(const std::string& path) {
  return parse_idx<T>(path, read_file(path)).values;
}

IdxFiles find_idx(const std::string& folder, const std::string& part) {
  namespace fs = std::filesystem;
  std::error_code missing;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, missing))
    if (entry.is_regular_file() && entry.path().filename().string()[0] != '.')
      names.push_back(entry.path().filename().string());
  if (missing)
    throw FileError(folder, ": ", missing.message(), "; expected a folder of IDX files");
  std::sort(names.begin(), names.end());
  std::vector<std::string> of_images, of_labels;
  for (const std::string& name : names) {
    const Magic magic(read_file(detail::text(folder, "/", name), 4));
    const auto is = [&](std::size_t rank, const char* kind) { // a damaged one is named, not skipped
      return magic.width > 0 ? magic.rank == rank : name.find(kind) != std::string::npos;
    };
    if (is(3, "idx3"))
      of_images.push_back(name);
    else if (is(1, "idx1"))
      of_labels.push_back(name);
  }
  const IdxFiles result{choose(of_images, part, folder), choose(of_labels, part, folder)};
  if (result.images.empty())
    throw FileError(folder, ": no images for '", part, "' among ", names.size(),
                    " files; expected an IDX file like ", part, "-images-idx3-ubyte");
  return result;
}

template <class T> Labelled<T> read_images(const std::string& folder, const std::string& part) {
  const IdxFiles files = find_idx(folder, part);
  Labelled<T> result{scaled_by_type(parse_idx<T>(files.images, read_file(files.images))), {}};
  if (files.labels.empty())
    return result;
  result.labels = labels_from(files.labels, read_idx<double>(files.labels));
  if (result.labels.size() != result.x.shape()[0])
    throw FileError(files.labels, ": ", result.labels.size(), " labels for ", result.x.shape()[0],
                    " images in ", files.images, "; expected as many");
  return result;
}

template Stored<float> stored_idx(const std::string&, std::string_view, std::size_t);
template Stored<double> stored_idx(const std::string&, std::string_view, std::size_t);
template Numbers<float> parse_idx(const std::string&, std::string_view);
template Numbers<double> parse_idx(const std::string&, std::string_view);
template Numbers<std::int64_t> parse_idx(const std::string&, std::string_view);
template Array<float> read_idx(const std::string&);
template Array<double> read_idx(const std::string&);
template Array<std::int64_t> read_idx(const std::string&);
template Labelled<float> read_images(const std::string&, const std::string&);
template Labelled<double> read_images(const std::string&, const std::string&);

} // namespace contractive::nn
