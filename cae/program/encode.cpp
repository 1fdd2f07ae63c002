#include "input.hpp"

#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/data/npy.hpp>

#include <algorithm>
#include <iostream>

namespace contractive::cae::program {
namespace {

struct Settings {
  Input input;
  std::string out = "codes.npy";
};

void encode(const Settings& s) {
  const auto [model, samples] = read(s.input);
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
  add_input(c, s->input, "what to encode");
  c.add_option("--out", s->out, "the file to write")->capture_default_str();
  c.callback([s] { encode(*s); });
}

} // namespace contractive::cae::program
