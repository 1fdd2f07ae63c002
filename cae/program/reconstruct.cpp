#include "help.hpp"
#include "input.hpp"
#include "result.hpp"

#include <contractive/cae/report/pictures.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/data/numbers.hpp>

#include <algorithm>

namespace contractive::cae::program {
namespace {

struct ReconstructSettings {
  Input input{{}, {}, "reconstructions.png"};
  std::size_t first = 0, count = 60;
};

void reconstruct(const ReconstructSettings& s) {
  require_ending(s.input.out, {".png", ".npy", ".csv"});
  const auto [model, x, labels] = read(s.input);
  const std::size_t n = x.shape()[0];
  if (s.first >= n)
    throw Error("--first ", s.first, ": the data have ", n, " samples; expected fewer");
  const Array<float> shown = nn::take(x, s.first, std::min(s.first + s.count, n));
  const std::size_t count = shown.shape()[0];
  if (s.input.out.substr(s.input.out.size() - 4) != ".png") {
    nn::write_numbers(s.input.out, model.autoencoder().reconstruct(shown).value());
    const std::size_t size = shown.shape()[1];
    print_result(
        s.input.json, {{"file", s.input.out}, {"samples", count}, {"size", size}},
        detail::text(count, " reconstructions of ", size, " numbers are in ", s.input.out));
    return;
  }
  const Shape& sample = model.configuration.sample;
  if (!write_reconstructions(s.input.out, model.autoencoder(), shown, sample))
    throw no_images("reconstruct", sample);
  print_result(s.input.json, {{"file", s.input.out}, {"samples", count}},
               detail::text(count, " samples, each to the left of its reconstruction, are in ",
                            s.input.out));
}

} // namespace

void add_reconstruct(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "reconstruct",
      "Draw samples beside what the auto-encoder makes of them, as a .png picture; or "
      "write the reconstructions as numbers, to a .npy or .csv file.");
  const auto s = std::make_shared<ReconstructSettings>();
  add_input(c, s->input, "what to reconstruct");
  add_count(c, "--first", s->first, "the first sample to draw, from 0", {0});
  add_count(c, "--count", s->count, "how many samples");
  add_output(c, s->input, "the picture or file to write");
  end_help(c, "cae reconstruct model --data DATA --count 30 --out reconstructions.png");
  c.callback([s] { reconstruct(*s); });
}

} // namespace contractive::cae::program
