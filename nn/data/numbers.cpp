#include <contractive/nn/data/numbers.hpp>

#include <contractive/nn/data/csv.hpp>
#include <contractive/nn/data/idx.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

namespace contractive::nn {
namespace {

// A path, and what is behind its last colon where it is no file by itself.
struct Place {
  std::string file, member{};
  explicit Place(const std::string& path) : file(path) {
    const std::size_t colon = path.rfind(':');
    if (colon != std::string::npos && colon > 0 && !std::filesystem::exists(path)) {
      file = path.substr(0, colon);
      member = path.substr(colon + 1);
    }
  }
};

bool take_ending(std::string& name, const std::string& ending) {
  if (name.size() <= ending.size() ||
      name.compare(name.size() - ending.size(), ending.size(), ending) != 0)
    return false;
  name.resize(name.size() - ending.size());
  return true;
}

std::int64_t label_from(const std::string& path, double label) {
  if (!(label >= 0 && label < 1e6 && label == std::floor(label)))
    throw FileError(path, ": label ", label, "; expected whole numbers from 0 to 999999");
  return static_cast<std::int64_t>(label);
}

} // namespace

template <class T> Numbers<T> read_numbers(const std::string& path, const TableOptions& table) {
  const Place place(path);
  std::string name = lower(place.file);
  take_ending(name, ".gz");
  const bool archive = take_ending(name, ".npz");
  const std::string content = read_file(archive ? place.file : path);
  if (archive)
    return parse_npz<T>(place.file, content, place.member);
  if (take_ending(name, ".npy"))
    return parse_npy<T>(path, content);
  for (const char* ending : {".csv", ".tsv", ".txt"})
    if (take_ending(name, ending))
      return parse_csv<T>(path, content, table);
  return parse_idx<T>(path, content);
}

template <class T> void write_numbers(const std::string& path, const Array<T>& array) {
  std::string name = lower(path);
  if (take_ending(name, ".npy"))
    return write_npy(path, array);
  if (!take_ending(name, ".csv"))
    throw Error(path, ": a name with another ending; expected .npy or .csv");
  const std::size_t columns =
      std::max<std::size_t>(array.rank() == 0 ? 1 : array.shape().back(), 1);
  std::string lines;
  for (std::size_t i = 0; i < array.size(); ++i)
    lines += exact(array.data()[i]) + ((i + 1) % columns == 0 ? "\n" : ",");
  write_file(path, lines);
}

template <class T> Array<T> scaled_by_type(const Numbers<T>& numbers) {
  if (!numbers.bytes)
    return numbers.values;
  return Array<T>::make(numbers.values.shape(), [&](T* out) {
    std::transform(numbers.values.begin(), numbers.values.end(), out,
                   [](T value) { return value / T(255); });
  });
}

Indices labels_from(const std::string& path, const Array<double>& numbers) {
  return Indices::make({numbers.size()}, [&](std::int64_t* out) {
    for (const double label : numbers)
      *out++ = label_from(path, label);
  });
}

Indices labels_from(const std::string& path, const std::vector<std::string>& fields,
                    std::vector<std::string>& notes) {
  std::set<std::string> names;
  bool numbers = false;
  for (const std::string& field : fields) {
    numbers = numbers || parse_number<double>(field).has_value();
    if (names.size() <= 1000)
      names.insert(field);
  }
  if (!numbers) {
    if (names.size() > 1000 || names.count("") > 0)
      throw FileError(path, ": labels of more than 1000 names, or missing ones; expected a column "
                            "of classes");
    std::string list;
    for (const std::string& name : names)
      list += (list.empty() ? "" : ", ") + shown(name);
    if (list.size() > 200)
      list = list.substr(0, 200) + "...";
    notes.push_back("classes, numbered from 0: " + list);
  }
  return Indices::make({fields.size()}, [&](std::int64_t* out) {
    for (const std::string& field : fields) {
      if (!numbers)
        *out++ = std::distance(names.begin(), names.find(field));
      else if (const auto number = parse_number<double>(field))
        *out++ = label_from(path, *number);
      else
        throw FileError(path, ": label '", shown(field), "'; expected a number, as others are");
    }
  });
}

template Numbers<float> read_numbers(const std::string&, const TableOptions&);
template Numbers<double> read_numbers(const std::string&, const TableOptions&);
template void write_numbers(const std::string&, const Array<float>&);
template void write_numbers(const std::string&, const Array<double>&);
template Array<float> scaled_by_type(const Numbers<float>&);
template Array<double> scaled_by_type(const Numbers<double>&);

} // namespace contractive::nn
