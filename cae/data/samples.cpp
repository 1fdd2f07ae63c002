#include <contractive/cae/data/samples.hpp>

#include <contractive/autodiff/operation/move.hpp>
#include <contractive/nn/data/idx.hpp>
#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <filesystem>

namespace contractive::cae {

namespace {

template <class T> Samples<T> read_any(const std::string& path, const Reading& reading) {
  std::string file = path, labels;
  if (std::filesystem::is_directory(path)) {
    const nn::IdxFiles files = nn::find_idx(path, reading.part);
    file = files.images;
    labels = files.labels;
  }
  nn::OpenNumbers<T> numbers =
      nn::naming(path, [&] { return nn::open_numbers<T>(file, reading.table, reading.memory); });
  Samples<T> result{numbers.rows, {}, numbers.bytes, std::move(numbers.notes)};
  if (!numbers.labels.empty())
    result.labels = nn::labels_from(file, numbers.labels, result.notes);
  if (labels.empty())
    return result;
  result.labels = nn::labels_from(labels, nn::read_numbers<double>(labels).values);
  if (result.labels.size() != result.x.shape()[0])
    throw FileError(labels, ": ", result.labels.size(), " labels for ", result.x.shape()[0],
                    " images in ", file, "; expected as many");
  return result;
}

template <class T> void require_finite(const nn::Rows<T>& x, const std::string& path) {
  const std::size_t d = x.shape().inner(0);
  std::size_t before = 0;
  nn::for_each_batch(x, 1000, [&](const Array<T>& batch) {
    const auto found =
        std::find_if_not(batch.begin(), batch.end(), [](T v) { return v - v == T(0); });
    const auto at = static_cast<std::size_t>(found - batch.begin());
    if (found != batch.end())
      throw FileError(path, ": ", *found, " in sample ", before + at / d, ", element ", at % d,
                      "; expected numbers");
    before += batch.shape()[0];
  });
}

// Few channels before an image that is wider and higher than they are many.
bool looks_channels_first(const Shape& s) {
  return s.rank() == 4 && s[1] <= 4 && s[3] > 4 && s[1] < s[2];
}

// With the channels on the last axis.
template <class T>
nn::Rows<T> channels_last(const nn::Rows<T>& x, const Reading& reading, const std::string& path) {
  const Shape& s = x.shape();
  const std::string& layout = reading.layout;
  if (layout.empty() && looks_channels_first(s))
    throw FileError(path, ": shape ", s,
                    " looks like (N, channels, height, width); expected the channels last, or "
                    "--layout nchw where they are first, --layout nhwc where they are not");
  if (layout.empty() || layout == "nhwc" || (s.rank() != 4 && reading.image.rank() != 3))
    return x;
  if (layout != "nchw")
    throw Error("layout '", layout, "'; expected nhwc or nchw");
  const Shape& i = reading.image;
  const Shape planes = s.rank() == 4 ? s.last(3) : Shape{i[2], i[0], i[1]};
  return x.each({planes[1], planes[2], planes[0]}, [planes](const Array<T>& batch) {
    return permute(Variable<T>(batch.reshaped(Shape{batch.shape()[0]} + planes)), {0, 2, 3, 1})
        .value();
  });
}

} // namespace

template <class T> Samples<T> read_samples(const std::string& path, const Reading& reading) {
  Samples<T> result = read_any<T>(path, reading);
  Shape shape = result.x.shape();
  if (shape.rank() < 2 || shape.rank() > 4 || result.x.size() == 0)
    throw FileError(path, ": shape ", shape,
                    "; expected samples (N, d), or images (N, height, width) with or without "
                    "channels, and at least one");
  require_finite(result.x, path);
  const std::size_t d = shape.inner(0);
  const Shape& image = reading.image;
  if (image.rank() > 0 && image.elements() != d)
    throw FileError(path, ": samples of ", d, " elements; expected ", image.elements(),
                    " for the shape ", image);
  result.x = channels_last(result.x, reading, path);
  shape = shape_of_one(result.x);
  if (shape.rank() == 2)
    shape.push_back(1);
  if (image.rank() == 3 && shape.rank() == 3 && shape != image)
    throw FileError(path, ": samples of shape ", shape, "; expected ", image);
  const Shape one = image.rank() > 0 ? image : shape;
  result.x = result.x.each(
      one, [one](const Array<T>& batch) { return batch.reshaped(Shape{batch.shape()[0]} + one); });
  return result;
}

template <class T>
Labelled<T> read_inputs(const std::string& path, const Reading& reading,
                        std::vector<std::string>& notes) {
  Reading all = reading;
  all.memory = all_memory;
  Samples<T> samples = read_samples<T>(path, all);
  notes.insert(notes.end(), samples.notes.begin(), samples.notes.end());
  return nn::naming(path, [&] {
    return Labelled<T>{reading.scale.apply(samples.x, samples.bytes, notes).all(), samples.labels};
  });
}

template <class T> InputRange range_of(const nn::Rows<T>& inputs) {
  if (inputs.size() == 0)
    return {};
  T low = inputs.take(0, 1)[0], high = low;
  nn::for_each_batch(inputs, 1000, [&](const Array<T>& batch) {
    const auto [least, greatest] = std::minmax_element(batch.begin(), batch.end());
    low = std::min(low, *least);
    high = std::max(high, *greatest);
  });
  return {static_cast<double>(low), static_cast<double>(high)};
}

template <class T> void require_unit_range(const nn::Rows<T>& x, const std::string& path) {
  const InputRange range = range_of(x);
  if (range.low < 0 || range.high > 1)
    throw FileError(path, ": values from ", static_cast<T>(range.low), " to ",
                    static_cast<T>(range.high),
                    "; cross-entropy expects 0 to 1: --scale minmax brings them there (255 for "
                    "pixels), or choose --loss squared-error");
}

template Samples<float> read_samples(const std::string&, const Reading&);
template Samples<double> read_samples(const std::string&, const Reading&);
template Labelled<float> read_inputs(const std::string&, const Reading&, std::vector<std::string>&);
template Labelled<double> read_inputs(const std::string&, const Reading&,
                                      std::vector<std::string>&);
template InputRange range_of(const nn::Rows<float>&);
template InputRange range_of(const nn::Rows<double>&);
template void require_unit_range(const nn::Rows<float>&, const std::string&);
template void require_unit_range(const nn::Rows<double>&, const std::string&);

} // namespace contractive::cae
