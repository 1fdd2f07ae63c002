#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Preloaded into a program, this lets its calls on files go wrong. The environment says which:
//   FAULT_BELOW  the folder: calls on what lies below it are counted, others are left alone
//   FAULT_AT     the number of the call, from 1
//   FAULT        what happens. At this call: it fails (error), or the process is killed before it
//                (kill). From this call on: the disk is full (full), nothing can be made or
//                replaced (read-only), half of what was asked for is read or written (short), every
//                other write, flush and close is interrupted (interrupted)
//   FAULT_LOG    a file that gets a line for each call that was counted: its name and the file's
namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

struct Faults {
  std::string below = variable("FAULT_BELOW"), kind = variable("FAULT"),
              log = variable("FAULT_LOG");
  unsigned long at = std::strtoul(variable("FAULT_AT").c_str(), nullptr, 10);
  std::atomic<unsigned long> calls{0};
  std::atomic<bool> interrupted{false};
};

Faults& faults() {
  static Faults all; // the first calls may come before this library's own start
  return all;
}

void write_log(const std::string& line) { // by calls that are not caught here
  const std::string& path = faults().log;
  const auto file = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600));
  syscall(SYS_write, file, line.data(), line.size());
  syscall(SYS_close, file);
}

std::string path_of(int file) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t length = readlink(link.c_str(), path, sizeof path);
  return {path, length > 0 ? static_cast<std::size_t>(length) : 0};
}

class Call {
public:
  Call(const char* name, const std::string& path) : name_(name) {
    Faults& all = faults();
    if (all.below.empty() || path.rfind(all.below, 0) != 0)
      return;
    if (!all.log.empty())
      write_log(std::string(name) + " " + path + "\n");
    const unsigned long number = ++all.calls;
    at_ = number == all.at;
    from_ = number >= all.at;
  }

  // Whether it fails, and errno says why: `usual`, unless it is interrupted.
  bool fails(int usual) const {
    Faults& all = faults();
    if (at_ && all.kind == "kill")
      kill(getpid(), SIGKILL);
    const bool waits = name_ == "write" || name_ == "fsync" || name_ == "close";
    if (from_ && waits && all.kind == "interrupted" && (all.interrupted = !all.interrupted)) {
      errno = EINTR;
      return true;
    }
    const bool failed = (at_ && all.kind == "error") ||
                        (from_ && all.kind == "full" && usual == ENOSPC) ||
                        (from_ && all.kind == "read-only" && usual == EROFS);
    if (failed)
      errno = usual;
    return failed;
  }

  std::size_t length(std::size_t asked) const {
    return from_ && faults().kind == "short" ? (asked + 1) / 2 : asked;
  }

private:
  std::string_view name_;
  bool at_ = false, from_ = false;
};

// The function of this name that would be called without this library.
template <class F> F* next(F*, const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

template <class... P>
int call(int (*function)(P...), const char* name, int usual, const std::string& path,
         P... arguments) {
  return Call(name, path).fails(usual) ? -1 : next(function, name)(arguments...);
}

} // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  const bool changes = (flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0;
  return Call("open", path).fails(changes ? EROFS : EIO) ? -1
                                                         : next(open, "open")(path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open"))); // on 64 bits

ssize_t read(int file, void* to, size_t bytes) {
  const Call call("read", path_of(file));
  return call.fails(EIO) ? -1 : next(read, "read")(file, to, call.length(bytes));
}

ssize_t write(int file, const void* from, size_t bytes) {
  const Call call("write", path_of(file));
  return call.fails(ENOSPC) ? -1 : next(write, "write")(file, from, call.length(bytes));
}

int close(int file) {
  const bool failed = Call("close", path_of(file)).fails(EIO);
  const int error = errno, result = next(close, "close")(file); // closed in any case, as on Linux
  errno = failed ? error : errno;
  return failed ? -1 : result;
}

int fsync(int file) { return call(fsync, "fsync", EIO, path_of(file), file); }
int mkostemp(char* path, int flags) { return call(mkostemp, "mkostemp", EROFS, path, path, flags); }
int ftruncate(int file, off_t size) noexcept {
  return call(ftruncate, "ftruncate", EIO, path_of(file), file, size);
}
int fchmod(int file, mode_t mode) noexcept {
  return call(fchmod, "fchmod", EPERM, path_of(file), file, mode);
}
int flock(int file, int operation) noexcept {
  return call(flock, "flock", ENOLCK, path_of(file), file, operation);
}
int unlink(const char* path) noexcept { return call(unlink, "unlink", EPERM, path, path); }
int remove(const char* path) noexcept { return call(remove, "remove", EPERM, path, path); }
int unlinkat(int folder, const char* name, int flags) noexcept {
  const std::string path = *name == '/' ? name : path_of(folder) + "/" + name;
  return call(unlinkat, "unlinkat", EPERM, path, folder, name, flags);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return call(mkdir, "mkdir", EROFS, path, path, mode);
}
int rename(const char* from, const char* to) noexcept {
  return call(rename, "rename", EROFS, to, from, to);
}
}
