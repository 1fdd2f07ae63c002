#include <contractive/nn/file/file.hpp>

#include <contractive/autodiff/array/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace contractive::nn {
namespace {

// The new name survives a power failure only once its folder is on the disk. Not every file system
// can flush a folder; the file itself is whole either way.
void flush_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    fsync(descriptor);
    close(descriptor);
  }
}

} // namespace

std::string read_file(const std::string& path, std::size_t limit) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0)
    throw FileError(path, ": ", std::strerror(errno), "; expected a file");
  if (S_ISDIR(status.st_mode))
    throw FileError(path, ": is a folder; expected a file");
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file)
    throw FileError(path, ": ", std::strerror(errno), "; expected a readable file");
  gzbuffer(file.get(), 1 << 17);
  std::string content;
  constexpr std::size_t least_piece = 1 << 14, greatest_piece = 1 << 22;
  for (int got = 1; got > 0 && content.size() < limit;) {
    const std::size_t before = content.size();
    const std::size_t more =
        std::min(std::clamp(before, least_piece, greatest_piece), limit - before);
    content.resize(before + more);
    got = gzread(file.get(), content.data() + before, static_cast<unsigned>(more));
    content.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
  }
  int code = Z_OK;
  const char* const reason = gzerror(file.get(), &code);
  if (code == Z_BUF_ERROR)
    throw FileError(path, ": the compressed data end early, after ", content.size(),
                    " bytes were unpacked; is the download complete?");
  if (code != Z_OK && code != Z_STREAM_END)
    throw FileError(path, ": ", code == Z_ERRNO ? std::strerror(errno) : reason, ", after ",
                    content.size(), " bytes; expected a sound file");
  return content;
}

void write_file(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".part";
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0)
    throw FileError(path, ": cannot be written: ", std::strerror(errno));
  int error = 0;
  for (std::size_t done = 0; done < bytes.size() && error == 0;) {
    const ssize_t wrote = write(file, bytes.data() + done, bytes.size() - done);
    if (wrote > 0)
      done += static_cast<std::size_t>(wrote);
    else if (wrote == 0)
      error = EIO;
    else if (errno != EINTR)
      error = errno;
  }
  if (error == 0 && fsync(file) != 0)
    error = errno;
  if (close(file) != 0 && error == 0)
    error = errno;
  if (error == 0 && std::rename(beside.c_str(), path.c_str()) != 0)
    error = errno;
  if (error != 0) {
    unlink(beside.c_str());
    throw FileError(path, ": cannot be written: ", std::strerror(error),
                    "; what was there before is untouched");
  }
  flush_folder_of(path);
}

} // namespace contractive::nn
