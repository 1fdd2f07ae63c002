#include "program.hpp"

#include <contractive/cae/pictures.hpp>
#include <contractive/cae/samples.hpp>
#include <contractive/nn/data/batches.hpp>

#include <algorithm>
#include <iostream>

namespace contractive::cae::program {
namespace {

struct Settings {
  std::string model, data, part = "train", out = "reconstructions.png";
  std::size_t first = 0, count = 60;
};

void reconstruct(const Settings& s) {
  const Model<float> model = load_model<float>(s.model);
  const Samples<float> samples = read_samples<float>(s.data, s.part, model.configuration.sample);
  const std::size_t n = samples.values.shape()[0];
  if (s.first >= n)
    throw Error(text("--first ", s.first, ": the data have ", n, " samples; expected fewer"));
  const Array<float> x = nn::take(samples.values, s.first, std::min(s.first + s.count, n));
  if (!write_reconstructions(s.out, model.autoencoder(), x, samples.shape))
    throw Error(text("reconstruct: samples of ", samples.shape,
                     " elements are no images; expected "
                     "a model that was trained on images, or with --image"));
  std::cout << x.shape()[0] << " samples, each to the left of its reconstruction, are in " << s.out
            << std::endl;
}

} // namespace

void add_reconstruct(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "reconstruct", "Draw samples beside what the auto-encoder makes of them: a PNG picture.");
  const auto s = std::make_shared<Settings>();
  c.add_option("model", s->model, "model.safetensors, or the folder that `cae train` wrote")
      ->required();
  c.add_option("--data", s->data, "a folder of IDX files, or a .npy or .csv file")->required();
  c.add_option("--part", s->part, "which IDX files of the folder: train or t10k")
      ->capture_default_str();
  c.add_option("--first", s->first, "the first sample to draw")->capture_default_str();
  c.add_option("--count", s->count, "how many samples")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c.add_option("--out", s->out, "the picture to write")->capture_default_str();
  c.callback([s] { reconstruct(*s); });
}

} // namespace contractive::cae::program
