#include <contractive/cae/data/scale.hpp>

#include <contractive/autodiff/operation/arithmetic.hpp>
#include <contractive/nn/text/suggestion.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace contractive::cae {
namespace {

constexpr std::size_t at_once = 1000; // samples

} // namespace

std::string scale_names() { return "type, none, 255, minmax or standard"; }

Scale Scale::named(const std::string& name) {
  const std::vector<std::string> known{"type", "none", "255", "minmax", "standard"};
  if (std::find(known.begin(), known.end(), name) != known.end())
    return {name};
  throw Error("scale '", name, "'; expected ", scale_names(), nn::did_you_mean(name, known));
}

template <class T> Scale Scale::fit(const nn::Rows<T>& samples, std::size_t first) const {
  if (name != "minmax" && name != "standard")
    return {name};
  const std::size_t n = std::min(first, samples.count()), size = samples.shape().inner(0);
  const std::size_t columns = samples.shape().rank() == 2 ? size : 1;
  const double count = static_cast<double>(n * size / columns);
  const auto each = [&](const auto& f) { // f(column, value), in order
    nn::for_each_batch(samples.range(0, n), at_once, [&](const Array<T>& batch) {
      for (std::size_t i = 0; i < batch.size(); ++i)
        f(i % columns, static_cast<double>(batch[i]));
    });
  };
  const double none = std::numeric_limits<double>::infinity();
  std::vector<double> low(columns, none), high(columns, -none), sum(columns), squares(columns);
  each([&](std::size_t j, double v) {
    low[j] = std::min(low[j], v);
    high[j] = std::max(high[j], v);
    sum[j] += v;
  });
  each([&](std::size_t j, double v) { squares[j] += (v - sum[j] / count) * (v - sum[j] / count); });
  Scale result{name, std::vector<double>(columns), std::vector<double>(columns)};
  for (std::size_t j = 0; j < columns; ++j) {
    result.shift[j] = name == "minmax" ? low[j] : sum[j] / count;
    const double width = name == "minmax" ? high[j] - low[j] : std::sqrt(squares[j] / count);
    result.divisor[j] = high[j] > low[j] ? width : 1;
  }
  return result;
}

bool Scale::beyond(double value) const { return name == "minmax" && !(value >= 0 && value <= 1); }

template <class T> Array<T> Scale::scaled(const Array<T>& samples, bool bytes) const {
  if (name == "none" || (name == "type" && !bytes))
    return samples;
  if (name == "255" || name == "type")
    return (Variable<T>(samples) / T(255)).value();
  return Array<T>::make(samples.shape(), [&](T* out) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::size_t j = i % shift.size();
      const double value = (static_cast<double>(samples[i]) - shift[j]) / divisor[j];
      out[i] = static_cast<T>(beyond(value) ? std::clamp(value, 0.0, 1.0) : value);
    }
  });
}

template <class T>
nn::Rows<T> Scale::apply(const nn::Rows<T>& samples, bool bytes,
                         std::vector<std::string>& notes) const {
  const bool divides = name == "255" || name == "type";
  if (name == "none" || (name == "type" && !bytes))
    return samples;
  const std::size_t columns = shift.size();
  if (!divides && (columns == 0 || (columns > 1 && columns != samples.shape().inner(0))))
    throw Error("scale ", name, ": numbers for ", columns, " columns, the samples have ",
                samples.shape().inner(0), "; expected those of the training samples");
  std::size_t clipped = 0;
  T low = samples.take(0, 1)[0], high = low;
  nn::for_each_batch(samples, at_once, [&](const Array<T>& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      low = std::min(low, batch[i]);
      high = std::max(high, batch[i]);
      if (name == "minmax")
        clipped +=
            beyond((static_cast<double>(batch[i]) - shift[i % columns]) / divisor[i % columns]) ? 1
                                                                                                : 0;
    }
  });
  if (name == "255" && !bytes && high > 0 && high <= 1)
    throw Error("scale 255: values from ", low, " to ", high,
                "; expected some above 1: these look divided already, which is scale none");
  if (divides && high <= 1)
    notes.emplace_back("no byte is above 1: if 1 is meant as 1 and not as 1/255, take scale none");
  if (clipped > 0)
    notes.push_back(detail::text(clipped, " of ", samples.size(),
                                 " values lie beyond the training samples' range: clipped"));
  return samples.each(
      samples.shape().last(samples.shape().rank() - 1),
      [scale = *this, bytes](const Array<T>& batch) { return scale.scaled(batch, bytes); });
}

template Scale Scale::fit(const nn::Rows<float>&, std::size_t) const;
template Scale Scale::fit(const nn::Rows<double>&, std::size_t) const;
template nn::Rows<float> Scale::apply(const nn::Rows<float>&, bool,
                                      std::vector<std::string>&) const;
template nn::Rows<double> Scale::apply(const nn::Rows<double>&, bool,
                                       std::vector<std::string>&) const;

} // namespace contractive::cae
