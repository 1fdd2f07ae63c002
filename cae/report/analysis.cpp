#include <contractive/cae/report/analysis.hpp>

#include <contractive/cae/measure/tangents.hpp>
#include <contractive/cae/measure/walk.hpp>
#include <contractive/cae/report/pictures.hpp>
#include <contractive/cae/report/report.hpp>
#include <contractive/cae/training/progress.hpp>
#include <contractive/cae/training/trainer.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <ostream>
#include <set>

namespace contractive::cae {
namespace {

std::string number(double value) { return nn::rounded(value, 4); }

std::string percent(double share) { return number(100 * share) + " %"; }

std::vector<double> counted(std::size_t n) {
  std::vector<double> result(n);
  std::iota(result.begin(), result.end(), 1.0);
  return result;
}

void add_numbers(Report& report, const Measures& m, const Spectrum& s, std::size_t inputs,
                 const Contraction& nearest) {
  std::vector<std::vector<std::string>> lines{
      {"reconstruction", number(m.reconstruction), "the loss L(x, r(x)), mean over samples"}};
  if (m.floor > 0)
    lines.push_back({"above its floor", number(m.reconstruction - m.floor),
                     "without the entropy of the grey pixels, below which no reconstruction goes"});
  lines.insert(lines.end(),
               {{"mean ‖J‖", number(m.norm), "J = dh/dx, Frobenius norm"},
                {"mean ‖J‖²", number(m.squared_norm), "what the contractive term contains"},
                {"mean squared entry", number(m.squared_entry),
                 "‖J‖² / (d s), the scale of Rifai et al. 2011, table 1"}});
  if (!std::isnan(m.low))
    lines.insert(lines.end(), {{"saturated, low", percent(m.low), "of all units, below 0.05"},
                               {"saturated, high", percent(m.high), "of all units, above 0.95"}});
  lines.insert(
      lines.end(),
      {{"largest singular value", number(s.values[0]),
        "of J, mean over samples; f is a contraction where it is at most 1"},
       {"expanding directions", number(s.expanding), "singular values above 1, mean over samples"},
       {"contractions", percent(s.contractions), "samples without any such direction"},
       {"effective dimension", number(s.effective_dimension), "(Σσ²)² / Σσ⁴"},
       {"90 % of ‖J‖²", number(s.ninety), "so many directions hold it"},
       {detail::text("contraction at ", number(nearest.radius)), number(nearest.root),
        detail::text("root mean square of ‖f(x') − f(x)‖ / ‖x' − x‖; for small distances it is "
                     "√(mean ‖J‖² / d), here ",
                     number(std::sqrt(m.squared_norm / static_cast<double>(inputs))))}});
  report.table(lines);
}

// Of samples that are no images: their codes in a plane, by class where there are few.
void add_scatter(Report& report, const Model<float>& model, const Array<float>& x,
                 const Indices& labels, const std::string& folder) {
  report.paragraph("The samples are no images, so there are no pictures of them.");
  const Array<float> h = model.network.encode(nn::take_first(x, 2000));
  const std::vector<std::size_t> units = by_variance(h);
  if (units.size() < 2)
    return;
  const std::set<std::int64_t> classes(labels.begin(), labels.end());
  const bool by_class = labels.size() == x.shape()[0] && classes.size() <= 5;
  std::map<std::int64_t, Series> points;
  for (std::size_t i = 0; i < h.shape()[0]; ++i) {
    const std::int64_t label = by_class ? labels[i] : 0;
    Series& own = points[label];
    own.name = by_class ? detail::text("class ", label) : "";
    own.style = "points pt 7 ps 0.3";
    own.x.push_back(static_cast<double>(h(i, units[0])));
    own.y.push_back(static_cast<double>(h(i, units[1])));
  }
  std::vector<Series> series;
  for (const auto& [label, own] : points)
    series.push_back(own);
  report.chart(folder + "/codes.svg",
               {"Codes of the samples", detail::text("unit ", units[0] + 1),
                detail::text("unit ", units[1] + 1), false, false, series},
               "The two units whose code varies most over the samples.");
}

void add_pictures(Report& report, const Model<float>& model, const Array<float>& x,
                  const std::string& folder, const AnalysisOptions& o, Random& random) {
  const auto autoencoder = model.autoencoder();
  const Shape& sample = model.configuration.sample;
  if (write_filters(folder + "/filters.png", model.network, nn::take_first(x, 1000)))
    report.picture(
        folder + "/filters.png",
        "Filters: what units respond to, those whose code varies most first; grey is 0.");
  if (!write_reconstructions(folder + "/reconstructions.png", autoencoder, nn::take_first(x, 60),
                             sample))
    return add_scatter(report, model, x, o.labels, folder);
  report.picture(folder + "/reconstructions.png",
                 "Samples, each with its reconstruction to its right.");
  report.heading("Tangents");
  const Array<float> shown = nn::take_first(x, o.strips);
  const std::size_t count = std::min({o.tangents, model.network.inputs, model.network.codes});
  write_tangents(folder + "/tangents.png", shown,
                 leading_tangents(autoencoder, shown, count).directions, sample);
  report.picture(folder + "/tangents.png",
                 "Each sample with the directions in which its code changes most (leading right "
                 "singular vectors of J); below, the sample moved along them, forth and back.");
  report.heading("Samples");
  const Array<float> from = nn::take_first(x, o.walks);
  write_samples(folder + "/samples.png", walk(autoencoder, from, o.steps, o.sigma, random), sample);
  report.picture(folder + "/samples.png",
                 detail::text("Walks of ", o.steps,
                              " steps along the manifold, x ← g(f(x) + J Jᵀ e), e ~ "
                              "N(0, ",
                              o.sigma, "²), each from a sample (Rifai et al. 2012)."));
}

void add_training(Report& report, const std::string& log, const std::string& folder) {
  const auto columns = read_log(log);
  const auto column = [&](const char* name) {
    const auto found = columns.find(name);
    if (found == columns.end())
      throw FileError(log, ": no column ", name, "; expected a log that cae wrote");
    return found->second;
  };
  const std::vector<double> epochs = column("epoch");
  report.heading("Training");
  report.chart(folder + "/training.svg",
               {"Reconstruction",
                "epoch",
                "loss",
                false,
                false,
                {{"training", epochs, column("train_reconstruction")},
                 {"unseen samples", epochs, column("reconstruction")}}},
               "The reconstruction loss after each epoch.");
  report.chart(folder + "/norm.svg",
               {"Contraction",
                "epoch",
                "mean ‖J‖²",
                false,
                true,
                {{"unseen samples", epochs, column("jacobian_squared_norm")}}},
               "The squared norm of the encoder's Jacobian after each epoch.");
}

} // namespace

template <class T>
Histogram code_histogram(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                         Saturation saturation, std::size_t bins) {
  const Array<T> h = model.encode(x).value();
  Histogram result{saturation == Saturation::tanh ? -1.0 : 0.0, 1.0, std::vector<double>(bins)};
  if (saturation == Saturation::none && h.size() > 0) {
    const auto [least, greatest] = std::minmax_element(h.begin(), h.end());
    result.low = static_cast<double>(*least);
    result.high = std::max(static_cast<double>(*greatest), result.low + 1e-12);
  }
  for (const T value : h) {
    const double fraction = (static_cast<double>(value) - result.low) / (result.high - result.low);
    const double bin =
        std::clamp(fraction * static_cast<double>(bins), 0.0, static_cast<double>(bins) - 1);
    result.shares[static_cast<std::size_t>(bin)] += 1 / static_cast<double>(h.size());
  }
  return result;
}
template Histogram code_histogram(const ContractiveAutoencoder<float>&, const Array<float>&,
                                  Saturation, std::size_t);
template Histogram code_histogram(const ContractiveAutoencoder<double>&, const Array<double>&,
                                  Saturation, std::size_t);

void analyze(const Model<float>& model, const Array<float>& x, const std::string& folder,
             const AnalysisOptions& o, std::ostream& progress) {
  const Configuration& c = model.configuration;
  const auto autoencoder = model.autoencoder();
  const Saturation saturation = saturation_of(c.specification);
  const Array<float> samples = nn::take_first(x, o.samples);
  Random random(o.seed);
  std::filesystem::create_directories(folder);

  progress << "measures of " << samples.shape()[0] << " samples" << std::endl;
  const Measures measures = measure(autoencoder, samples, saturation);
  const std::vector<Contraction> curve =
      contraction_curve(autoencoder, nn::take_first(x, 1000), o.radii, random);
  const Histogram histogram = code_histogram(autoencoder, nn::take_first(x, 1000), saturation);
  progress << "singular values of " << std::min(o.spectra, x.shape()[0]) << " Jacobians"
           << std::endl;
  const Spectrum singular = spectrum(autoencoder, nn::take_first(x, o.spectra));

  progress << "pictures and charts" << std::endl;
  Report report("Auto-encoder " + c.specification.text());
  report.paragraph(detail::text("Encoder ", c.specification.text(), ", ",
                                c.decoder == Decoder::tied ? "tied" : "untied", " decoder, loss ",
                                name_of(c.loss), ", terms ", c.terms.empty() ? "none" : c.terms,
                                ", corruption ", c.corruption, ". Measured on ", samples.shape()[0],
                                " samples; seed ", o.seed, "."));
  add_numbers(report, measures, singular, model.network.inputs, curve[0]);
  report.heading("Filters and reconstructions");
  add_pictures(report, model, x, folder, o, random);
  report.heading("Singular values");
  report.chart(
      folder + "/spectrum.svg",
      {"Singular values of J",
       "number",
       "mean over samples",
       true,
       true,
       {{"", counted(singular.values.size()), singular.values, "lines lw 2"}}},
      "A few directions that the code follows, and a fast decay: what contraction asks for.");
  report.heading("Contraction against distance");
  Series ratios{"", {}, {}, "linespoints pt 7 ps 0.5 lw 2"};
  for (const Contraction& point : curve) {
    ratios.x.push_back(point.radius);
    ratios.y.push_back(point.mean);
  }
  report.chart(folder + "/contraction.svg",
               {"Contraction", "‖x′ − x‖", "mean ‖f(x′) − f(x)‖ / ‖x′ − x‖", true, false, {ratios}},
               "In random directions. A contractive code's ratio rises to a bump at about the "
               "distance between samples; every bounded code's falls in the end.");
  report.heading("Codes");
  Series shares{"", {}, {}, "boxes"};
  for (std::size_t i = 0; i < histogram.shares.size(); ++i) {
    shares.x.push_back(histogram.low + (histogram.high - histogram.low) *
                                           (static_cast<double>(i) + 0.5) /
                                           static_cast<double>(histogram.shares.size()));
    shares.y.push_back(histogram.shares[i]);
  }
  report.chart(folder + "/saturation.svg",
               {"Values of the code", "h", "share of units", false, true, {shares}},
               "All units of all samples; the ends are the saturated ones.");
  if (!o.log.empty())
    add_training(report, o.log, folder);
  report.write(folder + "/report.html");
}

} // namespace contractive::cae
