#include <contractive/nn/file/file.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace contractive::nn {
namespace {

namespace fs = std::filesystem;

// Returns errno, or 0.
int flush(int file) {
  int result = 0;
  do
    result = fsync(file);
  while (result != 0 && errno == EINTR);
  return result != 0 ? errno : 0;
}

// The new name survives a power failure only once its folder is on the disk. Not every file system
// can flush a folder, nor may everybody read one that they may write to.
void flush_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int error = descriptor < 0 ? errno : flush(descriptor);
  if (descriptor >= 0)
    close(descriptor);
  if (error != 0 && error != EACCES && error != EINVAL && error != EBADF && error != ENOTSUP)
    throw FileError(path, ": its folder cannot be flushed to the disk: ", std::strerror(error),
                    "; the file itself is whole");
}

// What new files are not allowed, which can only be asked for by setting it.
mode_t file_mask() {
  static const mode_t mask = [] {
    const mode_t before = umask(022);
    umask(before);
    return before;
  }();
  return mask;
}

// Of files that are not whole yet; six characters follow.
constexpr std::string_view part_mark = ".part-";

} // namespace

std::size_t unpacked_limit(std::size_t archive) {
  return std::max<std::size_t>(std::size_t{256} << 20, 100 * archive);
}

void read_pieces(const std::string& path, std::size_t limit,
                 const std::function<void(std::string_view)>& use) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0)
    throw FileError(path, ": ", std::strerror(errno), "; expected a file");
  if (S_ISDIR(status.st_mode))
    throw FileError(path, ": is a folder; expected a file");
  if (!S_ISREG(status.st_mode)) // a pipe or a device may never end
    throw FileError(path,
                    ": is no regular file; expected one: write a pipe's output to a file first");
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file)
    throw FileError(path, ": ", std::strerror(errno), "; expected a readable file");
  gzbuffer(file.get(), 1 << 17);
  constexpr std::size_t least_piece = 1 << 14, greatest_piece = 1 << 22;
  const std::size_t most = unpacked_limit(static_cast<std::size_t>(status.st_size));
  std::string piece;
  std::size_t done = 0;
  for (int got = 1; got > 0 && done < limit;) {
    piece.resize(std::min(std::clamp(done, least_piece, greatest_piece), limit - done));
    got = gzread(file.get(), piece.data(), static_cast<unsigned>(piece.size()));
    if (got > 0)
      use(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    done += static_cast<std::size_t>(std::max(got, 0));
    if (done > most)
      throw FileError(path, ": the archive has ", status.st_size,
                      " bytes and unpacks to more than ", most,
                      "; expected at most that: unpack it first if it is what it should be");
  }
  int code = Z_OK;
  const char* const reason = gzerror(file.get(), &code);
  if (code == Z_BUF_ERROR)
    throw FileError(path, ": the compressed data end early, after ", done,
                    " bytes were unpacked; is the download complete?");
  if (code != Z_OK && code != Z_STREAM_END)
    throw FileError(path, ": ", code == Z_ERRNO ? std::strerror(errno) : reason, ", after ", done,
                    " bytes; expected a sound file");
}

std::string read_file(const std::string& path, std::size_t limit) {
  std::string content;
  read_pieces(path, limit, [&](std::string_view piece) { content += piece; });
  return content;
}

NewFile::NewFile(const std::string& path)
    : path_(path), beside_(detail::text(path, part_mark, "XXXXXX")) {
  // A new file, whatever others write or have linked there.
  file_ = mkostemp(beside_.data(), O_CLOEXEC);
  if (file_ < 0)
    throw FileError(path, ": cannot be written: ", std::strerror(errno));
  if (fchmod(file_, 0666 & ~file_mask()) != 0)
    error_ = errno;
}

NewFile::~NewFile() {
  if (file_ >= 0)
    close(file_);
  if (!beside_.empty())
    unlink(beside_.c_str());
}

void NewFile::append(std::string_view bytes) {
  for (std::size_t done = 0; done < bytes.size() && error_ == 0;) {
    const ssize_t wrote = write(file_, bytes.data() + done, bytes.size() - done);
    if (wrote > 0)
      done += static_cast<std::size_t>(wrote);
    else if (wrote == 0)
      error_ = EIO;
    else if (errno != EINTR)
      error_ = errno;
  }
  require_written();
}

void NewFile::rewind() {
  if (lseek(file_, 0, SEEK_SET) != 0)
    error_ = errno;
  require_written();
}

void NewFile::finish() {
  error_ = error_ != 0 ? error_ : flush(file_);
  if (close(std::exchange(file_, -1)) != 0 && errno != EINTR && error_ == 0)
    error_ = errno; // interrupted, it is closed all the same
  if (error_ == 0 && std::rename(beside_.c_str(), path_.c_str()) != 0)
    error_ = errno;
  require_written();
  beside_.clear();
  flush_folder_of(path_);
}

void NewFile::require_written() const {
  if (error_ != 0)
    throw FileError(path_, ": cannot be written: ", std::strerror(error_),
                    "; what was there before is untouched");
}

void write_file(const std::string& path, std::string_view bytes) {
  NewFile file(path);
  file.append(bytes);
  file.finish();
}

void make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    throw FileError(path, ": cannot be made: ", error.message(), "; expected a folder to write to");
}

void remove_leftovers(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const std::size_t at = name.rfind(part_mark);
    if (at != std::string::npos && name.size() == at + part_mark.size() + 6 &&
        entry.is_regular_file(error))
      fs::remove(entry.path(), error);
  }
}

} // namespace contractive::nn
