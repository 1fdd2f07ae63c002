#include "input.hpp"

#include <contractive/nn/data/npy.hpp>

#include <iostream>

namespace contractive::cae::program {
namespace {

struct Settings {
  Input input;
  std::string out = "codes.npy";
};

void encode(const Settings& s) {
  const auto [model, x] = read(s.input);
  const Array<float> h = model.network.encode(x);
  nn::write_npy(s.out, h);
  std::cout << h.shape()[0] << " codes of " << h.shape()[1] << " numbers are in " << s.out
            << std::endl;
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
