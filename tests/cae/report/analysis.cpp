#include <contractive/cae/data/strokes.hpp>
#include <contractive/cae/report/analysis.hpp>
#include <contractive/cae/report/report.hpp>
#include <contractive/cae/training/trainer.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/words.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"
#include "support/occurrences.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <numeric>
#include <sstream>

namespace contractive::tests {
namespace {

using namespace cae;

} // namespace

TEST_CASE("analysis: a folder of pictures and charts, and one page that holds them all") {
  const Folder folder;
  Strokes::Options options;
  options.height = 10;
  options.width = 14; // not square
  const Array<float> x = Strokes(1, options).draw<float>(60).x.reshaped({60, 140});
  Random random(1);
  const Model<float> model({Specification::parse("140-20:sigmoid"),
                            {10, 14, 1},
                            Decoder::tied,
                            "",
                            "none",
                            Loss::cross_entropy},
                           random);
  model.network.encoder->parameters()[0].assign(random.normal<float>({140, 20}, 1));
  AnalysisOptions o;
  o.spectra = 10;
  o.log = folder.put("metrics.csv", "epoch,train_objective,train_reconstruction,"
                                    "validation_objective,validation_reconstruction,"
                                    "jacobian_squared_norm\n1,9,8,8,7,7\n2,8,7,7,6,6\n");
  o.provenance = {{"trained by", "cae train --data 'a < b & \"c\"'"}};
  std::ostringstream progress;
  AnalysisOptions none = o;
  none.radii = {};
  CHECK(
      message<Error>([&] { return analyze(model, x, folder.file("out"), none, progress); }) ==
      "analyze: x (60, 140), 10000 samples, 10 spectra, 6 tangents, 9 strips, 100 walks, 0 radii; "
      "expected at least 1 of each");
  analyze(model, x, folder.file("out"), o, progress);
  for (const char* name :
       {"filters.png", "reconstructions.png", "tangents.png", "samples.png", "spectrum.svg",
        "contraction.svg", "saturation.svg", "learning.svg", "norm.svg"})
    CHECK(nn::read_file(folder.file(std::string("out/") + name)).size() > 200);
  // Five by four filters, six times as large and four apart: PNG's header begins with the sizes.
  const std::string filters = nn::read_file(folder.file("out/filters.png"));
  CHECK(filters.substr(16, 8) == std::string("\0\0\x01\xbc\0\0\x01\x04", 8)); // 444 x 260
  CHECK(occurrences(folder.get("out/spectrum.svg"), ">10</text>") > 0);
  CHECK(occurrences(folder.get("out/spectrum.svg"), ">0</text>") == 0); // both are logarithmic
  const std::string page = nn::read_file(folder.file("out/report.html"));
  // Filters, reconstructions, samples, and nine strips: PNG's first bytes.
  CHECK(occurrences(page, "src=\"data:image/png;base64,iVBORw0KGgo") == 12);
  CHECK(occurrences(page, "<img ") == 12);
  CHECK(occurrences(page, "alt=\"") == 12);
  CHECK(occurrences(page, "alt=\"\"") == 0);
  CHECK(occurrences(page, "<svg class=\"chart\"") == 7);
  CHECK(occurrences(page, "role=\"img\" aria-label=\"") == 7);
  CHECK(occurrences(page, "http") == 0); // nothing from outside
  CHECK(occurrences(page, "<h1>") == 1);
  CHECK(occurrences(page, "<meta name=\"viewport\" content=\"width=device-width") == 1);
  CHECK(occurrences(page, "prefers-color-scheme:dark") == 2); // of the page, and of charts
  CHECK(occurrences(page, "cae train <span class=\"option\">--data</span> &#39;a &lt; b &amp; "
                          "&quot;c&quot;&#39;") == 1);
  CHECK(occurrences(page, "expanding directions") == 1);
  CHECK(occurrences(page, "Singular values are of the first 10 samples, values of the code and "
                          "contraction of the first 60.") == 1);
  const Measures measures = measure(model.autoencoder(), x, Saturation::sigmoid);
  CHECK(measures.low > 0); // large weights saturate
  CHECK(measures.low != measures.high);
  for (const auto& [end, share] : {std::pair{"low", measures.low}, {"high", measures.high}})
    CHECK(occurrences(page, detail::text("saturated, ", end, "</th><td class=\"value\">",
                                         nn::rounded(100 * share, 4), " %</td>")) == 1);
}

TEST_CASE("analysis: of a table, each sample's code is a point") {
  const Folder folder;
  Random random(1);
  const Model<float> model(
      {Specification::parse("4-3:tanh"), {4}, Decoder::tied, "", "none", Loss::squared_error},
      random);
  std::ostringstream progress;
  analyze(model, random.normal<float>({7, 4}, 1), folder.file("out"), {}, progress);
  CHECK(occurrences(folder.get("out/codes.svg"), "<circle class=\"dot\"") == 7);
  CHECK(occurrences(folder.get("out/codes.svg"), ">class ") == 0);
  AnalysisOptions labelled;
  labelled.labels = Indices{0, 2, 2, 0, 0, 2, 0};
  analyze(model, random.normal<float>({7, 4}, 1), folder.file("by-class"), labelled, progress);
  const std::string by_class = folder.get("by-class/codes.svg");
  CHECK(occurrences(by_class, ">class 0<") == 1);
  CHECK(occurrences(by_class, ">class 1<") == 0);
  CHECK(occurrences(by_class, ">class 2<") == 1);
  CHECK(occurrences(by_class, "<circle class=\"dot\"") == 7 + 2); // and the key's
}

TEST_CASE("analysis: histogram and log") {
  Random random(1);
  const Model<float> model(
      {Specification::parse("4-3:sigmoid"), {4}, Decoder::tied, "", "none", Loss::cross_entropy},
      random);
  model.network.encoder->parameters()[0].assign(Array<float>::zeros({4, 3}));
  const auto h =
      code_histogram(model.autoencoder(), Array<float>::ones({5, 4}), Saturation::sigmoid, 5);
  CHECK(h.shares[2] == doctest::Approx(1)); // all codes are 1/2
  CHECK(std::accumulate(h.shares.begin(), h.shares.end(), 0.0) == doctest::Approx(1));
  // Codes are the samples.
  const auto spread = [](Saturation saturation, const std::vector<double>& codes) {
    const auto same = [](const Variable<double>& x) { return x; };
    const ContractiveAutoencoder<double> identity(same, same, {}, 0);
    return code_histogram(identity, Array<double>({codes.size(), 1}, codes), saturation, 4);
  };
  using Shares = std::vector<double>;
  CHECK(spread(Saturation::sigmoid, {0, 0.2, 0.3, 1}).shares == Shares{0.5, 0.25, 0, 0.25});
  CHECK(spread(Saturation::tanh, {-1, -0.6, -0.4, 1}).shares == Shares{0.5, 0.25, 0, 0.25});
  const Histogram own = spread(Saturation::none, {8, 2, 3, 6}); // from the least to the greatest
  CHECK(own.shares == Shares{0.5, 0, 0.25, 0.25});
  CHECK(own.low == 2);
  CHECK(own.high == 8);
  const Histogram constant = spread(Saturation::none, {2, 2});
  CHECK(constant.shares == Shares{1, 0, 0, 0});
  CHECK(constant.high > constant.low); // a chart has a range to show
  CHECK(spread(Saturation::none, {1e6, 1e6}).shares == Shares{1, 0, 0, 0});
  CHECK(message<Error>([&] {
          return spread(Saturation::tanh, {0, std::nan("")});
        }) == "code_histogram: codes are not all finite; expected finite ones");
  const Folder folder;
  CHECK(read_log(folder.put("a.csv", "epoch,x\n1,2.5\n2,3.5\n")).at("x")[1] == 3.5);
  const std::string bad = folder.put("b.csv", "epoch,x\n1\n");
  CHECK(message<FileError>([&] { return read_log(bad); }) ==
        bad + ": a line of 1 cells; expected 2");
}

TEST_CASE("report: texts are escaped, base64 is padded") {
  const Folder folder;
  cae::Report report("a < b \"c\"");
  report.paragraph("x & y");
  report.picture(folder.put("one", "M"), "a byte", "");        // RFC 4648: TQ==
  report.picture(folder.put("two", "Ma"), "two bytes", "");    // TWE=
  report.picture(folder.put("three", "Man"), "and three", ""); // TWFu
  report.write(folder.file("r.html"));
  const std::string page = nn::read_file(folder.file("r.html"));
  for (const char* part : {"<h1>a &lt; b &quot;c&quot;</h1>", "x &amp; y", "base64,TQ==\"",
                           "base64,TWE=\"", "base64,TWFu\""})
    CHECK(occurrences(page, part) >= 1);
}

TEST_CASE("report: a picture that is missing is named, and strips scroll in their own box") {
  const Folder folder;
  cae::Report report("r");
  CHECK(message<FileError>([&] {
          report.picture(folder.file("none.png"), "a", "b");
        }).find(folder.file("none.png")) == 0);
  report.heading("h", Width::whole);
  report.strips({"M", "Ma"}, 7, "A \"sample\"", "caption");
  report.write(folder.file("r.html"));
  const std::string page = folder.get("r.html");
  CHECK(occurrences(page, "<div class=\"strip\" tabindex=\"0\"") == 2);
  CHECK(occurrences(page, "alt=\"A &quot;sample&quot;, 2 of 2\"") == 1);
  CHECK(occurrences(page, "style=\"--strip:280px\"") == 1); // 40 for each tile
  CHECK(occurrences(page, ".strip{overflow-x:auto}") == 1);
  CHECK(occurrences(page, "<section class=\"whole\"><h2>h</h2>") == 1);
  CHECK(occurrences(page, "</section>\n</main>") == 1);
}

} // namespace contractive::tests
