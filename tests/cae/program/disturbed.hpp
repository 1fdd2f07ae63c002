#pragma once

#include <contractive/cae/training/trainer.hpp>
#include <contractive/nn/file/safetensors.hpp>

#include "support.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <vector>

/// Runs of `cae train` whose calls on files fail, or that are killed, and what must hold then.
namespace contractive::tests {

/// What failing_calls.cpp does to a process, from the `at`-th call on.
struct Fault {
  std::string kind;
  std::size_t at = 1;
};

/// A call on a file, as failing_calls.cpp logs it.
struct Call {
  std::string name, path;
};

inline std::vector<Call> read_calls(const std::string& log) {
  std::vector<Call> calls;
  std::istringstream lines(nn::read_file(log));
  for (Call call; lines >> call.name >> call.path;)
    calls.push_back(call);
  return calls;
}

// The start of a command that has this fault with files below `watched`.
inline std::string with(const Fault& fault, const std::string& watched,
                        const std::string& log = "") {
  return "export ASAN_OPTIONS=\"$ASAN_OPTIONS:verify_asan_link_order=0\" FAULT_BELOW='" + watched +
         "' FAULT=" + fault.kind + " FAULT_AT=" + std::to_string(fault.at) + " FAULT_LOG='" + log +
         "' LD_PRELOAD='" + FAILING_CALLS + "'; ";
}

// Exit code 1, and one line "cae: ..." that names a file in this folder and one of the causes.
inline void check_explained(const Result& result, const std::string& folder) {
  CAPTURE(result.error);
  CHECK(result.code == 1);
  std::vector<std::string> errors{""};
  std::istringstream lines(result.error);
  for (std::string line; std::getline(lines, line);)
    if (line.rfind("cae: ", 0) == 0 && line.rfind("cae: note: ", 0) != 0)
      errors.push_back(line);
  CHECK(errors.size() == 2);
  CHECK(contains(errors.back(), folder));
  const auto is_named = [&](const char* cause) { return contains(errors.back(), cause); };
  const char* const causes[] = {"No space left on device", "Input/output error",
                                "Read-only file system", "Operation not permitted",
                                "No locks available"};
  CHECK(std::any_of(std::begin(causes), std::end(causes), is_named));
}

/// Whether files that are not whole may lie there: those of a process that was killed.
enum class Leftovers { no, may_be };

/// What a run of `cae train` begins with, and what disturbs it. In both, OUT and DATA are its
/// paths.
struct Scenario {
  std::string name, before, command;
};

class DisturbedRun {
public:
  explicit DisturbedRun(const Scenario& scenario)
      : watched_(folder_.file("watched")), out_(watched_ + "/model"), data_(watched_ + "/data.npy"),
        command_(scenario.command), fresh_(scenario.before.empty()) {
    std::filesystem::create_directories(watched_);
    std::filesystem::rename(make_data(folder_), data_);
    if (!fresh_) {
      REQUIRE(run(folder_, filled_in(scenario.before)).code == 0);
      std::filesystem::copy(out_, folder_.file("before"), recursive);
    }
    const std::string log = folder_.file("log");
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(run(folder_, filled_in(command_), with({"none"}, watched_, log)).code == 0);
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    calls_ = read_calls(log);
    std::filesystem::rename(out_, folder_.file("after"));
  }

  /// The calls on files of the undisturbed run, and how long it took.
  const std::vector<Call>& calls() const { return calls_; }
  double seconds() const { return seconds_; }
  std::string command() const { return filled_in(command_); }
  const std::string& out() const { return out_; }
  const std::string& data() const { return data_; }
  const Folder& folder() const { return folder_; }

  /// The folder as it was before.
  void reset() const {
    std::filesystem::remove_all(out_);
    if (!fresh_)
      std::filesystem::copy(folder_.file("before"), out_, recursive);
  }

  Result run_with(const Fault& fault) const {
    return run(folder_, filled_in(command_), with(fault, watched_));
  }

  /// What somebody does next: goes on, or begins again where there is nothing to go on from.
  std::string next_command() const {
    using std::filesystem::exists;
    const bool begun = exists(out_ + "/checkpoint.safetensors") ||
                       exists(out_ + "/layer-1/checkpoint.safetensors");
    if (contains(command_, "--resume") || contains(command_, "--overwrite"))
      return filled_in(command_);
    return filled_in(begun ? "train --resume OUT" : command_ + " --overwrite");
  }

  /// Each file there is whole: what cannot differ is as it was before or after an undisturbed run.
  void check_files(Leftovers leftovers) const {
    if (!std::filesystem::exists(out_))
      return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(out_)) {
      const std::string path = entry.path().string(), name = entry.path().filename().string();
      CAPTURE(path);
      if (contains(name, ".part-"))
        CHECK(leftovers == Leftovers::may_be);
      else if (name == "checkpoint.safetensors") // which knows how many seconds it took
        CHECK(nn::read_safetensors<float>(path).metadata.count("settings") == 1);
      else if (name == "metrics.csv")
        check_log(path);
      else if (entry.is_regular_file() && name != ".lock")
        CHECK((is_as(path, "before") || is_as(path, "after")));
    }
  }

  /// Goes on to the end, which must be that of the undisturbed run.
  void check_recovery() const {
    const Result result = run(folder_, next_command());
    CAPTURE(result.error);
    REQUIRE(result.code == 0);
    check_end();
  }

  void check_end() const {
    check_files(Leftovers::no);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.file("after"))) {
      const std::string path = out_ + entry.path().string().substr(folder_.file("after").size());
      CAPTURE(path);
      REQUIRE(std::filesystem::exists(path));
      if (entry.path().filename() == "metrics.csv")
        CHECK(check_log(path) == check_log(entry.path().string()));
    }
    CHECK(is_as(out_ + "/model.safetensors", "after"));
  }

  /// Names and bytes of the run's files, without locks and what is not whole.
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(out_))
      if (const std::string name = entry.path().filename().string();
          entry.is_regular_file() && name != ".lock" && !contains(name, ".part-"))
        result[entry.path().string()] = nn::read_file(entry.path().string());
    return result;
  }

private:
  static constexpr auto recursive = std::filesystem::copy_options::recursive;

  std::string filled_in(std::string command) const {
    for (const auto& [name, path] : {std::pair{"OUT", out_}, {"DATA", data_}})
      if (const std::size_t at = command.find(name); at != std::string::npos)
        command.replace(at, std::string(name).size(), "'" + path + "'");
    return command;
  }

  bool is_as(const std::string& path, const char* when) const {
    const std::string other = folder_.file(when) + path.substr(out_.size());
    return std::filesystem::exists(other) && nn::read_file(path) == nn::read_file(other);
  }

  // One line for each epoch; returns their number.
  static std::size_t check_log(const std::string& path) {
    const auto log = cae::read_log(path);
    const auto epochs = log.find("epoch");
    const std::size_t n = epochs == log.end() ? 0 : epochs->second.size();
    for (std::size_t i = 0; i < n; ++i)
      CHECK(epochs->second[i] == static_cast<double>(i + 1));
    return n;
  }

  const Folder folder_;
  std::string watched_, out_, data_, command_;
  bool fresh_;
  double seconds_ = 0;
  std::vector<Call> calls_;
};

} // namespace contractive::tests
