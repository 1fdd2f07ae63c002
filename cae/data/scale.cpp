#include <contractive/cae/data/scale.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::cae {
namespace {

template <class T> Array<T> divided(const Array<T>& samples, T by) {
  return Array<T>::make(samples.shape(), [&](T* out) {
    std::transform(samples.begin(), samples.end(), out, [by](T value) { return value / by; });
  });
}

} // namespace

std::string scale_names() { return "type, none, 255, minmax or standard"; }

Scale Scale::named(const std::string& name) {
  for (const char* known : {"type", "none", "255", "minmax", "standard"})
    if (name == known)
      return {name};
  throw Error("scale '", name, "'; expected ", scale_names());
}

template <class T> Scale Scale::fit(const Array<T>& samples, std::size_t first) const {
  if (name != "minmax" && name != "standard")
    return {name};
  const std::size_t n = std::min(first, samples.shape()[0]), size = samples.shape().inner(0);
  const std::size_t columns = samples.rank() == 2 ? size : 1;
  const double count = static_cast<double>(n * size / columns);
  Scale result{name, std::vector<double>(columns), std::vector<double>(columns)};
  for (std::size_t j = 0; j < columns; ++j) {
    const auto each = [&](const auto& f) {
      for (std::size_t i = j; i < n * size; i += columns)
        f(static_cast<double>(samples[i]));
    };
    double low = static_cast<double>(samples[j]), high = low, sum = 0, squares = 0;
    each([&](double v) {
      low = std::min(low, v);
      high = std::max(high, v);
      sum += v;
    });
    each([&](double v) { squares += (v - sum / count) * (v - sum / count); });
    result.shift[j] = name == "minmax" ? low : sum / count;
    const double width = name == "minmax" ? high - low : std::sqrt(squares / count);
    result.divisor[j] = high > low ? width : 1;
  }
  return result;
}

template <class T>
Array<T> Scale::apply(const Array<T>& samples, bool bytes, std::vector<std::string>& notes) const {
  if (name == "none" || (name == "type" && !bytes))
    return samples;
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
  if (name == "255" && !bytes && *high > 0 && *high <= 1)
    throw Error("scale 255: values from ", *low, " to ", *high,
                "; expected some above 1: these look divided already, which is scale none");
  if (name == "255" || name == "type") {
    if (*high <= 1)
      notes.emplace_back(
          "no byte is above 1: if 1 is meant as 1 and not as 1/255, take scale none");
    return divided(samples, T(255));
  }
  const std::size_t columns = shift.size();
  if (columns == 0 || (columns > 1 && columns != samples.shape().inner(0)))
    throw Error("scale ", name, ": numbers for ", columns, " columns, the samples have ",
                samples.shape().inner(0), "; expected those of the training samples");
  std::size_t clipped = 0;
  Array<T> result = Array<T>::make(samples.shape(), [&](T* out) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::size_t j = i % columns;
      double value = (static_cast<double>(samples[i]) - shift[j]) / divisor[j];
      if (name == "minmax" && !(value >= 0 && value <= 1)) {
        value = std::clamp(value, 0.0, 1.0);
        ++clipped;
      }
      out[i] = static_cast<T>(value);
    }
  });
  if (clipped > 0)
    notes.push_back(detail::text(clipped, " of ", samples.size(),
                                 " values lie beyond the training samples' range: clipped"));
  return result;
}

template Scale Scale::fit(const Array<float>&, std::size_t) const;
template Scale Scale::fit(const Array<double>&, std::size_t) const;
template Array<float> Scale::apply(const Array<float>&, bool, std::vector<std::string>&) const;
template Array<double> Scale::apply(const Array<double>&, bool, std::vector<std::string>&) const;

} // namespace contractive::cae
