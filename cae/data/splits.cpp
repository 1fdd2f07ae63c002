#include <contractive/cae/data/splits.hpp>

#include <contractive/autodiff/operation/move.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/hash.hpp>

#include <algorithm>
#include <filesystem>

namespace contractive::cae {
namespace {

Samples<float> read_labelled(const DataPlan& plan, const std::string& part) {
  Reading reading = plan.reading;
  reading.part = part;
  reading.memory = all_memory; // its labels too are needed
  Samples<float> samples = read_samples<float>(plan.path, reading);
  const std::size_t n = samples.x.count();
  if (!plan.labels.empty())
    samples.labels = nn::labels_from(plan.labels, nn::read_numbers<double>(plan.labels).values);
  if (samples.labels.size() == 0)
    throw FileError(plan.path, ": no labels; expected a file or a column of them, a number each");
  if (samples.labels.size() != n)
    throw FileError(plan.labels, ": ", samples.labels.size(), " labels; expected ", n,
                    ", as many as ", plan.path, " has samples");
  return samples;
}

Samples<float> range(const Samples<float>& all, std::size_t first, std::size_t count,
                     const std::string& path) {
  const std::size_t n = all.labels.size();
  if (first > n || count > n - first)
    throw FileError(path, ": ", n, " samples; expected at least ", first, " + ", count,
                    " for the sizes of training, validation and test");
  return {
      all.x.range(first, first + count), nn::take(all.labels, first, first + count), all.bytes, {}};
}

Samples<float> concatenated(const Samples<float>& a, const Samples<float>& b,
                            const std::string& path) {
  if (a.bytes != b.bytes)
    throw FileError(path, ": one part holds bytes, the other does not; expected the same type");
  Indices labels = Indices::make({a.labels.size() + b.labels.size()}, [&](std::int64_t* out) {
    std::copy(b.labels.begin(), b.labels.end(), std::copy(a.labels.begin(), a.labels.end(), out));
  });
  return {concatenate<float>({Variable<float>(a.x.all()), Variable<float>(b.x.all())}).value(),
          labels, a.bytes, a.notes};
}

} // namespace

Splits read_splits(const DataPlan& plan) {
  Splits result;
  const bool folder = std::filesystem::is_directory(plan.path);
  Samples<float> all = read_labelled(plan, "train");
  Samples<float> test = all;
  if (folder) {
    test = read_labelled(plan, "test");
    if (plan.pooled)
      test = all = concatenated(all, test, plan.path);
  }
  result.sample = shape_of_one(test.x);
  result.notes = all.notes;
  const std::size_t seen = plan.training + plan.validation;
  const Samples<float> training = range(all, 0, plan.training, plan.path);
  result.reading = plan.reading;
  result.reading.scale = plan.reading.scale.fit(training.x);
  const auto scaled = [&](const Samples<float>& part) {
    return Labelled<float>{
        as_rows(result.reading.scale.apply(part.x, part.bytes, result.notes).all()), part.labels};
  };
  nn::naming(plan.path, [&] {
    result.training = scaled(training);
    result.validation = scaled(range(all, plan.training, plan.validation, plan.path));
    result.test = scaled(range(test, folder && !plan.pooled ? 0 : seen, plan.test, plan.path));
  });
  for (const Labelled<float>* part : {&result.training, &result.validation, &result.test}) {
    result.fingerprint = nn::fnv1a(bytes_of(part->x), result.fingerprint);
    result.fingerprint = nn::fnv1a(bytes_of(part->labels), result.fingerprint);
    for (const std::int64_t label : part->labels)
      result.classes = std::max(result.classes, static_cast<std::size_t>(label) + 1);
  }
  return result;
}

} // namespace contractive::cae
