#pragma once

#include "options.hpp"

#include <contractive/cae/model/model.hpp>

namespace contractive::cae::program {

/// A trained model, data to use it on and where results go: what most commands have.
struct Input {
  std::string model, data, out{};
  ReadingOptions reading{};
  bool json = false;
};
/// The argument `model`, the option --data, of which the text says what it is for, and those of
/// reading.
void add_input(CLI::App& command, Input& input, const std::string& data);
/// The options --json and --out, which is required where it has no default.
void add_output(CLI::App& command, Input& input, const std::string& out);
/// --steps, --sigma and --seed of walks.
void add_walk(CLI::App& command, std::size_t& steps, double& sigma, std::uint64_t& seed);

/// Throws Error unless the name ends in one of these: what is written is chosen by it.
void require_ending(const std::string& out, const std::vector<std::string>& endings);

struct ModelAndSamples {
  Model<float> model;
  Array<float> x; ///< (N, d)
  Indices labels; ///< (N), or empty where the data have none
};
/// Read as the model's training data were, but for what the options say. Throws FileError for what
/// cannot be read, or does not fit the model, and Error where the output would replace the input.
ModelAndSamples read(const Input& input);
/// What to throw when samples of this shape cannot be drawn.
Error no_images(const std::string& command, const Shape& sample);

} // namespace contractive::cae::program
