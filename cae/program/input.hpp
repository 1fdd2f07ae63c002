#pragma once

#include "program.hpp"

#include <contractive/cae/data/samples.hpp>
#include <contractive/cae/model/model.hpp>

namespace contractive::cae::program {

/// A trained model and data to use it on: what most commands begin with.
struct Input {
  std::string model, data, part = "train";
};
/// The argument `model` and the options --data and --part. `purpose` is what the data are for.
void add_input(CLI::App& command, Input& input, const std::string& purpose);

struct ModelAndSamples {
  Model<float> model;
  Array<float> x; ///< (N, d)
};
/// Throws FileError for what cannot be read, or does not fit the model.
ModelAndSamples read(const Input& input);
/// What to throw when samples of this shape cannot be drawn.
Error no_images(const std::string& command, const Shape& sample);

} // namespace contractive::cae::program
