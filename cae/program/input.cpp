#include "input.hpp"

#include "folder.hpp"
#include "help.hpp"
#include "result.hpp"

namespace contractive::cae::program {
void add_input(CLI::App& command, Input& input, const std::string& data) {
  begin_group(command, "Data");
  command
      .add_option("model", input.model, "model.safetensors, or the folder that `cae train` wrote")
      ->required()
      ->type_name("PATH");
  command
      .add_option("--data", input.data,
                  data + ": a folder of IDX files, or a .npy, .npz, .csv or IDX file")
      ->required()
      ->type_name("PATH");
  add_reading(command, input.reading, " [as the model was trained]");
}

void add_output(CLI::App& command, Input& input, const std::string& out) {
  begin_group(command, "Output");
  command.add_option("--out", input.out, out)
      ->required(input.out.empty())
      ->capture_default_str()
      ->type_name("PATH");
  add_json(command, input.json);
}

void add_walk(CLI::App& command, std::size_t& steps, double& sigma, std::uint64_t& seed) {
  begin_group(command, "Walks");
  add_count(command, "--steps", steps, "the length of each walk along the manifold", {0, 1000000});
  not_negative(*command.add_option("--sigma", sigma,
                                   "how far a step goes: the deviation of the noise on the code"))
      .capture_default_str();
  add_count(command, "--seed", seed, "of the random numbers", {0, any_seed});
}

void require_ending(const std::string& out, const std::vector<std::string>& endings) {
  std::string list;
  for (const std::string& ending : endings) {
    if (out.size() > ending.size() &&
        out.compare(out.size() - ending.size(), ending.size(), ending) == 0)
      return;
    list += (list.empty() ? "" : " or ") + ending;
  }
  throw Error("--out ", out, "; expected a name that ends in ", list);
}

ModelAndSamples read(const Input& input) {
  require_apart(input.out, input.data);
  Model<float> model = load_model<float>(input.model);
  require_apart(input.out, model_file(input.model));
  Reading reading = input.reading.over(model.configuration.reading);
  reading.image = model.configuration.sample;
  std::vector<std::string> notes;
  const auto samples = read_inputs<float>(input.data, reading, notes);
  const Array<float> x = as_rows(samples.x);
  if (!model.configuration.range)
    notes.emplace_back("this model does not say how its training data were scaled: see that these "
                       "are scaled alike");
  require_inputs(model.configuration, x, input.data, notes);
  print_notes(notes);
  return {std::move(model), x, samples.labels};
}

Error no_images(const std::string& command, const Shape& sample) {
  return Error(command, ": samples of ", sample,
               " elements are no images; expected a model that was trained on images, or on rows "
               "with `cae train --image`");
}

} // namespace contractive::cae::program
