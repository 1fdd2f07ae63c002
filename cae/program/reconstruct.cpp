#include "input.hpp"

#include <contractive/cae/report/pictures.hpp>
#include <contractive/nn/data/batches.hpp>

#include <algorithm>
#include <iostream>

namespace contractive::cae::program {
namespace {

struct Settings {
  Input input;
  std::string out = "reconstructions.png";
  std::size_t first = 0, count = 60;
};

void reconstruct(const Settings& s) {
  const auto [model, x] = read(s.input);
  const std::size_t n = x.shape()[0];
  if (s.first >= n)
    throw Error("--first ", s.first, ": the data have ", n, " samples; expected fewer");
  const Array<float> shown = nn::take(x, s.first, std::min(s.first + s.count, n));
  const Shape& sample = model.configuration.sample;
  if (!write_reconstructions(s.out, model.autoencoder(), shown, sample))
    throw no_images("reconstruct", sample);
  std::cout << shown.shape()[0] << " samples, each to the left of its reconstruction, are in "
            << s.out << std::endl;
}

} // namespace

void add_reconstruct(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "reconstruct", "Draw samples beside what the auto-encoder makes of them: a PNG picture.");
  const auto s = std::make_shared<Settings>();
  add_input(c, s->input, "what to reconstruct");
  c.add_option("--first", s->first, "the first sample to draw")->capture_default_str();
  c.add_option("--count", s->count, "how many samples")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c.add_option("--out", s->out, "the picture to write")->capture_default_str();
  c.callback([s] { reconstruct(*s); });
}

} // namespace contractive::cae::program
