#include <contractive/cae/report/analysis.hpp>

#include <contractive/cae/measure/tangents.hpp>
#include <contractive/cae/measure/walk.hpp>
#include <contractive/cae/report/findings.hpp>
#include <contractive/cae/report/learning.hpp>
#include <contractive/cae/report/picture.hpp>
#include <contractive/cae/report/pictures.hpp>
#include <contractive/cae/report/report.hpp>
#include <contractive/nn/data/batches.hpp>
#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <ostream>
#include <set>

namespace contractive::cae {
namespace {

// In the page, and as a file of its own.
void add_chart(Report& report, const std::string& path, const Chart& chart,
               const std::string& caption) {
  nn::write_file(path, svg(chart));
  report.chart(chart, caption);
}

// Of samples that are no images: their codes in a plane, by class where there are few.
void add_scatter(Report& report, const Model<float>& model, const Array<float>& x,
                 const Indices& labels, const std::string& folder) {
  const Array<float> h = model.network.encode(nn::take_first(x, 2000));
  const std::vector<std::size_t> units = by_variance(h);
  report.heading("Codes of the samples");
  report.paragraph("The samples are no images, so there are no pictures of them.");
  if (units.size() < 2)
    return;
  const std::set<std::int64_t> classes(labels.begin(), labels.end());
  const bool by_class = labels.size() == x.shape()[0] && classes.size() <= 5;
  std::map<std::int64_t, Series> points;
  for (std::size_t i = 0; i < h.shape()[0]; ++i) {
    const std::int64_t label = by_class ? labels[i] : 0;
    Series& own = points[label];
    own.name = by_class ? detail::text("class ", label) : "";
    own.style = Style::points;
    own.x.push_back(static_cast<double>(h(i, units[0])));
    own.y.push_back(static_cast<double>(h(i, units[1])));
  }
  std::vector<Series> series;
  for (const auto& [label, own] : points)
    series.push_back(own);
  add_chart(report, folder + "/codes.svg",
            {"Codes of the samples", detail::text("unit ", units[0] + 1),
             detail::text("unit ", units[1] + 1), false, false, series},
            "The two units whose code varies most over the samples.");
}

void add_tangents(Report& report, const ContractiveAutoencoder<float>& model, const Array<float>& x,
                  const Shape& sample, const std::string& folder, std::size_t count) {
  const Array<float> tangents = leading_tangents(model, x, count).directions;
  write_tangents(folder + "/tangents.png", x, tangents, sample);
  std::vector<std::string> pngs;
  for (const Array<float>& strip : tangent_strips(x, tangents, sample))
    pngs.push_back(png(strip));
  report.heading("Tangents", Width::whole);
  report.strips(pngs, count + 1, "A sample and its leading tangents",
                "Each sample, and to its right the directions in which its code changes most: the "
                "leading right singular vectors of J, grey is 0. Below them, the sample moved "
                "along each, forth and back.");
}

void add_pictures(Report& report, const Model<float>& model, const Array<float>& x,
                  const std::string& folder, const AnalysisOptions& o, Random& random) {
  const auto autoencoder = model.autoencoder();
  const Shape& sample = model.configuration.sample;
  if (write_filters(folder + "/filters.png", model.network, nn::take_first(x, 1000))) {
    report.heading("Filters");
    report.picture(folder + "/filters.png", "Filters of the first layer, as a grid of images",
                   "What units respond to, those whose code varies most first; grey is 0.");
  }
  if (!write_reconstructions(folder + "/reconstructions.png", autoencoder, nn::take_first(x, 60),
                             sample))
    return add_scatter(report, model, x, o.labels, folder);
  report.heading("Reconstructions");
  report.picture(folder + "/reconstructions.png", "Samples and their reconstructions, in pairs",
                 "Samples, each with its reconstruction to its right.");
  add_tangents(report, autoencoder, nn::take_first(x, o.strips), sample, folder,
               std::min({o.tangents, model.network.inputs, model.network.codes}));
  report.heading("Samples");
  const Array<float> from = nn::take_first(x, o.walks);
  write_samples(folder + "/samples.png", walk(autoencoder, from, o.steps, o.sigma, random), sample);
  report.picture(folder + "/samples.png", "Ends of walks along the manifold, as a grid of images",
                 detail::text("Walks of ", o.steps,
                              " steps along the manifold, x ← g(f(x) + J Jᵀ e), e ~ N(0, ", o.sigma,
                              "²), each from a sample (Rifai et al. 2012)."));
}

void add_codes(Report& report, const Histogram& histogram, const std::string& folder) {
  Series shares{"", {}, {}, Style::bars};
  const auto bins = static_cast<double>(histogram.shares.size());
  for (std::size_t i = 0; i < histogram.shares.size(); ++i) {
    shares.x.push_back(histogram.low +
                       (histogram.high - histogram.low) * (static_cast<double>(i) + 0.5) / bins);
    shares.y.push_back(histogram.shares[i]);
  }
  add_chart(report, folder + "/saturation.svg",
            {"Values of the code", "h", "share of units", false, true, {shares}},
            "All units; the ends are the saturated ones.");
}

void add_spectrum(Report& report, const Spectrum& spectrum, const std::string& folder) {
  std::vector<double> numbers(spectrum.values.size());
  std::iota(numbers.begin(), numbers.end(), 1.0);
  report.heading("Contraction");
  add_chart(report, folder + "/spectrum.svg",
            {"Singular values of J",
             "number",
             "mean over samples",
             true,
             true,
             {{"", numbers, spectrum.values, Style::line}}},
            "A few directions that the code follows, and a fast decay: what contraction asks for.");
}

void add_contraction(Report& report, const std::vector<Contraction>& curve,
                     const std::string& folder) {
  Series ratios;
  for (const Contraction& point : curve) {
    ratios.x.push_back(point.radius);
    ratios.y.push_back(point.mean);
  }
  add_chart(
      report, folder + "/contraction.svg",
      {"What is left of a distance",
       "‖x′ − x‖",
       "mean ‖f(x′) − f(x)‖ / ‖x′ − x‖",
       true,
       false,
       {ratios}},
      "In random directions. A contractive code's ratio rises to a bump at about the distance "
      "between samples; every bounded code's falls in the end.");
}

void add_training(Report& report, const LogColumns& log, const std::string& folder) {
  const std::vector<Chart> charts = learning_charts(log);
  const auto epochs = log.find("epoch"), norms = log.find("jacobian_squared_norm");
  report.heading("Training", Width::whole);
  if (charts.empty())
    report.paragraph("The log of the training has no objective: an older version wrote it.");
  else
    nn::write_file(folder + "/learning.svg", svg(charts));
  for (const Chart& chart : charts)
    report.chart(chart, "");
  if (epochs == log.end() || norms == log.end())
    return;
  const auto [least, greatest] = std::minmax_element(norms->second.begin(), norms->second.end());
  const bool decades = *greatest > 30 * *least;
  add_chart(report, folder + "/norm.svg",
            {"Jacobian",
             "epoch",
             "mean ‖J‖², after the epoch",
             false,
             decades,
             {{"", epochs->second, norms->second}}},
            "");
}

} // namespace

template <class T>
Histogram code_histogram(const ContractiveAutoencoder<T>& model, const Array<T>& x,
                         Saturation saturation, std::size_t bins) {
  const Array<T> h = model.encode(x).value();
  Histogram result{saturation == Saturation::tanh ? -1.0 : 0.0, 1.0, std::vector<double>(bins)};
  if (!all_finite(h))
    throw Error("code_histogram: codes are not all finite; expected finite ones");
  if (saturation == Saturation::none && h.size() > 0) {
    const auto [least, greatest] = std::minmax_element(h.begin(), h.end());
    result.low = static_cast<double>(*least);
    const double tiny = 1e-12 * std::max(1.0, std::abs(result.low));
    result.high = std::max(static_cast<double>(*greatest), result.low + tiny);
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

Analysis analyze(const Model<float>& model, const Array<float>& x, const std::string& folder,
                 const AnalysisOptions& o, std::ostream& progress) {
  const auto counts = {x.shape()[0], o.samples, o.spectra,     o.tangents,
                       o.strips,     o.walks,   o.radii.size()};
  if (std::count(counts.begin(), counts.end(), std::size_t{0}) > 0)
    throw Error("analyze: x ", x.shape(), ", ", o.samples, " samples, ", o.spectra, " spectra, ",
                o.tangents, " tangents, ", o.strips, " strips, ", o.walks, " walks, ",
                o.radii.size(), " radii; expected at least 1 of each");
  const Configuration& c = model.configuration;
  const auto autoencoder = model.autoencoder();
  const Saturation saturation = saturation_of(c.specification);
  const Array<float> samples = nn::take_first(x, o.samples);
  const LogColumns log = o.log.empty() ? LogColumns() : read_log(o.log);
  Random random(o.seed);
  nn::make_folder(folder);

  progress << "measures of " << samples.shape()[0] << " samples" << std::endl;
  const Measures measures = measure(autoencoder, samples, saturation);
  const Array<float> some = nn::take_first(x, 1000), few = nn::take_first(x, o.spectra);
  const std::vector<Contraction> curve = contraction_curve(autoencoder, some, o.radii, random);
  const Histogram histogram = code_histogram(autoencoder, some, saturation);
  progress << "singular values of " << few.shape()[0] << " Jacobians" << std::endl;
  const Spectrum singular = spectrum(autoencoder, few);

  progress << "pictures and charts" << std::endl;
  Report report("Auto-encoder " + c.specification.text());
  report.paragraph(detail::text(
      "What it does on ", samples.shape()[0], " samples, what it learned, and how it was made. ",
      "Singular values are of the first ", few.shape()[0], " samples, ",
      "values of the code and contraction of the first ", some.shape()[0], "."));
  report.heading("Measures");
  report.table(measure_lines(measures, saturation, singular, model.network.inputs, curve[0]));
  report.heading("Units");
  report.list(unit_findings(measures, saturation));
  add_codes(report, histogram, folder);
  add_pictures(report, model, x, folder, o, random);
  add_spectrum(report, singular, folder);
  add_contraction(report, curve, folder);
  if (!log.empty())
    add_training(report, log, folder);
  if (!o.provenance.empty()) {
    report.heading("Provenance", Width::whole);
    report.table(o.provenance);
  }
  report.write(folder + "/report.html");
  return {measures, singular, curve[0]};
}

} // namespace contractive::cae
