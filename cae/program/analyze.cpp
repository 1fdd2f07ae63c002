#include "folder.hpp"
#include "input.hpp"

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

void analyze(AnalyzeSettings s) {
  require_no_run(s.input.out,
                 ", such as " + s.input.out +
                     "/report: a report has pictures of the "
                     "same names",
                 Pictures::may_be);
  require_gnuplot();
  const auto [model, x, labels] = read(s.input);
  s.options.labels = labels;
  const std::string log = s.input.model + "/metrics.csv";
  if (std::filesystem::is_regular_file(log))
    s.options.log = log;
  cae::analyze(model, x, s.input.out, s.options, std::cerr);
  std::cout << "open " << s.input.out << "/report.html" << std::endl;
}

} // namespace

void add_analyze(CLI::App& app) {
  CLI::App& c = *app.add_subcommand(
      "analyze",
      "Measure an auto-encoder and draw what it learned: a report to open in a browser.");
  c.footer(
      "What it measures, J = dh/dx being the encoder's Jacobian at a sample:\n"
      "  reconstruction        the loss; for cross-entropy also above its floor, the pixels' "
      "entropy\n"
      "  mean |J|, |J|^2       Frobenius norm, and its square, which the contractive term "
      "contains\n"
      "  mean squared entry    |J|^2 / (d s), the scale of Rifai et al. 2011, table 1\n"
      "  saturation            the shares of units below 0.05 and above 0.95\n"
      "  singular values of J  means over samples; how fast they fall is how few directions the\n"
      "                        code follows. Above 1 a direction expands; where none does, f is a\n"
      "                        contraction\n"
      "  effective dimension   (sum s^2)^2 / sum s^4, and how many directions hold 90 % of |J|^2\n"
      "  contraction curve     |f(x') - f(x)| / |x' - x| against the distance of x' from x");
  const auto s = std::make_shared<AnalyzeSettings>();
  s->input.reading.part = "t10k";
  add_input(c, s->input, "what to measure it on", "the folder to write to");
  AnalysisOptions& o = s->options;
  add_count(c, "--samples", o.samples, "how many samples to measure, from the first");
  add_count(c, "--spectra", o.spectra, "how many of them to take singular values of");
  add_count(c, "--tangents", o.tangents, "how many tangents of each sample to draw");
  add_walk(c, o.steps, o.sigma, o.seed);
  c.callback([s] { analyze(*s); });
}

} // namespace contractive::cae::program
