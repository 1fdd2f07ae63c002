#pragma once

#include <contractive/autodiff/array/error.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace contractive::nn {

/// The content of a file, or its first `limit` bytes, decompressed if its first bytes say that it
/// is gzip. Throws FileError when it is missing, damaged or no regular file (a device never ends),
/// and for an archive that unpacks to more than unpacked_limit().
[[nodiscard]] std::string read_file(const std::string& path, std::size_t limit = std::string::npos);

/// The same, a piece after another, for files that are larger than memory.
void read_pieces(const std::string& path, std::size_t limit,
                 const std::function<void(std::string_view)>& use);

/// How many bytes an archive of this size may unpack to: 256 MiB, or a hundred times its size.
[[nodiscard]] std::size_t unpacked_limit(std::size_t archive);

/// Puts `bytes` at `path`, all or nothing: written beside it under a name of its own, flushed to
/// the disk, then renamed. On an error (a full disk, say) what was there before is untouched, and
/// FileError is thrown.
void write_file(const std::string& path, std::string_view bytes);

/// The same for content that is written as it is made: until finish(), or without it, nothing is at
/// `path` but what was there before. Each throws FileError as write_file() does.
class NewFile {
public:
  /// Begins a file beside `path`.
  explicit NewFile(const std::string& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// Writes what comes next.
  void append(std::string_view bytes);
  /// What is appended next replaces the first bytes: for a header that is known last.
  void rewind();
  /// Flushes it to the disk and renames it to `path`.
  void finish();

private:
  void require_written() const;

  const std::string path_;
  std::string beside_;
  int file_ = -1, error_ = 0;
};

/// Makes a folder, with those that it lies in, unless it is there. Throws FileError where it
/// cannot.
void make_folder(const std::string& path);

/// Removes what writers that were killed left in this folder: files that write_file() had not
/// renamed yet. Nobody else may be writing there.
void remove_leftovers(const std::string& folder);

/// f(), whose errors name this file: an Error becomes a FileError.
template <class Callable> auto naming(const std::string& path, const Callable& f) {
  try {
    return f();
  } catch (const FileError&) {
    throw;
  } catch (const Error& error) {
    throw FileError(path, ": ", error.what());
  }
}

} // namespace contractive::nn
