#include <contractive/nn/file/lock.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"

#include <csignal>
#include <doctest/doctest.h>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace contractive::tests {

TEST_CASE("lock: a folder has one owner, who is named") {
  const Folder folder;
  const std::string path = folder.file("run");
  const auto take = [&] { return message<FileError>([&] { return nn::FolderLock(path), 0; }); };
  {
    const nn::FolderLock lock(path); // makes the folder
    CHECK(take().find(path + ": process " + std::to_string(getpid()) + " on ") == 0);
    CHECK(take().find("works in this folder") != std::string::npos);
  }
  CHECK(take() == "no error");
  CHECK(!std::filesystem::exists(path + "/.lock"));
}

TEST_CASE("lock: that of a killed process is taken over, with what it left behind") {
  const Folder folder;
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const nn::FolderLock lock(folder.path());
    const char done = '1';
    if (write(ready[1], &done, 1) == 1)
      pause();
    _exit(1);
  }
  char done = 0;
  REQUIRE(read(ready[0], &done, 1) == 1);
  CHECK(message<FileError>([&] {
          return nn::FolderLock(folder.path()), 0;
        }).find("process " + std::to_string(child)) != std::string::npos);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(std::filesystem::exists(folder.file(".lock")));
  folder.put("checkpoint.safetensors.part-Ab12Cd", "half");
  folder.put("notes.part-two", "the user's own");
  const nn::FolderLock lock(folder.path());
  CHECK(!std::filesystem::exists(folder.file("checkpoint.safetensors.part-Ab12Cd")));
  CHECK(std::filesystem::exists(folder.file("notes.part-two")));
}

} // namespace contractive::tests
