#include <contractive/cae/data/samples.hpp>

#include <contractive/nn/data/csv.hpp>
#include <contractive/nn/data/idx.hpp>
#include <contractive/nn/data/npy.hpp>

#include <algorithm>
#include <filesystem>

namespace contractive::cae {

namespace {

template <class T> Labelled<T> read_any(const std::string& path, const std::string& part) {
  namespace fs = std::filesystem;
  if (!fs::exists(path))
    throw FileError(path, ": no such file or folder; expected data");
  if (fs::is_directory(path))
    return nn::read_images<T>(path, part);
  const std::string extension = fs::path(path).extension().string();
  if (extension == ".npy")
    return {nn::read_npy<T>(path), {}};
  if (extension == ".csv" || extension == ".tsv" || extension == ".txt")
    return {nn::read_csv<T>(path), {}};
  const Array<T> raw = nn::read_idx<T>(path);
  const T top = raw.size() == 0 ? T(0) : *std::max_element(raw.begin(), raw.end());
  if (!(top > 1))
    return {raw, {}};
  const auto scale = [&](T* out) { // bytes
    std::transform(raw.begin(), raw.end(), out, [](T v) { return v / T(255); });
  };
  return {Array<T>::make(raw.shape(), scale), {}};
}

} // namespace

template <class T> Array<T> read_values(const std::string& path, const std::string& part) {
  return read_any<T>(path, part).x;
}

template <class T>
Labelled<T> read_samples(const std::string& path, const std::string& part, const Shape& image) {
  const auto [raw, labels] = read_any<T>(path, part);
  if (raw.rank() < 2 || raw.rank() > 4 || raw.size() == 0)
    throw FileError(path, ": shape ", raw.shape(),
                    "; expected samples (N, d), or images (N, height, width) with or without "
                    "channels, and at least one");
  const auto not_finite =
      std::find_if_not(raw.begin(), raw.end(), [](T v) { return v - v == T(0); });
  const std::size_t n = raw.shape()[0], d = raw.size() / n;
  if (not_finite != raw.end()) {
    const auto at = static_cast<std::size_t>(not_finite - raw.begin());
    throw FileError(path, ": ", *not_finite, " in sample ", at / d, ", element ", at % d,
                    "; expected numbers");
  }
  Shape shape = raw.shape().last(raw.rank() - 1);
  if (shape.rank() == 2)
    shape.push_back(1);
  if (image.rank() > 0 && image.elements() != d)
    throw Error("--image ", image, ": ", image.elements(), " elements, the samples in ", path,
                " have ", d, "; expected the same");
  return {raw.reshaped(Shape{n} + (image.rank() > 0 ? image : shape)), labels};
}

template <class T> void require_unit_range(const Array<T>& x, const std::string& path) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  if (*low < 0 || *high > 1)
    throw FileError(path, ": values from ", *low, " to ", *high,
                    "; cross-entropy expects 0 to 1: scale the data, or choose --loss "
                    "squared-error");
}

template Array<float> read_values(const std::string&, const std::string&);
template Array<double> read_values(const std::string&, const std::string&);
template Labelled<float> read_samples(const std::string&, const std::string&, const Shape&);
template Labelled<double> read_samples(const std::string&, const std::string&, const Shape&);
template void require_unit_range(const Array<float>&, const std::string&);
template void require_unit_range(const Array<double>&, const std::string&);

} // namespace contractive::cae
