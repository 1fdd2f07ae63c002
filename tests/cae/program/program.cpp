#include <contractive/autodiff/array/array.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/file/file.hpp>

#include "support.hpp"

#include <doctest/doctest.h>
#include <filesystem>

using namespace contractive;
using namespace contractive::tests;
namespace fs = std::filesystem;

TEST_CASE("program: train, encode and reconstruct work together") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("model");
  const Result trained = run(folder, train(data, out));
  CAPTURE(trained.error);
  REQUIRE(trained.code == 0);
  CHECK(contains(trained.error, "epoch 3/3"));
  CHECK(!contains(trained.error, "\r")); // no bar where there is no terminal
  CHECK(contains(trained.out, "the scale of Rifai et al.'s table 1"));
  for (const char* name : {"model.safetensors", "checkpoint.safetensors", "metrics.csv",
                           "filters.png", "reconstructions.png", "learning.svg"})
    CHECK(fs::file_size(out + "/" + name) > 100);
  const std::string codes = folder.file("codes.npy"), picture = folder.file("picture.png");
  REQUIRE(run(folder, "encode '" + out + "' --data '" + data + "' --out '" + codes + "'").code ==
          0);
  const Array<float> h = nn::read_npy<float>(codes);
  CHECK(h.shape() == Shape{240, 30});
  CHECK(all_finite(h));
  CHECK(run(folder, "reconstruct '" + out + "/model.safetensors' --data '" + data + "' --out '" +
                        picture + "' --first 0 --count 7")
            .code == 0);
  CHECK(nn::read_file(picture).substr(1, 3) == "PNG");
}

TEST_CASE("program: its version says whether it can use several processes") {
  const Folder folder;
  const Result result = run(folder, "--version");
#ifdef MPIRUN
  CHECK(contains(result.out, "MPI "));
  CHECK(!contains(result.out, "without"));
#else
  CHECK(contains(result.out, " (without MPI)\n"));
#endif
}

TEST_CASE("program: without validation samples, the training samples are shown and measured") {
  const Folder folder;
  const Result result =
      run(folder, train(make_data(folder), folder.file("m"), "--epochs 1 --validation 0"));
  CAPTURE(result.out);
  CHECK(result.code == 0);
  CHECK(!contains(result.out, "loss        0.000"));
  CHECK(contains(result.out, "model, metrics and pictures"));
  CHECK(contains(folder.get("m/learning.svg"), "training samples, after the epoch"));
  CHECK(!contains(folder.get("m/learning.svg"), "validation"));
}

TEST_CASE("program: a convolutional encoder, untied, from a configuration file") {
  const Folder folder;
  const std::string data = make_data(folder), config = folder.file("a.toml");
  nn::write_file(config, "encoder = \"conv(4,3):relu,conv(4,3,stride=2):relu,linear(8):tanh\"\n"
                         "untied = true\nepochs = 9\noptimiser = \"adam\"\nlearning-rate = 0.01\n");
  const Result result = run(folder, "train --data '" + data + "' --out '" + folder.file("m") +
                                        "' --epochs 2 --config '" + config + "'");
  CAPTURE(result.error);
  CHECK(result.code == 0);
  CHECK(contains(result.error, "epoch 2/2")); // the command line goes first
  CHECK(contains(result.error, "linear(8):tanh, untied"));
  CHECK(contains(result.error, "scale collapse"));
  nn::write_file(config, "ephocs = 9\n");
  check_fails(run(folder, train(data, folder.file("n"), "--config '" + config + "'")),
              "unknown key 'ephocs'");
}

TEST_CASE("program: all commands on a folder of IDX files whose images are not square") {
  const Folder folder;
  const std::string data = make_idx_folder(folder), model = folder.file("model");
  const auto at = [&](const char* name) { return "'" + folder.file(name) + "'"; };
  const std::string of = "'" + model + "' --data '" + data + "' --out ";
  REQUIRE(run(folder, "train --data '" + data + "' --encoder 54-12:sigmoid --epochs 2 --batch 10 " +
                          "--out '" + model + "'")
              .code == 0);
  for (const std::string& command :
       {"encode " + of + at("codes.npy"), "reconstruct " + of + at("r.png"),
        "sample " + of + at("s.png") + " --steps 2",
        "analyze " + of + at("report") + " --spectra 5"}) {
    const Result result = run(folder, command);
    CAPTURE(result.error);
    CHECK(result.code == 0);
  }
  CHECK(nn::read_npy<float>(folder.file("codes.npy")).shape() == Shape{120, 12});
  CHECK(contains(nn::read_file(folder.file("report/report.html")), "Training")); // it found the log

  nn::write_file(folder.file("e.toml"), "seeds = [1, 2]\n[data]\ntraining = 80\nvalidation = 40\n"
                                        "test = 30\n[pretraining]\nencoder = \"54-12:sigmoid\"\n"
                                        "epochs = 1\n[classifier]\nepochs = 2\n[[variant]]\n"
                                        "name = \"AE\"\n");
  const std::string compare =
      "compare " + at("e.toml") + " --data '" + data + "' --out " + at("compared");
  const Result compared = run(folder, compare + " --jobs 2");
  CAPTURE(compared.error);
  REQUIRE(compared.code == 0);
  CHECK(contains(compared.out, "| AE | "));
  CHECK(contains(compared.error, "2/2  AE, seed 2: validation error"));
  CHECK(nn::read_file(folder.file("compared/table.md")) ==
        compared.out.substr(0, compared.out.find("\nThis table is in")));
  CHECK(fs::exists(folder.file("compared/runs.csv")));
  check_fails(run(folder, "compare " + at("none.toml") + " --out " + at("x")), "none.toml");
  nn::write_file(folder.file("bad.toml"), "seeds = [");
  check_fails(run(folder, "compare " + at("bad.toml") + " --out " + at("x")), "expected TOML");
}

TEST_CASE("program: the demo writes what it says") {
  const Folder folder;
  const std::string out = folder.file("demo");
  const Result demo = run(folder, "demo --epochs 1 --out '" + out + "'");
  CAPTURE(demo.error);
  REQUIRE(demo.code == 0);
  CHECK(contains(demo.out, "mean principal angle"));
  CHECK(contains(demo.out, "by chance"));
  for (const char* name : {"model.safetensors", "metrics.csv", "filters.png", "reconstructions.png",
                           "tangents.png", "learning.svg"}) {
    CHECK(contains(demo.out, out + "/" + name));
    CHECK(fs::file_size(out + "/" + name) > 100);
  }
}

TEST_CASE("program: without gnuplot, training says what it did not draw, and analyze fails") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("m"), without = "PATH=/none; ";
  const char* const missing = "there is no program gnuplot; expected it to be installed";
  for (const std::string& command :
       {train(data, out), "demo --epochs 1 --out '" + folder.file("demo") + "'"}) {
    const Result trained = run(folder, command, without);
    CAPTURE(trained.error);
    CHECK(trained.code == 0);
    CHECK(contains(trained.error,
                   std::string("\ncae: note: learning.svg is not drawn: chart 'Objective': ") +
                       missing));
    CHECK(!contains(trained.out, "learning.svg"));
  }
  CHECK(!fs::exists(out + "/learning.svg"));
  const std::string report = folder.file("report");
  check_fails(
      run(folder, "analyze '" + out + "' --data '" + data + "' --out '" + report + "'", without),
      missing);
  CHECK(!fs::exists(report)); // at once
}

TEST_CASE("program: a drawing that gnuplot could not end is none") {
  const Folder folder;
  const std::string out = folder.file("m");
  fs::permissions(folder.put("gnuplot",
                             "#!/bin/sh\n"
                             "drawn=$(sed -n \"s/^set output '\\(.*\\)'/\\1/p\" \"$2\")\n"
                             "printf '<svg><defs>\\n</defs>\\n<g></g>' > $drawn\n"),
                  fs::perms::owner_all);
  const Result trained =
      run(folder, train(make_data(folder), out), "PATH='" + folder.path() + "':$PATH; ");
  CAPTURE(trained.error);
  CHECK(trained.code == 0);
  CHECK(contains(trained.error, "learning.svg is not drawn: chart 'Objective': gnuplot's drawing "
                                "has no end; expected </svg>"));
  CHECK(!fs::exists(out + "/learning.svg"));
}

TEST_CASE("program: closed standard streams are no files") {
  const Folder folder;
  const std::string out = folder.file("m");
  const Result trained =
      finish(folder, start_command(folder, "(timeout 60 '" CAE_PROGRAM "' " +
                                               train(make_data(folder), out) + " <&- >&- 2>&-)"));
  CHECK(trained.code == 1); // its result is printed nowhere
  CHECK(fs::file_size(out + "/learning.svg") > 100);
  CHECK(run(folder, "train --resume '" + out + "'").code == 0);
}

TEST_CASE("program: run.toml repeats a run, with what was said of a table's first line") {
  const Folder folder;
  std::string table;
  for (int i = 0; i < 12; ++i) // numbers, that may be names or not
    table += std::to_string(i) + "," + std::to_string(i * i % 7) + "\n";
  folder.put("t.csv", table);
  const std::string options = " --encoder 2-2:tanh --scale standard --loss squared-error";
  for (const auto& [option, samples] : {std::pair{"--header", "10 training and 1 validation"},
                                        {"--no-header", "10 training and 2 validation"}}) {
    const std::string out = folder.file("m") + option, again = out + "-again";
    const Result first = run(folder, "train --data '" + folder.file("t.csv") + "' --out '" + out +
                                         "' --epochs 1 " + option + options);
    CAPTURE(first.error);
    CHECK(contains(first.error, samples));
    const Result second =
        run(folder, "train --config '" + out + "/run.toml' --out '" + again + "'");
    CAPTURE(second.error);
    CHECK(contains(second.error, samples));
    CHECK(nn::read_file(out + "/model.safetensors") == nn::read_file(again + "/model.safetensors"));
  }
}
