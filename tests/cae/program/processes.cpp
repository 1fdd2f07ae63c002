#include "cae/program/support.hpp"

#include <algorithm>
#include <fstream>

/// The program on several processes, as mpirun starts them.
namespace contractive::tests {
namespace {

namespace fs = std::filesystem;

// In the environment of CMakeLists.txt's CONTRACTIVE_AS_ROOT.
constexpr const char* mpirun = "export " AS_ROOT "; exec '" MPIRUN "' ";
const std::string cae = std::string(" '") + CAE_PROGRAM + "' ";

Result together(const Folder& folder, int count, const std::string& arguments) {
  return finish(folder,
                start_command(folder, mpirun + ("-n " + std::to_string(count)) + cae + arguments));
}

// What a run leaves, but for the times that it took.
std::string left_in(const std::string& out) {
  std::string text = nn::read_file(out + "/model.safetensors");
  std::istringstream lines(nn::read_file(out + "/metrics.csv"));
  for (std::string line; std::getline(lines, line);)
    text += line.substr(0, line.rfind(','));
  return text;
}

// One line of ours, among what mpirun has to say.
void check_ends(const Result& result, const std::string& line) {
  CAPTURE(result.error);
  CHECK(result.code != 0);
  const std::string text = "\n" + result.error;
  const std::size_t at = text.find("\ncae: ");
  REQUIRE(at != std::string::npos);
  CHECK(text.find("\ncae: ", at + 1) == std::string::npos);
  CHECK(text.substr(at + 6, text.find('\n', at + 1) - at - 6).find(line) != std::string::npos);
}

// The process that mpirun started last.
pid_t rank_one_of(pid_t mpi) {
  const std::string id = std::to_string(mpi);
  std::ifstream children("/proc/" + id + "/task/" + id + "/children");
  pid_t last = 0;
  for (pid_t child = 0; children >> child;)
    last = child;
  REQUIRE(last > 0);
  return last;
}

std::size_t lines_of(const std::string& path) {
  std::ifstream file(path);
  return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
}

} // namespace

TEST_CASE("processes: cae train leaves the same on any number of them") {
  const Folder folder;
  const std::string data = make_data(folder),
                    options = " --epochs 2 --parts 3 --threads 1 --corruption 'masking(0.1)'";
  REQUIRE(run(folder, train(data, folder.file("alone"), options)).code == 0);
  for (const int count : {1, 2, 4}) {
    const std::string out = folder.file("m" + std::to_string(count));
    const Result result = together(folder, count, train(data, out, options));
    CAPTURE(result.error);
    REQUIRE(result.code == 0);
    CHECK(left_in(out) == left_in(folder.file("alone")));
    if (count > 1)
      CHECK(contains(result.error,
                     " in each of " + std::to_string(count) + " processes, batches in 3 parts"));
  }
  // From the disk, layer after layer, and in as many parts as there are processes.
  const auto layers = [&](const char* out) {
    return "train --encoder 100-20-10:sigmoid --stacked --epochs 2 --threads 1 --data '" + data +
           "' --memory 0 --out '" + folder.file(out) + "'";
  };
  REQUIRE(run(folder, layers("s1") + " --parts 2").code == 0);
  const Result result = together(folder, 2, layers("s2"));
  CAPTURE(result.error);
  REQUIRE(result.code == 0);
  CHECK(nn::read_file(folder.file("s1/model.safetensors")) ==
        nn::read_file(folder.file("s2/model.safetensors")));
}

TEST_CASE("processes: a term of the whole batch is refused by name, before anything is trained") {
  const Folder folder;
  const std::string data = make_data(folder), out = folder.file("m");
  const std::string sparse = train(data, out, "--epochs 1 --terms 'sparse(0.1, 0.05)'");
  check_ends(together(folder, 2, sparse),
             "training: term 'sparse' is of a batch as a whole, and batches are cut into 2 parts; "
             "expected 1 (--parts 1)");
  CHECK(together(folder, 2, sparse + " --parts 1 --overwrite").code == 0);
}

TEST_CASE("processes: stopped or killed, a run goes on with the same bits on another number") {
  const Folder folder;
  const std::string data = make_data(folder),
                    options = " --epochs 60 --parts 2 --threads 1 --checkpoint-steps 7";
  REQUIRE(run(folder, train(data, folder.file("whole"), options)).code == 0);
  for (const int signal : {SIGTERM, SIGKILL}) { // each to rank 1 alone
    CAPTURE(signal);
    const std::string out = folder.file(signal == SIGTERM ? "stopped" : "killed");
    // Some seconds, not one, before mpirun kills the one that is left: on a busy machine, too, it
    // has then said what it waits for.
    const pid_t child =
        start_command(folder, mpirun + std::string("-mca odls_base_sigkill_timeout 3 -n 2") + cae +
                                  train(data, out, options));
    const Result ended = signalled(folder, child, 0, [&] {
      const bool some = lines_of(out + "/metrics.csv") > 4;
      return some && kill(rank_one_of(child), signal) == 0;
    });
    CAPTURE(ended.error);
    CHECK(ended.code != 0);
    if (signal == SIGTERM)
      CHECK(contains(ended.error, "cae: stopped; the model so far and a checkpoint are in"));
    else
      check_ends(ended, "stopped while rank 1 did not answer: it may be lost");
    const Result resumed =
        together(folder, signal == SIGTERM ? 3 : 1, "train --resume '" + out + "'");
    CAPTURE(resumed.error);
    CHECK(resumed.code == 0);
    CHECK(left_in(out) == left_in(folder.file("whole")));
  }
}

TEST_CASE("processes: what one of them cannot do ends all, and one line says which and why") {
  const Folder folder;
  const std::string data = make_data(folder), here = folder.path();
  fs::create_directories(folder.file("a"));
  fs::create_directories(folder.file("b"));
  fs::copy(data, folder.file("a/data.npy"));
  // Rank 1 looks for the data in another folder.
  const auto apart = [&](const std::string& out) {
    return finish(folder, start_command(folder, mpirun + ("-n 1 -wdir '" + here) + "/a'" + cae +
                                                    train("/proc/self/cwd/data.npy", out) +
                                                    " : -n 1 -wdir '" + here + "/b'" + cae));
  };
  check_ends(apart(folder.file("m1")), ": /proc/self/cwd/data.npy: No such file or directory");
  const Array<float> x = nn::read_npy<float>(data);
  nn::write_npy(folder.file("b/data.npy"), Array<float>::make(x.shape(), [&](float* out) {
                  std::copy(x.begin(), x.end(), out);
                  out[77] = 0.5F;
                }));
  const Result differs = apart(folder.file("m2"));
  check_ends(differs, "not the data that this run began with");
  check_ends(differs, "rank 1 on ");
  check_ends(
      finish(folder, start_command(folder, mpirun + std::string("-n 1") + cae +
                                               train(data, folder.file("m3")) +
                                               " : -n 1 -x OPENBLAS_CORETYPE=Nehalem" + cae)),
      "OpenBLAS computes for the processor Nehalem");
  // A disk that is full when rank 0 writes its checkpoint: of 8 MB, where one takes 24.
  const std::string large = "train --encoder 100-20000:sigmoid --epochs 9 --lambda 0 --data '" +
                            data + "' --out '" + folder.file("m4") + "'";
  check_ends(
      finish(folder,
             start_command(folder, mpirun + std::string("-n 1 sh -c \"ulimit -f 16384; exec ") +
                                       CAE_PROGRAM + " " + large + "\" : -n 1" + cae)),
      "cannot be written: File too large");
  // What all of them find at once is said once.
  check_ends(
      together(folder, 3,
               train(data, folder.file("m6"),
                     "--epochs 3 --loss squared-error --optimiser sgd --learning-rate 1e20")),
      "expected a finite number");
  // And what rank 0 finds before it hands anything out.
  check_ends(together(folder, 2,
                      "train --data '" + data + "' --out '" + folder.file("m5") +
                          "' --encoder 99-30:sigmoid"),
             "99");
}

TEST_CASE("processes: cae compare shares its runs out, for the same table") {
  const Folder folder;
  make_idx_folder(folder);
  const std::string file = folder.put(
      "e.toml",
      "seeds = [1, 2]\n[data]\npath = '" + folder.file("idx") +
          "'\ntraining = 60\nvalidation = 30\ntest = 30\n[pretraining]\nencoder = '54-8:sigmoid'\n"
          "epochs = 2\nbatch = 10\n[classifier]\nepochs = 2\nbatch = 10\n[[variant]]\nname = "
          "'CAE'\n"
          "pretraining.terms = ['contractive(0.1)', 'contractive(0.3)']\n[[variant]]\nname = "
          "'wide'\n"
          "pretraining.encoder = '54-16:sigmoid'\n");
  const auto arguments = [&](const char* out) {
    return "compare '" + file + "' --out '" + folder.file(out) + "'";
  };
  REQUIRE(run(folder, arguments("alone")).code == 0);
  const Result result = together(folder, 3, arguments("all"));
  CAPTURE(result.error);
  REQUIRE(result.code == 0);
  CHECK(contains(result.error, "5/5"));
  CHECK(nn::read_file(folder.file("all/table.md")) == nn::read_file(folder.file("alone/table.md")));
  check_ends(together(folder, 2, arguments("all") + " --jobs 2"),
             "--jobs 2 in each of 2 processes");
}

} // namespace contractive::tests
