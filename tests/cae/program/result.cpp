#include <contractive/nn/text/words.hpp>

#include "support.hpp"

#include <nlohmann/json.hpp>

using namespace contractive;
using namespace contractive::tests;
using nn::fixed;
using nn::rounded;

namespace {

// What the program prints with --json, which is one line and all of standard output.
nlohmann::json object(const Folder& folder, const std::string& arguments) {
  const Result result = run(folder, arguments + " --json");
  CAPTURE(result.error);
  REQUIRE(result.code == 0);
  CHECK(result.out.find('\n') == result.out.size() - 1);
  return nlohmann::json::parse(result.out);
}

} // namespace

TEST_CASE("result: with --json, the numbers of the text as one object") {
  const Folder folder;
  const std::string data = make_data(folder), model = folder.file("model");
  const auto trained = object(folder, train(data, model));
  CHECK(trained["folder"] == model);
  const auto& m = trained["measures"];
  const std::string text = run(folder, train(data, folder.file("again"))).out;
  CAPTURE(text);
  const auto above = m["reconstruction"].get<double>() - m["floor"].get<double>();
  CHECK(contains(text, " loss        " + fixed(m["reconstruction"], 3) + "  (" + fixed(above, 3)));
  CHECK(contains(text, "||J||_F               " + rounded(m["norm"], 4) + "\n"));
  CHECK(contains(text, "||J||_F^2             " + rounded(m["squared_norm"], 4) + "\n"));
  CHECK(contains(text, " entry of J    " + rounded(m["squared_entry"], 4) + " "));
  CHECK(contains(text, "singular value     " + rounded(m["operator_norm"], 4) + " "));
  CHECK(contains(text, " at " + fixed(100 * m["contractions"].get<double>(), 1) + " %"));
  CHECK(contains(text, " units            " + fixed(100 * m["saturation_low"].get<double>(), 1)));
  CHECK(m["units"] == 30);
  const std::string explained = nn::read_file(MEASURES_PAGE);
  for (const auto& entry : m.items())
    CHECK(contains(explained, "`" + entry.key() + "`"));

  const auto of = [&](const std::string& command, const std::string& out) {
    return command + " '" + model + "' --data '" + data + "' --out '" + folder.file(out) + "' ";
  };
  const auto encoded = object(folder, of("encode", "h.npy"));
  CHECK(encoded["codes"] == 240);
  CHECK(encoded["size"] == 30);
  CHECK(encoded["file"] == folder.file("h.npy"));
  CHECK(object(folder, of("reconstruct", "r.png") + "--count 7")["samples"] == 7);
  CHECK(object(folder, of("reconstruct", "r.csv") + "--first 239")["samples"] == 1);
  CHECK(object(folder, of("sample", "s.png") + "--steps 2")["steps"] == 2);

  const auto analyzed = object(folder, of("analyze", "report") + "--spectra 5");
  CHECK(analyzed["report"] == folder.file("report/report.html"));
  const std::string report = nn::read_file(folder.file("report/report.html"));
  const auto shows = [&](const nlohmann::json& number) {
    CHECK(contains(report, ">" + rounded(number, 4) + "<"));
  };
  for (const char* name : {"reconstruction", "norm", "squared_norm", "squared_entry"})
    shows(analyzed["measures"][name]);
  for (const char* name : {"expanding", "effective_dimension", "ninety"})
    shows(analyzed["spectrum"][name]);
  shows(analyzed["spectrum"]["singular_values"][0]);
  shows(analyzed["contraction"]["root"]);
  for (const char* part : {"spectrum", "contraction"})
    for (const auto& entry : analyzed[part].items())
      CHECK(contains(explained, "`" + entry.key() + "`"));

  const auto resumed = object(folder, "train --resume '" + model + "' --epochs 4");
  CHECK(resumed["measures"]["norm"] != m["norm"]);
}

TEST_CASE("result: what is no number is null, and a path that is no UTF-8 is no obstacle") {
  const Folder folder;
  const std::string data = make_data(folder), model = folder.file("m");
  const auto trained = object(folder, "train --data '" + data + "' --out '" + model +
                                          "' --encoder 100-5:relu --epochs 1");
  CHECK(trained["measures"]["saturation_low"].is_null());
  const auto encoded = object(folder, "encode '" + model + "' --data '" + data + "' --out '" +
                                          folder.file("\xff.npy") + "'");
  CHECK(encoded["file"] == folder.file("\xef\xbf\xbd.npy")); // U+FFFD
}

TEST_CASE("result: a comparison's table as an object") {
  const Folder folder;
  const std::string data = make_idx_folder(folder);
  folder.put("e.toml", "seeds = [1, 2]\n[data]\ntraining = 80\nvalidation = 40\ntest = 30\n"
                       "[pretraining]\nencoder = \"54-12:sigmoid\"\nepochs = 1\n[classifier]\n"
                       "epochs = 2\n[[variant]]\nname = \"AE\"\n[[variant]]\nname = \"CAE\"\n"
                       "pretraining.lambda = [0.1, 0.3]\n");
  const std::string compare = "compare '" + folder.file("e.toml") + "' --data '" + data +
                              "' --out '" + folder.file("runs") + "'";
  const auto table = object(folder, compare);
  const std::string text = run(folder, compare).out; // of the same runs
  CAPTURE(text);
  CHECK(table["seeds"] == nlohmann::json{1, 2});
  CHECK(table["tests"] == 30);
  REQUIRE(table["variants"].size() == 2);
  const auto percent = [](const nlohmann::json& interval) {
    return fixed(100 * interval["mean"].get<double>(), 2) + " ± " +
           fixed(100 * interval["half"].get<double>(), 2);
  };
  for (const auto& variant : table["variants"]) {
    CHECK(contains(text, "| " + variant["name"].get<std::string>() + " | " +
                             percent(variant["test_error"]) + " | "));
    CHECK(contains(text, " | " + rounded(variant["squared_norm"]["mean"], 4) + " | "));
  }
  const auto& cae = table["variants"][1];
  CHECK(contains(text, "lambda " + cae["chosen"]["pretraining.lambda"].get<std::string>()));
  const auto& against = cae["against_first"];
  const auto& test = against["mcnemar"][1];
  CHECK(contains(text, "| CAE | " + percent(against["test_error"]) + " | "));
  CHECK(contains(text,
                 detail::text(", ", test["only_this"].get<int>(), " : ",
                              test["only_first"].get<int>(), " (", rounded(test["p"], 2), ") |")));
  CHECK(test["seed"] == 2);
}
