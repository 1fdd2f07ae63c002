#include "folder.hpp"
#include "help.hpp"
#include "input.hpp"
#include "provenance.hpp"
#include "result.hpp"

#include <contractive/cae/report/analysis.hpp>
#include <contractive/cae/report/chart.hpp>

#include <filesystem>
#include <iostream>

namespace contractive::cae::program {
namespace {

struct AnalyzeSettings {
  Input input;
  AnalysisOptions options;
};

void analyze(AnalyzeSettings s, const std::string& command) {
  require_gnuplot();
  require_no_run(s.input.out,
                 ", such as " + s.input.out +
                     "/report: a report has pictures of the "
                     "same names",
                 Pictures::may_be);
  const ModelAndSamples used = read(s.input);
  s.options.labels = used.labels;
  const std::string log =
      (std::filesystem::path(model_file(s.input.model)).parent_path() / "metrics.csv").string();
  if (std::filesystem::is_regular_file(log))
    s.options.log = log;
  s.options.provenance = provenance(s.input, used, s.options.samples, command);
  const Analysis result = cae::analyze(used.model, used.x, s.input.out, s.options, std::cerr);
  const std::string report = s.input.out + "/report.html";
  print_result(
      s.input.json,
      {{"report", report},
       {"measures", to_json(result.measures)},
       {"spectrum",
        {{"singular_values", result.spectrum.values},
         {"expanding", result.spectrum.expanding},
         {"contractions", result.spectrum.contractions},
         {"effective_dimension", result.spectrum.effective_dimension},
         {"ninety", result.spectrum.ninety}}},
       {"contraction", {{"radius", result.nearest.radius}, {"root", result.nearest.root}}}},
      "open " + report);
}

} // namespace

void add_analyze(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "analyze",
      "Measure an auto-encoder and draw what it learned: a report to open in a browser.");
  const std::string notes =
      "What it measures, J = dh/dx being the encoder's Jacobian at a sample:\n"
      "  reconstruction        the loss; for cross-entropy also above its\n"
      "                        floor, the pixels' entropy\n"
      "  mean |J|, |J|^2       Frobenius norm, and its square, which the\n"
      "                        contractive term contains\n"
      "  mean squared entry    |J|^2 / (d s), the scale of Rifai et al. 2011,\n"
      "                        table 1\n"
      "  saturation            the shares of units below 0.05 and above 0.95\n"
      "  singular values of J  means over samples; how fast they fall is how\n"
      "                        few directions the code follows. Above 1 a\n"
      "                        direction expands; where none does, f is a\n"
      "                        contraction\n"
      "  effective dimension   (sum s^2)^2 / sum s^4, and how many directions\n"
      "                        hold 90 % of |J|^2\n"
      "  contraction curve     |f(x') - f(x)| / |x' - x| against the distance\n"
      "                        of x' from x";
  const auto s = std::make_shared<AnalyzeSettings>();
  s->input.reading.part = "t10k";
  add_input(c, s->input, "what to measure it on");
  AnalysisOptions& o = s->options;
  begin_group(c, "Measures");
  add_count(c, "--samples", o.samples, "how many samples to measure, from the first");
  add_count(c, "--spectra", o.spectra, "how many of them to take singular values of");
  add_count(c, "--tangents", o.tangents, "how many tangents of each sample to draw");
  add_walk(c, o.steps, o.sigma, o.seed);
  add_output(c, s->input, "the folder to write to");
  end_help(c, "cae analyze model --data DATA --out report", notes);
  c.callback([&c, s] { analyze(*s, command_line(c)); });
}

} // namespace contractive::cae::program
