#include <contractive/autodiff/array/array.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/file/file.hpp>

#include "support.hpp"

#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>

using namespace contractive;
using namespace contractive::tests;
namespace fs = std::filesystem;

TEST_CASE("program: every failure is one clear line") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("model");
  check_fails(run(folder, train(folder.file("nowhere"), out)),
              "nowhere: No such file or directory");
  fs::create_directories(folder.file("empty"));
  check_fails(run(folder, train(folder.file("empty"), out)), "empty");
  write_idx(folder.file("short.idx"), 8, 31);
  check_fails(run(folder, train(folder.file("short.idx"), out)), "2 x 4 x 4");
  write_idx(folder.file("magic.idx"), 7, 32);
  check_fails(run(folder, train(folder.file("magic.idx"), out)), "IDX");
  nn::write_file(folder.file("nan.csv"), "1,0.5\n0.25,nan\n");
  check_fails(run(folder, train(folder.file("nan.csv"), out)), "nan.csv");
  nn::write_file(folder.file("large.csv"), "1,0.5\n0.25,17\n");
  check_fails(run(folder, train(folder.file("large.csv"), out)),
              "17; cross-entropy expects 0 to 1");
  nn::write_npy(folder.file("nan.npy"), Array<float>({2, 2}, {0, 1, 0, std::nanf("")}));
  check_fails(run(folder, train(folder.file("nan.npy"), out)), "in sample 1, element 1");
  const std::string start = "train --data '" + data + "' --out '" + out + "' ";
  check_fails(run(folder, start + "--encoder 100-30:sigmod"), "column 8: ");
  check_fails(run(folder, start + "--encoder 784-30:sigmoid"), "784 inputs, the data have 100");
  check_fails(run(folder, start + "--optimiser foo"), "'foo' is unknown");
  check_fails(run(folder, start + "--schedule foo"), "foo");
  check_fails(run(folder, start + "--loss foo"), "'foo' is unknown");
  check_fails(run(folder, start + "--lambda -1"), "lambda -1");
  check_fails(run(folder, start + "--validation 240"), "240 samples; expected fewer");
  check_fails(run(folder, start + "--image 9x9"), "expected 81 for the shape (9, 9, 1)");
  check_fails(run(folder, "train --resume '" + folder.file("nowhere") + "'"), "nowhere");
  check_fails(run(folder, "train --resume '" + out + "' --lambda 1"), "together with --resume");
  check_fails(run(folder, "encode '" + data + "' --data '" + data + "'"), "safetensors");
  check_fails(run(folder, "reconstruct '" + out + "' --data '" + data + "'"), "No such file");
  check_fails(run(folder, train(data, folder.file("data.npy/x"))), "");
}

TEST_CASE("program: a full disk is reported and leaves the previous checkpoint as it was") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("model");
  REQUIRE(run(folder, train(data, out)).code == 0);
  const std::string before = nn::read_file(out + "/checkpoint.safetensors");
  const Result full =
      run(folder, "train --resume '" + out + "' --epochs 5", "ulimit -f 8; "); // 4 KiB a file
  CAPTURE(full.error);
  CHECK(full.code == 1);
  CHECK(contains(full.error, "\ncae: " + out + "/checkpoint.safetensors: cannot be written"));
  CHECK(nn::read_file(out + "/checkpoint.safetensors") == before);
  const Result after = run(folder, "train --resume '" + out + "' --epochs 5");
  CHECK(after.code == 0);
  CHECK(contains(after.error, "resumed in epoch 4"));
}

TEST_CASE("program: killed in mid-epoch and resumed, the weights are those of an undisturbed run") {
  const Folder folder;
  const std::string data = make_data(folder), whole = folder.file("whole"),
                    cut = folder.file("cut");
  const std::string more = "--seed 4 --threads 1 --checkpoint-steps 7 --epochs 40 ";
  REQUIRE(run(folder, train(data, whole, more)).code == 0);
  REQUIRE(run(folder, train(data, folder.file("again"), more)).code == 0);
  const std::string expected = nn::read_file(whole + "/model.safetensors");
  CHECK(nn::read_file(folder.file("again/model.safetensors")) == expected);

  const auto rows = [&] { // of the log: epochs that are over
    const std::string path = cut + "/metrics.csv";
    const std::string text = fs::exists(path) ? nn::read_file(path) : "";
    return std::count(text.begin(), text.end(), '\n') - 1;
  };
  const Result killed =
      signalled(folder, train(data, cut, more), SIGKILL, [&] { return rows() >= 3; });
  REQUIRE(killed.code == 128 + SIGKILL); // it was not over yet
  CHECK(!fs::exists(cut + "/model.safetensors"));

  const Result resumed = run(folder, "train --resume '" + cut + "'");
  CAPTURE(resumed.error);
  REQUIRE(resumed.code == 0);
  CHECK(contains(resumed.error, "1 threads; resumed in epoch "));
  CHECK(nn::read_file(cut + "/model.safetensors") == expected);
  CHECK(rows() == 40);
}
