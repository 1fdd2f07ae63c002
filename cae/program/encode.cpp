#include "input.hpp"

#include <contractive/nn/data/numbers.hpp>

#include <iostream>

namespace contractive::cae::program {
namespace {

void encode(const Input& input) {
  require_ending(input.out, {".npy", ".csv"});
  const auto [model, x, labels] = read(input);
  const Array<float> h = model.network.encode(x);
  nn::write_numbers(input.out, h);
  std::cout << h.shape()[0] << " codes of " << h.shape()[1] << " numbers are in " << input.out
            << std::endl;
}

} // namespace

void add_encode(CLI::App& app) {
  CLI::App& c =
      *app.add_subcommand("encode", "Turn data into codes: a .npy or .csv file, one row each.");
  const auto input = std::make_shared<Input>();
  input->out = "codes.npy";
  add_input(c, *input, "what to encode", "the file to write");
  c.callback([input] { encode(*input); });
}

} // namespace contractive::cae::program
