#include "input.hpp"

#include <contractive/cae/measure/walk.hpp>
#include <contractive/cae/report/pictures.hpp>
#include <contractive/nn/data/batches.hpp>

#include <algorithm>
#include <iostream>

namespace contractive::cae::program {
namespace {

struct Settings {
  Input input;
  std::string out = "samples.png";
  std::size_t count = 100, steps = 10;
  double sigma = 0.3;
  std::uint64_t seed = 1;
};

void sample(const Settings& s) {
  const auto [model, x] = read(s.input);
  const std::size_t n = x.shape()[0];
  Random random(s.seed);
  std::vector<std::size_t> numbers(std::min(s.count, n));
  for (std::size_t& number : numbers)
    number = static_cast<std::size_t>(random.below(n));
  const Array<float> from = nn::take(x, numbers);
  const Array<float> to = walk(model.autoencoder(), from, s.steps, s.sigma, random);
  if (!write_samples(s.out, to, model.configuration.sample))
    throw no_images("sample", model.configuration.sample);
  std::cout << numbers.size() << " samples, each " << s.steps
            << " steps along the manifold from a training image, are in " << s.out << std::endl;
}

} // namespace

void add_sample(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "sample", "Draw new samples: walks along the learned manifold, as a PNG picture.");
  const auto s = std::make_shared<Settings>();
  add_input(c, s->input, "where the walks begin");
  c.add_option("--count", s->count, "how many samples")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  c.add_option("--steps", s->steps, "the length of each walk")->capture_default_str();
  c.add_option("--sigma", s->sigma, "how far a step goes: the deviation of the noise on the code")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  c.add_option("--seed", s->seed, "of the random numbers")->capture_default_str();
  c.add_option("--out", s->out, "the picture to write")->capture_default_str();
  c.callback([s] { sample(*s); });
}

} // namespace contractive::cae::program
