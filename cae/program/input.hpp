#pragma once

#include "program.hpp"

#include <contractive/cae/data/samples.hpp>
#include <contractive/cae/model/model.hpp>

namespace contractive::cae::program {

/// A trained model, data to use it on and where results go: what most commands have.
struct Input {
  std::string model, data, part = "train", out{};
};
/// The argument `model` and the options --data, --part and --out, which is required where it has no
/// default. The texts say what the data and the output are.
void add_input(CLI::App& command, Input& input, const std::string& data, const std::string& out);
/// --count, --seed; and, of walks, --steps and --sigma.
void add_count(CLI::App& command, std::size_t& count);
void add_walk(CLI::App& command, std::size_t& steps, double& sigma, std::uint64_t& seed);

struct ModelAndSamples {
  Model<float> model;
  Array<float> x; ///< (N, d)
};
/// Throws FileError for what cannot be read, or does not fit the model.
ModelAndSamples read(const Input& input);
/// What to throw when samples of this shape cannot be drawn.
Error no_images(const std::string& command, const Shape& sample);

} // namespace contractive::cae::program
