#include "program.hpp"

#include <contractive/cae/checkpoint.hpp>
#include <contractive/cae/samples.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/data/npy.hpp>

#include <algorithm>
#include <iostream>

namespace contractive::cae::program {
namespace {

struct Settings {
  std::string model, data, part = "train", out = "codes.npy";
};

void encode(const Settings& s) {
  const Model<float> model = load_model<float>(s.model);
  const Samples<float> samples = read_samples<float>(s.data, s.part, model.configuration.sample);
  const std::size_t n = samples.values.shape()[0], codes = model.network.codes, batch = 500;
  const Array<float> h = Array<float>::make({n, codes}, [&](float* out) {
    for (std::size_t first = 0; first < n; first += batch) {
      const Array<float> x = nn::take(samples.values, first, std::min(first + batch, n));
      const Array<float> part = (*model.network.encoder)(x).value();
      out = std::copy(part.begin(), part.end(), out);
    }
  });
  nn::write_npy(s.out, h);
  std::cout << n << " codes of " << codes << " numbers are in " << s.out << std::endl;
}

} // namespace

void add_encode(CLI::App& app) {
  CLI::App& c = *app.add_subcommand("encode", "Turn data into codes: a numpy file, one row each.");
  const auto s = std::make_shared<Settings>();
  c.add_option("model", s->model, "model.safetensors, or the folder that `cae train` wrote")
      ->required();
  c.add_option("--data", s->data, "a folder of IDX files, or a .npy or .csv file")->required();
  c.add_option("--part", s->part, "which IDX files of the folder: train or t10k")
      ->capture_default_str();
  c.add_option("--out", s->out, "the file to write")->capture_default_str();
  c.callback([s] { encode(*s); });
}

} // namespace contractive::cae::program
