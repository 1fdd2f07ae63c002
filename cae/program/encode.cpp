#include "help.hpp"
#include "input.hpp"
#include "result.hpp"

#include <contractive/nn/data/numbers.hpp>

namespace contractive::cae::program {
namespace {

void encode(const Input& input) {
  require_ending(input.out, {".npy", ".csv"});
  const auto [model, x, labels] = read(input);
  const Array<float> h = model.network.encode(x);
  nn::write_numbers(input.out, h);
  const std::size_t n = h.shape()[0], size = h.shape()[1];
  print_result(input.json, {{"file", input.out}, {"codes", n}, {"size", size}},
               detail::text(n, " codes of ", size, " numbers are in ", input.out));
}

} // namespace

void add_encode(CLI::App& app) {
  CLI::App& c =
      *app.add_subcommand("encode", "Turn data into codes: a .npy or .csv file, one row each.");
  const auto input = std::make_shared<Input>();
  input->out = "codes.npy";
  add_input(c, *input, "what to encode");
  add_output(c, *input, "the file to write");
  end_help(c, "cae encode model --data DATA --out codes.npy");
  c.callback([input] { encode(*input); });
}

} // namespace contractive::cae::program
