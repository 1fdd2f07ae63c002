#pragma once

#include <contractive/cae/data/splits.hpp>
#include <contractive/cae/model/model.hpp>
#include <contractive/cae/training/classifier.hpp>
#include <contractive/cae/training/trainer.hpp>

namespace contractive::cae {

/// All that decides one run, but for the data and the seed: "pretraining.learning-rate" -> "0.1".
using Settings = std::map<std::string, std::string>;

/// One row of a comparison: a name, and the settings among which the validation error decides.
struct Variant {
  std::string name;                 ///< in the table
  std::vector<Settings> candidates; ///< at least one
};

/// Variants to be trained under one protocol, read from a TOML file:
///
///     seeds = [1, 2, 3]
///     [data]
///     path = "mnist"               # a folder of IDX files, or any other file of samples;
///     labels = ""                  # where these have no labels, a file of them;
///     scale = "type"               # and layout, columns, label-column, header: see Reading
///     training = 50000             # the first samples,
///     validation = 10000           # the next ones,
///     test = 10000                 # and these: the folder's test part,
///     pooled = false               # or the next ones of all parts together
///     [pretraining]                # as options of `cae train`
///     encoder = "784-1000:sigmoid"
///     terms = ["contractive(0.1)", "contractive(0.3)"]   # a list is searched over
///     [classifier]
///     learning-rate = 0.5
///     [[variant]]                  # what differs from the above
///     name = "CAE"
///     pretraining.learning-rate = 0.2
struct Experiment {
  std::vector<std::uint64_t> seeds; ///< each variant is trained under all of them
  DataPlan data;                    ///< what all are trained on
  std::vector<Variant> variants;    ///< in the order of the table

  /// Throws FileError, naming the file and what was expected, for anything else.
  static Experiment read(const std::string& path);
  /// The same of a file's content; `path` is for errors.
  static Experiment parse(const std::string& path, std::string_view content);
};

/// Every key of a run with its default value.
[[nodiscard]] const Settings& default_settings();
/// What the settings say of pre-training: a model's configuration and its training. Throw Error for
/// values that make no sense. `sample` is the shape of one sample.
Configuration configuration_of(const Settings& settings, const Shape& sample);
TrainingOptions training_of(const Settings& settings, std::uint64_t seed);
ClassifierOptions classifier_of(const Settings& settings, std::uint64_t seed);
/// One setting as a number, or as yes or no. Throw Error, naming the key, for another text.
[[nodiscard]] double number_in(const Settings& settings, const std::string& key);
[[nodiscard]] std::size_t count_in(const Settings& settings, const std::string& key);
[[nodiscard]] bool flag_in(const Settings& settings, const std::string& key);

} // namespace contractive::cae
