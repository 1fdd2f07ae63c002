#include <contractive/cae/data/splits.hpp>

#include <contractive/autodiff/operation/move.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/file/hash.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace contractive::cae {
namespace {

Labelled<float> range(const Labelled<float>& all, std::size_t first, std::size_t count,
                      const std::string& path) {
  const std::size_t n = all.labels.size();
  if (first + count > n)
    throw FileError(path, ": ", n, " samples; expected at least ", first + count,
                    " for the sizes of training, validation and test");
  return {as_rows(nn::take(all.x, first, first + count)),
          nn::take(all.labels, first, first + count)};
}

Labelled<float> concatenated(const Labelled<float>& a, const Labelled<float>& b) {
  Indices labels = Indices::make({a.labels.size() + b.labels.size()}, [&](std::int64_t* out) {
    std::copy(b.labels.begin(), b.labels.end(), std::copy(a.labels.begin(), a.labels.end(), out));
  });
  return {concatenate<float>({Variable<float>(a.x), Variable<float>(b.x)}).value(), labels};
}

template <class T> std::string_view bytes_of(const Array<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

} // namespace

Labelled<float> read_labelled(const std::string& path, const std::string& labels,
                              const std::string& part) {
  const Labelled<float> samples = read_samples<float>(path, part);
  const std::size_t n = samples.x.shape()[0];
  if (samples.labels.size() == n)
    return samples;
  if (labels.empty())
    throw FileError(path, ": no labels; expected a file of them, a number each");
  const Array<double> numbers = read_values<double>(labels);
  if (numbers.size() != n)
    throw FileError(labels, ": ", numbers.size(), " labels; expected ", n, ", as many as ", path,
                    " has samples");
  return {samples.x, Indices::make({n}, [&](std::int64_t* out) {
            for (const double label : numbers) {
              if (!(label >= 0 && label < 1e6 && label == std::floor(label)))
                throw FileError(labels, ": label ", label, "; expected whole numbers from 0");
              *out++ = static_cast<std::int64_t>(label);
            }
          })};
}

Splits read_splits(const DataPlan& plan) {
  Splits result;
  const bool folder = std::filesystem::is_directory(plan.path);
  Labelled<float> all = read_labelled(plan.path, plan.labels, "train");
  Labelled<float> test = all;
  if (folder) {
    test = read_labelled(plan.path, plan.labels, "test");
    if (plan.pooled)
      test = all = concatenated(all, test);
  }
  result.sample = shape_of_one(test.x);
  const std::size_t seen = plan.training + plan.validation;
  result.training = range(all, 0, plan.training, plan.path);
  result.validation = range(all, plan.training, plan.validation, plan.path);
  result.test = range(test, folder && !plan.pooled ? 0 : seen, plan.test, plan.path);
  for (const Labelled<float>* part : {&result.training, &result.validation, &result.test}) {
    result.fingerprint = nn::fnv1a(bytes_of(part->x), result.fingerprint);
    result.fingerprint = nn::fnv1a(bytes_of(part->labels), result.fingerprint);
    for (const std::int64_t label : part->labels)
      result.classes = std::max(result.classes, static_cast<std::size_t>(label) + 1);
  }
  return result;
}

} // namespace contractive::cae
