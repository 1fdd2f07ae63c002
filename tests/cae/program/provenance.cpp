#include <contractive/cae/training/log.hpp>
#include <contractive/nn/file/safetensors.hpp>

#include "support.hpp"

#include <regex>

using namespace contractive;
using namespace contractive::tests;

namespace {

// The value of a line in the report's table, without tags.
std::string value_of(const std::string& page, const std::string& name) {
  const std::string before = "<th scope=\"row\">" + name + "</th><td>";
  const std::size_t at = page.find(before);
  if (at == std::string::npos)
    return "";
  const std::size_t begin = at + before.size();
  const std::string value = page.substr(begin, page.find("</td>", begin) - begin);
  return std::regex_replace(value, std::regex("<[^>]*>"), "");
}

} // namespace

TEST_CASE(
    "program: a report says how the model was made, and no more of the machine than was given") {
  const Folder folder;
  make_data(folder);
  std::filesystem::rename(folder.file("data.npy"), folder.file("a & <b>.npy"));
  const std::string here = "cd '" + folder.path() + "' && ";
  const Result trained = run(
      folder,
      "train --data 'a & <b>.npy' --encoder 100-30:sigmoid --batch 10 --epochs 2 --optimiser sgd "
      "--learning-rate 0.05 --seed 7 --lambda 0.25 --overwrite --out m",
      here);
  CAPTURE(trained.error);
  REQUIRE(trained.code == 0);
  const Result result =
      run(folder, "analyze m --data 'a & <b>.npy' --spectra 5 --samples 100 --out r", here);
  CAPTURE(result.error);
  REQUIRE(result.code == 0);
  const std::string page = folder.get("r/report.html");
  CHECK(value_of(page, "encoder") == "100-30:sigmoid");
  CHECK(value_of(page, "decoder") == "tied: the encoder&#39;s weights");
  CHECK(value_of(page, "loss") == "cross-entropy");
  CHECK(value_of(page, "terms") == "contractive(0.25)");
  const std::string data = value_of(page, "training data");
  CHECK(data.rfind("a &amp; &lt;b&gt;.npy, checksum ", 0) == 0);
  CHECK(data.size() == std::string("a &amp; &lt;b&gt;.npy, checksum ").size() + 16);
  CHECK(value_of(page, "training samples") == "240, of which for validation 40");
  CHECK(value_of(page, "epochs") == "2");
  CHECK(value_of(page, "optimiser") == "sgd, rate 0.05, schedule constant, batch 10");
  CHECK(value_of(page, "seed") == "7");
  CHECK(value_of(page, "trained by") ==
        "cae train --data &#39;a &amp; &lt;b&gt;.npy&#39; --encoder 100-30:sigmoid "
        "--lambda 0.25 "
        "--epochs 2 --batch 10 --learning-rate 0.05 --optimiser sgd --seed 7 --out m");
  CHECK(value_of(page, "this report by") ==
        "cae analyze m --data &#39;a &amp; &lt;b&gt;.npy&#39; --samples 100 --spectra 5 --out r");
  CHECK(value_of(page, "measured samples") == "100 of 240");
  CHECK(value_of(page, "version of the report").rfind("cae ", 0) == 0);
  CHECK(value_of(page, "report of").rfind("20", 0) == 0);
  CHECK(!contains(page, folder.path()));

  // Resumed with more epochs, it says how many there were.
  REQUIRE(run(folder, "train --resume m --epochs 3", here).code == 0);
  REQUIRE(run(folder, "analyze m --data 'a & <b>.npy' --spectra 5 --out r", here).code == 0);
  CHECK(value_of(folder.get("r/report.html"), "epochs") == "3");

  // A model alone says what it is; a run.toml that is none is refused.
  std::filesystem::create_directory(folder.file("alone"));
  std::filesystem::copy(folder.file("m/model.safetensors"), folder.file("alone"));
  const std::string alone = "analyze alone --data 'a & <b>.npy' --spectra 5 --out s";
  REQUIRE(run(folder, alone, here).code == 0);
  const std::string less = folder.get("s/report.html");
  CHECK(value_of(less, "terms") == "contractive(0.25)");
  CHECK(value_of(less, "seed").empty());
  CHECK(!contains(less, ">Training<"));
  folder.put("alone/run.toml", "[run");
  check_fails(run(folder, alone, here), "expected the run.toml of a training");
}

TEST_CASE("program: a run that an older version began goes on, its log with the columns of now") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("m");
  REQUIRE(run(folder, train(data, out, "--epochs 2")).code == 0);
  const std::string path = out + "/checkpoint.safetensors";
  nn::Tensors<float> checkpoint = nn::read_safetensors<float>(path);
  checkpoint.metadata["log"] = "epoch,train_reconstruction,train_contractive,reconstruction,"
                               "seconds\n1,60,2,50,0.5\n2,55,2,45,0.5\n";
  nn::write_safetensors(path, checkpoint);
  const Result resumed = run(folder, "train --resume '" + out + "' --epochs 4");
  CAPTURE(resumed.error);
  REQUIRE(resumed.code == 0);
  const cae::LogColumns log = cae::read_log(out + "/metrics.csv");
  CHECK(log.at("epoch") == std::vector<double>{1, 2, 3, 4});
  CHECK(log.at("train_reconstruction")[1] == 55);
  CHECK(std::isnan(log.at("validation_objective")[1]));
  CHECK(log.at("validation_objective")[2] > 0);
  CHECK(contains(nn::read_file(out + "/learning.svg"), "best, epoch "));
}
