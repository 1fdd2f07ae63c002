#include "help.hpp"
#include "input.hpp"
#include "result.hpp"

#include <contractive/cae/measure/walk.hpp>
#include <contractive/cae/report/pictures.hpp>
#include <contractive/nn/data/batches.hpp>

#include <algorithm>

namespace contractive::cae::program {
namespace {

struct SampleSettings {
  Input input{{}, {}, "samples.png"};
  std::size_t count = 100, steps = 10;
  double sigma = 0.3;
  std::uint64_t seed = 1;
};

void sample(const SampleSettings& s) {
  require_ending(s.input.out, {".png"});
  const auto [model, x, labels] = read(s.input);
  const std::size_t n = x.shape()[0];
  Random random(s.seed);
  std::vector<std::size_t> numbers(std::min(s.count, n));
  for (std::size_t& number : numbers)
    number = static_cast<std::size_t>(random.below(n));
  const Array<float> from = nn::take(x, numbers);
  const Array<float> to = walk(model.autoencoder(), from, s.steps, s.sigma, random);
  if (!write_samples(s.input.out, to, model.configuration.sample))
    throw no_images("sample", model.configuration.sample);
  print_result(
      s.input.json, {{"file", s.input.out}, {"samples", numbers.size()}, {"steps", s.steps}},
      detail::text(numbers.size(), " samples, each ", s.steps,
                   " steps along the manifold from a training image, are in ", s.input.out));
}

} // namespace

void add_sample(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "sample", "Draw new samples: walks along the learned manifold, as a PNG picture.");
  const auto s = std::make_shared<SampleSettings>();
  add_input(c, s->input, "where the walks begin");
  add_walk(c, s->steps, s->sigma, s->seed);
  add_count(c, "--count", s->count, "how many samples");
  add_output(c, s->input, "the picture to write");
  end_help(c, "cae sample model --data DATA --steps 20 --out samples.png");
  c.callback([s] { sample(*s); });
}

} // namespace contractive::cae::program
