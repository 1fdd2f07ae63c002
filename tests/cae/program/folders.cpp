#include <contractive/nn/data/numbers.hpp>
#include <contractive/nn/file/safetensors.hpp>

#include "support.hpp"

#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

using namespace contractive;
using namespace contractive::tests;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  return names;
}

bool has_leftovers(const std::string& folder) {
  for (const std::string& name : names_in(folder))
    if (contains(name, ".part-") || name == ".lock")
      return true;
  return false;
}

} // namespace

TEST_CASE("program: counts and ranges are refused by name, in one short line") {
  const Folder folder;
  const std::string data = make_data(folder);
  const std::string start = train(data, folder.file("m"), "");
  for (const char* option : {"--epochs", "--batch", "--patience", "--seed", "--validation",
                             "--checkpoint-steps", "--threads"})
    for (const char* bad : {"-1", "1.5", "1e3", "99999999999999999999999", "x", "''"}) {
      const Result result = run(folder, start + " " + option + " " + bad);
      CAPTURE(option);
      check_fails(result, std::string(option) + " ");
      CHECK(contains(result.error, "; expected a whole number from "));
      CHECK(result.error.size() < 120);
    }
  check_fails(run(folder, start + " --epochs 0"), "--epochs 0; expected a whole number from 1 to");
  check_fails(run(folder, start + " --learning-rate 0"), "--learning-rate 0; expected a number");
  check_fails(run(folder, start + " --learning-rate nan"), "--learning-rate nan");
  check_fails(run(folder, start + " --lambda inf"), "--lambda inf");
  check_fails(run(folder, "analyze m --data x --out y --samples -1"), "--samples -1");
  check_fails(run(folder, "reconstruct m --data x --first -1"), "--first -1");
  check_fails(run(folder, "sample m --data x --steps -1"), "--steps -1");
  check_fails(run(folder, "compare e.toml --out y --jobs 0"), "--jobs 0");
  CHECK(!fs::exists(folder.file("m")));
}

TEST_CASE("program: what cannot be printed is an error") {
  const Folder folder;
  const std::string data = make_data(folder);
  REQUIRE(run(folder, train(data, folder.file("m"), "--epochs 1")).code == 0);
  const std::string command = "'" + std::string(CAE_PROGRAM) + "' encode '" + folder.file("m") +
                              "' --data '" + data + "' --out '" + folder.file("c.npy") +
                              "' >/dev/full 2>'" + folder.file("err") + "'";
  CHECK(WEXITSTATUS(std::system(command.c_str())) == 1);
  CHECK(contains(folder.get("err"), "standard output cannot be written"));
}

TEST_CASE("program: numbers keep their digits") {
  const Folder folder;
  const std::string data = make_data(folder);
  const Result result =
      run(folder, train(data, folder.file("m"), "--epochs 1 --lambda 0.123456789"));
  CHECK(contains(result.error, "contractive(0.123456789)"));
  CHECK(contains(nn::read_file(folder.file("m/run.toml")), "contractive(0.123456789)"));
  const auto compare = [&](const char* rate) {
    folder.put("e.toml", std::string("seeds = [1]\n[data]\nlabels = \"") + folder.file("l.csv") +
                             "\"\ntraining = 20\nvalidation = 10\ntest = 10\n[pretraining]\n"
                             "encoder = \"100-3:tanh\"\nepochs = 1\nlearning-rate = " +
                             rate + "\n[classifier]\nepochs = 1\n[[variant]]\nname = \"A\"\n");
    const Result done = run(folder, "compare '" + folder.file("e.toml") + "' --data '" + data +
                                        "' --out '" + folder.file("c") + "'");
    CAPTURE(done.error);
    CHECK(done.code == 0);
  };
  std::string labels;
  for (int i = 0; i < 240; ++i)
    labels += std::to_string(i % 2) + "\n";
  folder.put("l.csv", labels);
  compare("0.12345671");
  compare("0.12345679");
  CHECK(std::distance(fs::directory_iterator(folder.file("c/runs")), {}) == 2); // two runs
}

TEST_CASE("program: a folder holds one run") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("m");
  REQUIRE(run(folder, train(data, out)).code == 0);
  const std::string before = nn::read_file(out + "/model.safetensors");
  check_fails(run(folder, train(data, out)),
              out + ": holds a run already (run.toml); expected another folder, --resume to go on "
                    "with it, or --overwrite to replace it");
  check_fails(run(folder, "demo --out '" + out + "'"), "or --overwrite");
  check_fails(run(folder, "analyze '" + out + "' --data '" + data + "' --out '" + out + "'"),
              "holds a run already");
  CHECK(nn::read_file(out + "/model.safetensors") == before);
  const std::string report = "analyze '" + out + "' --data '" + data + "' --spectra 2 --out '" +
                             folder.file("report") + "'";
  CHECK(run(folder, report).code == 0);
  CHECK(run(folder, report).code == 0); // a report replaces a report
  check_fails(run(folder, train(data, folder.file("report"))), "filters.png");
  const Result again = run(folder, train(data, out, "--epochs 1 --overwrite"));
  CHECK(again.code == 0);
  CHECK(nn::read_file(out + "/model.safetensors") != before);
  CHECK(!has_leftovers(out));
  // Refused before anything is removed: the data are missing.
  check_fails(run(folder, train(folder.file("none.npy"), out, "--overwrite")), "none.npy");
  CHECK(fs::exists(out + "/model.safetensors"));
}

TEST_CASE("program: no output replaces an input") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("m");
  REQUIRE(run(folder, train(data, out, "--epochs 1")).code == 0);
  const std::string content = nn::read_file(data);
  const std::string of = " '" + out + "' --data '" + data + "' --out ";
  fs::create_symlink(data, folder.file("link.npy"));
  fs::create_hard_link(data, folder.file("hard.npy"));
  for (const std::string& same :
       {data, folder.file("link.npy"), folder.file("hard.npy"), folder.path() + "/./data.npy"})
    check_fails(run(folder, "encode" + of + "'" + same + "'"), "is what is read");
  CHECK(nn::read_file(data) == content);
  for (const char* name : {"codes", "codes.txt", "codes.png"})
    check_fails(run(folder, "encode" + of + "'" + folder.file(name) + "'"),
                "expected a name that ends in .npy or .csv");
  check_fails(run(folder, "sample" + of + "'" + folder.file("s.jpg") + "'"), "ends in .png");
  CHECK(run(folder, "encode" + of + "'" + folder.file("c.csv") + "'").code == 0);
  CHECK(run(folder, "encode" + of + "'" + folder.file("c.npy") + "'").code == 0);
  const Array<float> a = nn::read_numbers<float>(folder.file("c.csv")).values;
  const Array<float> b = nn::read_numbers<float>(folder.file("c.npy")).values;
  CHECK(a.shape() == Shape{240, 30});
  CHECK(std::equal(a.begin(), a.end(), b.begin()));
  CHECK(run(folder, "reconstruct" + of + "'" + folder.file("r.npy") + "' --count 3").code == 0);
  CHECK(nn::read_npy<float>(folder.file("r.npy")).shape() == Shape{3, 100});
}

TEST_CASE("program: interrupted, it leaves a model and a checkpoint to go on from") {
  const Folder folder;
  const std::string data = make_data(folder), whole = folder.file("whole");
  for (const bool stacked : {false, true}) {
    const std::string name = stacked ? "stacked" : "all";
    const std::string more =
        std::string("--seed 4 --threads 1 --epochs 60 --overwrite ") + (stacked ? "--stacked" : "");
    REQUIRE(run(folder, train(data, whole, more)).code == 0);
    const std::string expected = nn::read_file(whole + "/model.safetensors");
    for (const int signal : {SIGINT, SIGTERM}) {
      const std::string cut = folder.file(name + std::to_string(signal));
      const std::string log = cut + (stacked ? "/layer-1" : "") + "/metrics.csv";
      const Result cut_short = signalled(folder, train(data, cut, more), signal, [&] {
        return fs::exists(log) && nn::read_file(log).size() > 400; // some epochs
      });
      CAPTURE(cut_short.error);
      CHECK(cut_short.code == 128 + signal);
      CHECK(contains(cut_short.error, "go on with `cae train --resume " + cut + "`"));
      CHECK(run(folder,
                "encode '" + cut + "' --data '" + data + "' --out '" + folder.file("c.npy") + "'")
                .code == 0);
      CHECK(!has_leftovers(cut));
      const Result resumed = run(folder, "train --resume '" + cut + "'");
      CAPTURE(resumed.error);
      CHECK(resumed.code == 0);
      CHECK(nn::read_file(cut + "/model.safetensors") == expected);
    }
  }
}

TEST_CASE("program: two processes do not share a folder") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("m");
  const Folder elsewhere; // for what the second one prints
  Result second{};
  const Result first = signalled(folder, train(data, out, "--epochs 100000"), SIGINT, [&] {
    if (!fs::exists(out + "/metrics.csv"))
      return false;
    second = run(elsewhere, "train --resume '" + out + "'");
    return true;
  });
  CHECK(first.code == 130);
  CHECK(second.code == 1);
  CHECK(contains(second.error, "works in this folder"));
}

TEST_CASE("program: resuming asks for the same data, and an undamaged checkpoint") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("m");
  REQUIRE(run(folder, train(data, out, "--epochs 2")).code == 0);
  Array<float> x = nn::read_npy<float>(data);
  const Array<float> other = Array<float>::make(x.shape(), [&](float* to) {
    std::copy(x.begin(), x.end(), to);
    to[17] += 0.25F;
  });
  nn::write_npy(folder.file("other.npy"), other);
  check_fails(run(folder, "train --resume '" + out + "' --epochs 3 --data '" +
                              folder.file("other.npy") + "'"),
              "not the data that this run began with");
  fs::copy(data, folder.file("copy.npy"));
  CHECK(run(folder,
            "train --resume '" + out + "' --epochs 3 --data '" + folder.file("copy.npy") + "'")
            .code == 0);

  // Every byte of a checkpoint counts but for the blanks behind its header.
  const std::string path = out + "/checkpoint.safetensors";
  const std::string good = nn::read_file(path);
  Random random(7);
  for (int i = 0; i < 200; ++i) {
    std::string bad = good;
    const auto at = static_cast<std::size_t>(random.below(bad.size()));
    if (bad[at] == ' ')
      continue;
    bad[at] = static_cast<char>(bad[at] ^ (1 << random.below(8)));
    folder.put("bad.safetensors", bad);
    CAPTURE(at);
    bool accepted = true;
    try {
      static_cast<void>(nn::read_safetensors<float>(folder.file("bad.safetensors")));
    } catch (const FileError&) {
      accepted = false;
    }
    CHECK(!accepted);
  }

  // A checkpoint of the first edition knows nothing of scales, checksums and stacks.
  nn::Tensors<float> old = nn::read_safetensors<float>(path);
  auto settings = nlohmann::json::parse(old.metadata.at("settings"));
  for (const char* key : {"scale", "layout", "columns", "label-column", "header", "stacked",
                          "checksum", "output-bias"}) {
    settings.erase(key);
    old.metadata.erase(key);
  }
  for (const char* key : {"range", "scale-shift", "scale-divisor"})
    old.metadata.erase(key);
  old.metadata["settings"] = settings.dump();
  nn::write_safetensors(path, old);
  const Result first_edition = run(folder, "train --resume '" + out + "' --epochs 4");
  CAPTURE(first_edition.error);
  CHECK(first_edition.code == 0);
  CHECK(contains(first_edition.error, "resumed in epoch 4"));
  folder.put("m/checkpoint.safetensors", good);

  // Counters that cannot be, behind a checksum that is right.
  const auto with_epoch = [&](const std::string& epoch) {
    nn::Tensors<float> state = nn::read_safetensors<float>(path);
    std::string& training = state.metadata.at("training");
    const std::size_t at = training.find("\"epoch\":");
    training.replace(at + 8, training.find_first_of(",}", at) - at - 8, epoch);
    nn::write_safetensors(path, state);
    const Result result = run(folder, "train --resume '" + out + "'");
    folder.put("m/checkpoint.safetensors", good);
    return result;
  };
  for (const char* epoch : {"-1", "1e30", "1.7", "\"3\"", "null", "2"})
    check_fails(with_epoch(epoch), "checkpoint: ");
  CHECK(with_epoch("3").code == 0);
}
