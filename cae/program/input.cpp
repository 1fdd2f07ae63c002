#include "input.hpp"

namespace contractive::cae::program {

void add_input(CLI::App& command, Input& input, const std::string& data, const std::string& out) {
  command
      .add_option("model", input.model, "model.safetensors, or the folder that `cae train` wrote")
      ->required();
  command
      .add_option("--data", input.data, data + ": a folder of IDX files, or a .npy or .csv file")
      ->required()
      ->type_name("PATH");
  command.add_option("--part", input.part, "which IDX files of the folder: train or t10k")
      ->capture_default_str();
  command.add_option("--out", input.out, out)
      ->required(input.out.empty())
      ->capture_default_str()
      ->type_name("PATH");
}

void add_count(CLI::App& command, std::size_t& count) {
  command.add_option("--count", count, "how many samples")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_walk(CLI::App& command, std::size_t& steps, double& sigma, std::uint64_t& seed) {
  command.add_option("--steps", steps, "the length of each walk along the manifold")
      ->capture_default_str();
  command
      .add_option("--sigma", sigma, "how far a step goes: the deviation of the noise on the code")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--seed", seed, "of the random numbers")->capture_default_str();
}

ModelAndSamples read(const Input& input) {
  Model<float> model = load_model<float>(input.model);
  const Shape& sample = model.configuration.sample;
  const Array<float> x = as_rows(read_samples<float>(input.data, input.part, sample).x);
  return {std::move(model), x};
}

Error no_images(const std::string& command, const Shape& sample) {
  return Error(command, ": samples of ", sample,
               " elements are no images; expected a model that was trained on images, or "
               "with --image");
}

} // namespace contractive::cae::program
