#include <contractive/autodiff/array/array.hpp>
#include <contractive/autodiff/array/random.hpp>
#include <contractive/cae/model/autoencoder.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/layer/activation.hpp>
#include <contractive/nn/training/optimiser.hpp>
#include <contractive/nn/training/schedule.hpp>

#include "support/folder.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace contractive;
using contractive::tests::Folder;
namespace fs = std::filesystem;

namespace {

struct Result {
  int code;
  std::string out, error;
};

// Runs the program in a shell, `before` in front of it.
Result run(const Folder& folder, const std::string& arguments, const std::string& before = "") {
  const std::string out = folder.file("stdout"), error = folder.file("stderr");
  const std::string command =
      before + "'" + CAE_PROGRAM + "' " + arguments + " >'" + out + "' 2>'" + error + "'";
  const int status = std::system(command.c_str());
  REQUIRE(WIFEXITED(status));
  return {WEXITSTATUS(status), nn::read_file(out), nn::read_file(error)};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// One line "cae: ..." with this part, and exit code 1.
void check_fails(const Result& result, const std::string& part) {
  CAPTURE(result.error);
  CHECK(result.code == 1);
  CHECK(result.error.rfind("cae: ", 0) == 0);
  CHECK(result.error.find('\n') == result.error.size() - 1);
  CHECK(contains(result.error, part));
}

// Small smooth pictures, 10 x 10.
std::string make_data(const Folder& folder) {
  Random random(3);
  const std::size_t n = 240;
  const auto x = Array<float>::make({n, 10, 10}, [&](float* out) {
    for (std::size_t k = 0; k < n; ++k) {
      const double a = 3 + 4 * random.uniform(), b = 3 + 4 * random.uniform();
      for (int i = 0; i < 10; ++i)
        for (int j = 0; j < 10; ++j)
          *out++ = static_cast<float>(std::exp(-((i - a) * (i - a) + (j - b) * (j - b)) / 6));
    }
  });
  nn::write_npy(folder.file("data.npy"), x);
  return folder.file("data.npy");
}

std::string train(const std::string& data, const std::string& out,
                  const std::string& more = "--epochs 3") {
  return "train --data '" + data + "' --encoder 100-30:sigmoid --batch 10 --out '" + out + "' " +
         more;
}

void write_idx(const std::string& path, unsigned char magic, std::size_t bytes) {
  std::string content{'\0', '\0', static_cast<char>(magic), '\3'};
  for (const char length : {'\2', '\4', '\4'})
    content += std::string(3, '\0') + length;
  nn::write_file(path, content + std::string(bytes, '\1'));
}

// 120 + 30 images, 6 x 9, of two classes.
std::string make_idx_folder(const Folder& folder) {
  const std::string path = folder.file("idx");
  fs::create_directories(path);
  const auto word = [](std::size_t n) { return std::string(3, '\0') + static_cast<char>(n); };
  for (const auto& [part, n] : {std::pair<std::string, std::size_t>{"train", 120}, {"t10k", 30}}) {
    std::string images = std::string{'\0', '\0', '\10', '\3'} + word(n) + word(6) + word(9);
    std::string labels = std::string{'\0', '\0', '\10', '\1'} + word(n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < 54; ++k)
        images += k % 9 == i % 7 || k / 9 == i % 2 ? '\177' : '\0';
      labels += static_cast<char>(i % 2);
    }
    nn::write_file(path + "/" + part + "-images-idx3-ubyte", images);
    nn::write_file(path + "/" + part + "-labels-idx1-ubyte", labels);
  }
  return path;
}

} // namespace

TEST_CASE("program: help says what to do, mistakes in usage point there") {
  const Folder folder;
  const Result help = run(folder, "--help");
  CHECK(help.code == 0);
  for (const char* name :
       {"demo", "train", "encode", "reconstruct", "sample", "analyze", "compare"}) {
    CHECK(contains(help.out, name));
    const Result one = run(folder, std::string(name) + " --help");
    CHECK(one.code == 0);
    CHECK(contains(one.out, "--out"));
  }
  const std::string train_help = run(folder, "train --help").out;
  for (const std::string& known :
       {cae::term_signatures(), cae::corruption_signatures(), cae::loss_names(),
        nn::optimiser_names(), nn::schedule_signatures(), nn::activation_names(),
        cae::layer_signatures()})
    CHECK(contains(train_help, known));
  CHECK(run(folder, "").code != 0);
  CHECK(run(folder, "train").code != 0);
  CHECK(contains(run(folder, "train --out x").error, "--data"));
  CHECK(run(folder, "train --epochs many").code != 0);
}

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
                           "filters.png", "reconstructions.png"})
    CHECK(fs::file_size(out + "/" + name) > 100);
  const std::string codes = folder.file("codes.npy"), picture = folder.file("picture.png");
  REQUIRE(run(folder, "encode '" + out + "' --data '" + data + "' --out '" + codes + "'").code ==
          0);
  const Array<float> h = nn::read_npy<float>(codes);
  CHECK(h.shape() == Shape{240, 30});
  CHECK(all_finite(h));
  CHECK(run(folder, "reconstruct '" + out + "/model.safetensors' --data '" + data + "' --out '" +
                        picture + "' --count 7")
            .code == 0);
  CHECK(nn::read_file(picture).substr(1, 3) == "PNG");
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
  const Result alone = run(folder, "analyze " + of + at("x"), "PATH=/nowhere ");
  CHECK(alone.code == 1);
  CHECK(contains(alone.error, "gnuplot-nox"));
}

TEST_CASE("program: every failure is one clear line") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("model");
  check_fails(run(folder, train(folder.file("nowhere"), out)), "nowhere: no such file or folder");
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
  check_fails(run(folder, start + "--image 9x9"), "81 elements");
  check_fails(run(folder, "train --resume '" + folder.file("nowhere") + "'"), "nowhere");
  check_fails(run(folder, "train --resume '" + out + "' --lambda 1"), "together with --resume");
  check_fails(run(folder, "encode '" + data + "' --data '" + data + "'"), "safetensors");
  check_fails(run(folder, "reconstruct '" + out + "' --data '" + data + "'"), "model.safetensors");
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

  const std::string command = "exec '" + std::string(CAE_PROGRAM) + "' " + train(data, cut, more) +
                              " >/dev/null 2>/dev/null";
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  const auto rows = [&] { // of the log: epochs that are over
    const std::string path = cut + "/metrics.csv";
    const std::string text = fs::exists(path) ? nn::read_file(path) : "";
    return std::count(text.begin(), text.end(), '\n') - 1;
  };
  while (rows() < 3 && waitpid(child, nullptr, WNOHANG) == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status)); // it was not over yet
  CHECK(!fs::exists(cut + "/model.safetensors"));

  const Result resumed = run(folder, "train --resume '" + cut + "'");
  CAPTURE(resumed.error);
  REQUIRE(resumed.code == 0);
  CHECK(contains(resumed.error, "1 threads; resumed in epoch "));
  CHECK(nn::read_file(cut + "/model.safetensors") == expected);
  CHECK(rows() == 40);
}

TEST_CASE("program: the demo writes what it says") {
  const Folder folder;
  const std::string out = folder.file("demo");
  const Result demo = run(folder, "demo --epochs 1 --out '" + out + "'");
  CAPTURE(demo.error);
  REQUIRE(demo.code == 0);
  CHECK(contains(demo.out, "mean principal angle"));
  CHECK(contains(demo.out, "by chance"));
  for (const char* name :
       {"model.safetensors", "metrics.csv", "filters.png", "reconstructions.png", "tangents.png"}) {
    CHECK(contains(demo.out, out + "/" + name));
    CHECK(fs::file_size(out + "/" + name) > 100);
  }
}
