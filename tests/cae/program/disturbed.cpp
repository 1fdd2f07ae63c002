#include <contractive/nn/file/hash.hpp>

#include "disturbed.hpp"
#include "support/environment.hpp"

#include <cstdlib>
#include <iostream>
#include <set>

using namespace contractive;
using namespace contractive::tests;
namespace fs = std::filesystem;

// A few faults of each kind. CONTRACTIVE_FAULTS=all lets every call fail in turn, CONTRACTIVE_KILLS
// is the number of kills at random moments, CONTRACTIVE_SEED that of all choices.
namespace {

bool all_faults() {
  const char* const value = std::getenv("CONTRACTIVE_FAULTS");
  return value && std::string(value) == "all";
}
std::uint64_t seed() { return number_from("CONTRACTIVE_SEED", 1); }

constexpr const char* model_options =
    " --data DATA --encoder 100-12:sigmoid --batch 50 --threads 1 ";
constexpr const char* stack_options =
    " --data DATA --encoder 100-12-6-3:sigmoid --stacked --epochs 1 --batch 50 --threads 1 ";
const Scenario& new_run() {
  static const Scenario scenario{"a new run", "",
                                 std::string("train --out OUT --epochs 2 --checkpoint-steps 3") +
                                     model_options};
  return scenario;
}

// Numbers of calls, from 1: all, or one call of every `step`-th name.
std::vector<std::size_t> chosen(const std::vector<Call>& calls, Random& random, std::size_t step) {
  std::map<std::string, std::vector<std::size_t>> by_name;
  for (std::size_t i = 0; i < calls.size(); ++i)
    by_name[all_faults() ? std::to_string(i) : calls[i].name].push_back(i + 1);
  std::vector<std::size_t> result;
  std::size_t i = random.below(step);
  for (const auto& [name, numbers] : by_name)
    if (all_faults() || i++ % step == 0)
      result.push_back(numbers[random.below(numbers.size())]);
  return result;
}

// A file that was only read, or flushed already, cannot be closed; or a lock that is free stays.
bool is_harmless(const Call& call) {
  return (call.name == "close" && !contains(call.path, ".part-")) ||
         (call.name == "unlink" && contains(call.path, ".lock"));
}

void check_calls(const std::vector<Call>& calls) {
  std::set<std::string> names;
  for (const Call& call : calls)
    names.insert(call.name);
  for (const char* name : {"close", "fchmod", "flock", "fsync", "ftruncate", "mkostemp", "open",
                           "read", "rename", "unlink", "write"})
    CHECK(names.count(name) == 1);
}

std::size_t fail_in_turn(const DisturbedRun& disturbed, Random& random) {
  const auto numbers = chosen(disturbed.calls(), random, 2);
  for (const std::size_t at : numbers) {
    const Call& call = disturbed.calls()[at - 1];
    CAPTURE(at);
    CAPTURE(call.name);
    CAPTURE(call.path);
    disturbed.reset();
    const Result result = disturbed.run_with({"error", at});
    if (is_harmless(call)) {
      CHECK(result.code == 0);
      disturbed.check_end();
    } else {
      check_explained(result, disturbed.folder().path());
      disturbed.check_files(Leftovers::no);
      disturbed.check_recovery();
    }
  }
  return numbers.size();
}

std::size_t kill_in_turn(const DisturbedRun& disturbed, Random& random) {
  const auto numbers = chosen(disturbed.calls(), random, 4);
  for (const std::size_t at : numbers) {
    CAPTURE(at);
    disturbed.reset();
    CHECK(disturbed.run_with({"kill", at}).code == 128 + SIGKILL);
    disturbed.check_files(Leftovers::may_be);
    disturbed.check_recovery();
  }
  return numbers.size();
}

// Each run is killed again and again until one comes to its end. Returns how many did.
std::size_t kill_at_random(const DisturbedRun& disturbed, Random& random, std::size_t kills) {
  std::size_t ends = 1;
  disturbed.reset();
  std::string command = disturbed.command();
  for (std::size_t done = 0, tries = 0; done < kills; ++tries) {
    REQUIRE(tries < 100 + 20 * kills);
    const pid_t child = start(disturbed.folder(), command);
    std::this_thread::sleep_for(
        std::chrono::duration<double>(random.uniform() * disturbed.seconds()));
    kill(child, SIGKILL);
    const Result result = finish(disturbed.folder(), child);
    CAPTURE(result.error);
    if (result.code == 0) { // before the signal came
      disturbed.check_end();
      disturbed.reset();
      command = disturbed.command();
      ++ends;
    } else {
      REQUIRE(result.code == 128 + SIGKILL);
      disturbed.check_files(Leftovers::may_be);
      command = disturbed.next_command();
      ++done;
    }
  }
  disturbed.check_recovery();
  return ends;
}

void fill_disk(const DisturbedRun& disturbed, Random& random) {
  const std::size_t late = 1 + random.below(disturbed.calls().size() * 2 / 3);
  for (const Fault& fault : {Fault{"full", late}, Fault{"read-only", 1}}) {
    CAPTURE(fault.kind);
    CAPTURE(fault.at);
    disturbed.reset();
    check_explained(disturbed.run_with(fault), disturbed.folder().path());
    disturbed.check_files(Leftovers::no);
    disturbed.check_recovery();
  }
}

void slow_down(const DisturbedRun& disturbed) {
  for (const std::string kind : {"short", "interrupted"}) {
    CAPTURE(kind);
    disturbed.reset();
    const Result result = disturbed.run_with({kind});
    CAPTURE(result.error);
    CHECK(result.code == 0);
    disturbed.check_end();
  }
}

void disturb(const Scenario& scenario) {
  Random random(nn::fnv1a(scenario.name, seed()));
  const DisturbedRun disturbed(scenario);
  const std::size_t kills = number_from("CONTRACTIVE_KILLS", 8) / 4; // of four scenarios
  check_calls(disturbed.calls());
  const std::size_t failed = fail_in_turn(disturbed, random);
  const std::size_t killed = kill_in_turn(disturbed, random);
  const std::size_t ends = kill_at_random(disturbed, random, kills);
  fill_disk(disturbed, random);
  slow_down(disturbed);
  std::cout << "summary: " << scenario.name << ", " << disturbed.calls().size()
            << " calls: " << failed << " failed, killed before " << killed << " and at " << kills
            << " random moments of " << ends << " runs; seed " << seed() << std::endl;
}

} // namespace

TEST_CASE("program: faults on files, a new run") { disturb(new_run()); }

TEST_CASE("program: faults on files, a run that goes on") {
  disturb({"a run that goes on", std::string("train --out OUT --epochs 1") + model_options,
           "train --resume OUT --epochs 3"});
}

TEST_CASE("program: faults on files, a run layer by layer") {
  disturb({"a run layer by layer", "", std::string("train --out OUT") + stack_options});
}

TEST_CASE("program: faults on files, a run in the place of another") {
  disturb({"a run in the place of another", std::string("train --out OUT --seed 9") + stack_options,
           std::string("train --overwrite --out OUT") + stack_options});
}

TEST_CASE("program: a run without a checkpoint says how to begin it again") {
  const DisturbedRun disturbed(new_run());
  const auto& calls = disturbed.calls();
  const auto first = std::find_if(calls.begin(), calls.end(), [](const Call& call) {
    return call.name == "rename" && contains(call.path, "checkpoint");
  });
  disturbed.reset();
  CHECK(disturbed.run_with({"kill", static_cast<std::size_t>(first - calls.begin()) + 1}).code ==
        128 + SIGKILL);
  check_fails(run(disturbed.folder(), "train --resume '" + disturbed.out() + "'"),
              "holds no checkpoint; expected one: a run that was stopped before its first is begun "
              "again, with --overwrite");
  disturbed.check_recovery();
}

TEST_CASE("program: data that changed while a run lay killed are refused by name") {
  const DisturbedRun disturbed(new_run());
  const std::string good = nn::read_file(disturbed.data());
  const auto damaged = [&](std::size_t at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    return bytes;
  };
  const auto zeros = [](const Shape& shape) {
    const Folder folder;
    nn::write_npy(folder.file("zeros.npy"),
                  Array<float>(shape, std::vector<float>(shape.elements())));
    return folder.get("zeros.npy");
  };
  disturbed.reset();
  CHECK(disturbed.run_with({"kill", disturbed.calls().size() / 2}).code == 128 + SIGKILL);
  const auto begun = disturbed.contents();
  for (const std::string& bad :
       {std::string(), good.substr(0, good.size() / 2), good.substr(0, good.size() - 1),
        damaged(good.size() / 2), zeros({240, 10, 10}), zeros({240, 9, 10}), zeros({120, 10, 10}),
        zeros({20, 10, 10}), zeros({480, 50})}) {
    CAPTURE(bad.size());
    std::ofstream(disturbed.data(), std::ios::binary) << bad;
    check_fails(run(disturbed.folder(), "train --resume '" + disturbed.out() + "'"),
                disturbed.data());
    disturbed.check_files(Leftovers::no);
    CHECK(disturbed.contents() == begun);
  }
  fs::remove(disturbed.data());
  check_fails(run(disturbed.folder(), "train --resume '" + disturbed.out() + "'"),
              disturbed.data());
  std::ofstream(disturbed.data(), std::ios::binary) << good;
  disturbed.check_recovery();
}

TEST_CASE("program: whatever call fails, what was made from a model before is as it was") {
  Random random(seed());
  const DisturbedRun disturbed(new_run());
  const Folder& folder = disturbed.folder();
  disturbed.reset();
  disturbed.check_recovery();
  for (const char* command : {"encode", "reconstruct", "sample"}) {
    CAPTURE(command);
    const std::string out = folder.file(command) + (command[0] == 'e' ? "/a.npy" : "/a.png");
    const std::string arguments = std::string(command) + " '" + disturbed.out() + "' --data '" +
                                  disturbed.data() + "' --out '" + out + "'";
    const std::string log = folder.file(std::string(command) + ".log");
    fs::create_directories(folder.file(command));
    REQUIRE(run(folder, arguments, with({"none"}, folder.file(command), log)).code == 0);
    const std::string good = nn::read_file(out);
    for (const std::size_t at : chosen(read_calls(log), random, 2)) {
      const Call call = read_calls(log)[at - 1];
      CAPTURE(call.name);
      std::ofstream(out, std::ios::binary) << "earlier";
      const Result result = run(folder, arguments, with({"error", at}, folder.file(command)));
      if (is_harmless(call))
        CHECK(result.code == 0);
      else
        check_explained(result, out);
      const std::string now = nn::read_file(out);
      CHECK((now == good || (result.code != 0 && now == "earlier")));
      CHECK(std::distance(fs::directory_iterator(folder.file(command)), {}) == 1);
    }
  }
}
