#pragma once

#include <contractive/cae/measure/measures.hpp>

#include <map>

namespace contractive::cae {

/// One epoch's results. The objective is what is minimised: the reconstruction and the terms, with
/// their weights.
struct EpochReport {
  std::size_t epoch = 0;     ///< counted from 1
  double objective = 0;      ///< the mean over the epoch's training batches, each before its step
  double reconstruction = 0; ///< that part of it
  std::vector<double> terms; ///< and each term's, without its weight
  Measures validation;       ///< after the epoch
  double validation_objective = 0;      ///< of the same samples
  double validation_reconstruction = 0; ///< that part of it; of corrupted inputs, where they are
  double seconds = 0;                   ///< that the epoch took
  bool best = false;                    ///< the lowest validation objective so far
};

/// What is measured after each epoch: samples that are not trained on, or, where none are held
/// back, the first ones of training.
enum class Measured { validation, training };

/// metrics.csv: its first line and one for each epoch. Columns train_* are means over the epoch's
/// batches; validation_objective and validation_reconstruction are of the end of the epoch, as are
/// the measures. Without validation samples these two are named after_objective and
/// after_reconstruction: of training samples, after the epoch.
[[nodiscard]] std::string log_header(const std::vector<std::string>& terms, Measured measured);
[[nodiscard]] std::string log_line(const EpochReport& report, double learning_rate);
/// A log with the columns of this header: of an older version's, what it lacks is nan. Throws
/// FileError for no log.
[[nodiscard]] std::string with_columns(const std::string& header, const std::string& log);

/// A log of training by its columns: "jacobian_norm" -> one value per epoch. Throws FileError for
/// what is no such file.
using LogColumns = std::map<std::string, std::vector<double>>;
[[nodiscard]] LogColumns read_log(const std::string& path);
/// The same of a file's content; `path` is for errors.
[[nodiscard]] LogColumns parse_log(const std::string& path, const std::string& content);

} // namespace contractive::cae
