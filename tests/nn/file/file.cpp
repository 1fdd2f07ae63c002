#include <contractive/nn/file/file.hpp>

#include "support/folder.hpp"
#include "support/message.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace contractive::tests {

TEST_CASE("file: what never ends is refused") {
  const Folder folder;
  const std::string pipe = folder.file("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& path : {pipe, std::string("/dev/zero")})
    CHECK(message<FileError>([&] { return nn::read_file(path); }).find("no regular file") !=
          std::string::npos);
}

TEST_CASE("file: a temporary file is new, follows no link and is gone afterwards") {
  const Folder folder;
  const std::string victim = folder.put("victim", "precious"), target = folder.file("target");
  REQUIRE(symlink(victim.c_str(), (target + ".part").c_str()) == 0); // the first edition's name
  REQUIRE(symlink(victim.c_str(), target.c_str()) == 0);
  nn::write_file(target, "new"); // replaces the link, not what it leads to
  CHECK(folder.get("victim") == "precious");
  CHECK(folder.get("target") == "new");
  CHECK(folder.size() == 3);
  struct stat status {};
  REQUIRE(stat(target.c_str(), &status) == 0);
  const mode_t mask = umask(022);
  umask(mask);
  CHECK((status.st_mode & 0777) == (0666 & ~mask));
}

TEST_CASE("file: an error leaves what was there, and nothing else") {
  const Folder folder;
  std::filesystem::create_directory(folder.file("taken"));
  folder.put("taken/inside", "x");
  CHECK(message<FileError>([&] {
          nn::write_file(folder.file("taken"), "new");
          return 0;
        }).find("what was there before is untouched") != std::string::npos);
  CHECK(folder.size() == 1);
  CHECK(message<FileError>([&] {
          nn::write_file(folder.file("nowhere/x"), "new");
          return 0;
        }).find("cannot be written") != std::string::npos);
}

TEST_CASE("file: an error names the file once") {
  const auto thrown = [](const auto& error) {
    return message<FileError>([&] { return nn::naming("f", [&]() -> int { throw error; }); });
  };
  CHECK(thrown(Error("why")) == "f: why");
  CHECK(thrown(FileError("g: why")) == "g: why");
}

} // namespace contractive::tests
