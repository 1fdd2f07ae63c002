#include <contractive/nn/file/lock.hpp>

#include <contractive/nn/file/file.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace contractive::nn {
namespace {

namespace fs = std::filesystem;

std::string this_process() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return detail::text("process ", getpid(), " on ", host.data());
}

// Whether the file that is open is still the one of this name: its owner removes it at the end.
bool is_current(int file, const std::string& path) {
  struct stat here {
  }, there{};
  return fstat(file, &here) == 0 && stat(path.c_str(), &there) == 0 && here.st_ino == there.st_ino;
}

// Half a name is better than no lock; errno says what else is wrong.
bool put_name(int file) {
  const std::string owner = this_process();
  if (ftruncate(file, 0) != 0)
    return false;
  ssize_t wrote = 0;
  do
    wrote = write(file, owner.data(), owner.size());
  while (wrote < 0 && errno == EINTR);
  return wrote >= 0;
}

} // namespace

FolderLock::FolderLock(const std::string& folder) : path_(folder + "/.lock") {
  make_folder(folder);
  do {
    if (file_ >= 0)
      close(file_);
    file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (file_ < 0)
      throw FileError(folder, ": cannot be written to: ", std::strerror(errno));
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
      if (const int reason = errno; reason != EWOULDBLOCK) {
        close(file_);
        throw FileError(path_, ": cannot be locked: ", std::strerror(reason));
      }
      std::array<char, 300> owner{};
      const ssize_t got = read(file_, owner.data(), owner.size() - 1);
      close(file_);
      throw FileError(folder, ": ", got > 0 ? owner.data() : "another process",
                      " works in this folder; expected to have it alone: wait for it, or take "
                      "another folder");
    }
  } while (!is_current(file_, path_));
  if (!put_name(file_)) {
    const int reason = errno;
    unlink(path_.c_str());
    close(file_);
    throw FileError(path_, ": cannot be written: ", std::strerror(reason));
  }
  remove_leftovers(folder);
}

FolderLock::~FolderLock() {
  unlink(path_.c_str());
  close(file_);
}

} // namespace contractive::nn
