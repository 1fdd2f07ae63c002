#pragma once

#include <contractive/autodiff/array/random.hpp>
#include <contractive/nn/data/npy.hpp>
#include <contractive/nn/file/file.hpp>

#include "support/binary.hpp"
#include "support/folder.hpp"

#include <chrono>
#include <cmath>
#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

/// Runs of the program as people start it, and data for them.
namespace contractive::tests {

struct Result {
  int code;
  std::string out, error;
};

// Starts a shell's command, whose output goes to the folder.
inline pid_t start_command(const Folder& folder, const std::string& command) {
  const std::string whole =
      command + " >'" + folder.file("stdout") + "' 2>'" + folder.file("stderr") + "'";
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", whole.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  REQUIRE(child > 0);
  return child;
}

// Starts the program, `before` in front of it in a shell that becomes it.
inline pid_t start(const Folder& folder, const std::string& arguments,
                   const std::string& before = "") {
  return start_command(folder, before + "exec '" + CAE_PROGRAM + "' " + arguments);
}

// Waits for its end. The code of a process that a signal ended is 128 and the signal, as in a
// shell.
inline Result finish(const Folder& folder, pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), folder.get("stdout"),
          folder.get("stderr")};
}

inline Result run(const Folder& folder, const std::string& arguments,
                  const std::string& before = "") {
  return finish(folder, start(folder, arguments, before));
}

// Sends it a signal once `ready` holds, if it is still running.
template <class Ready>
Result signalled(const Folder& folder, pid_t child, int signal, const Ready& ready) {
  const auto is_running = [&] {
    siginfo_t end{};
    waitid(P_PID, static_cast<id_t>(child), &end, WEXITED | WNOHANG | WNOWAIT);
    return end.si_pid == 0;
  };
  while (!ready() && is_running())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(child, signal);
  return finish(folder, child);
}
template <class Ready>
Result signalled(const Folder& folder, const std::string& arguments, int signal,
                 const Ready& ready) {
  return signalled(folder, start(folder, arguments), signal, ready);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// One line "cae: ..." with this part, and exit code 1.
inline void check_fails(const Result& result, const std::string& part) {
  CAPTURE(result.error);
  CHECK(result.code == 1);
  CHECK(result.error.rfind("cae: ", 0) == 0);
  CHECK(result.error.find('\n') == result.error.size() - 1);
  CHECK(contains(result.error, part));
}

// Small smooth pictures, 10 x 10.
inline std::string make_data(const Folder& folder) {
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

inline std::string train(const std::string& data, const std::string& out,
                         const std::string& more = "--epochs 3") {
  return "train --data '" + data + "' --encoder 100-30:sigmoid --batch 10 --out '" + out + "' " +
         more;
}

inline void write_idx(const std::string& path, unsigned char magic, std::size_t bytes) {
  std::string content{'\0', '\0', static_cast<char>(magic), '\3'};
  for (const char length : {'\2', '\4', '\4'})
    content += std::string(3, '\0') + length;
  nn::write_file(path, content + std::string(bytes, '\1'));
}

// 120 + 30 images, 6 x 9, of two classes.
inline std::string make_idx_folder(const Folder& folder) {
  const std::string path = folder.file("idx");
  std::filesystem::create_directories(path);
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

} // namespace contractive::tests
