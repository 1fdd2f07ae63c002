#pragma once

#include "options.hpp"

#include <contractive/autodiff/array/threads.hpp>
#include <contractive/cae/training/trainer.hpp>

#include <optional>

namespace contractive::cae::program {

/// All that decides a run of `cae train`: what a checkpoint and run.toml keep.
struct TrainSettings {
  std::string data, image, encoder, loss = "cross-entropy";
  ReadingOptions reading;
  bool untied = false, stacked = false;
  std::string terms, corruption = "none", output_bias = "mean";
  std::optional<std::size_t> validation;
  TrainingOptions training;
  int threads = thread_count();
  std::size_t parts = 1;
  std::size_t memory = 256;   ///< MiB for samples; it changes no result, and is not kept
  std::string checksum;       ///< of the inputs that the data became
  std::string given, command; ///< the data's path as it was given, and the command: for run.toml
};

/// As a checkpoint keeps them; the validation's number must be known. Throws FileError, naming the
/// file, for another text.
[[nodiscard]] std::string to_json(const TrainSettings& settings);
[[nodiscard]] TrainSettings from_json(const std::string& text, const std::string& file);
/// run.toml: the options by their names, which `cae train --config` takes, and under [run] what the
/// run was made with.
[[nodiscard]] std::string to_toml(const TrainSettings& settings, std::size_t samples);

/// Gives a command's options, where the command line has not, the values that the file has for
/// their names; tables such as [run] are passed over. Throws FileError for unknown names.
void read_config(CLI::App& command, const std::string& path);
/// The same with the values of a published protocol. Throws Error for another than
/// protocol_names().
void apply_protocol(CLI::App& command, const std::string& name);
[[nodiscard]] std::string protocol_names();

} // namespace contractive::cae::program
