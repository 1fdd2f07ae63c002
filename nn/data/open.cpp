#include <contractive/nn/data/csv.hpp>
#include <contractive/nn/data/numbers.hpp>
#include <contractive/nn/data/stored.hpp>
#include <contractive/nn/file/file.hpp>
#include <contractive/nn/file/hash.hpp>
#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

/// Files that are larger than memory.
namespace contractive::nn {
namespace {

namespace fs = std::filesystem;

// A file that is read here and there, and must not change meanwhile.
class OpenFile {
public:
  explicit OpenFile(const std::string& path)
      : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0 || fstat(file_, &status_) != 0)
      throw FileError(path, ": ", std::strerror(errno), "; expected a readable file");
  }
  ~OpenFile() {
    if (file_ >= 0)
      close(file_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(status_.st_size); }

  // Other content, another text.
  [[nodiscard]] std::string identity() const {
    return detail::text(fs::absolute(path_).string(), "\n", size(), " ", status_.st_mtim.tv_sec,
                        ".", status_.st_mtim.tv_nsec);
  }

  void require_unchanged() const {
    struct stat now {};
    if (fstat(file_, &now) != 0 || now.st_size != status_.st_size ||
        now.st_mtim.tv_sec != status_.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != status_.st_mtim.tv_nsec)
      throw FileError(path_, ": has changed while it was in use; expected it to stay as it was");
  }

  void read(std::size_t begin, std::size_t bytes, char* out) const {
    for (std::size_t done = 0; done < bytes;) {
      const ssize_t got = pread(file_, out + done, bytes - done, static_cast<off_t>(begin + done));
      if (got == 0 || (got < 0 && errno != EINTR))
        throw FileError(path_, ": ", got == 0 ? "ends early" : std::strerror(errno), ", at byte ",
                        begin + done, "; expected it to stay as it was");
      done += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
  }

private:
  const std::string path_;
  int file_;
  struct stat status_ {};
};

std::string head_of(const OpenFile& file) {
  std::string head(std::min(file.size(), head_size), '\0');
  file.read(0, head.size(), head.data());
  return head;
}

// Those that are next to each other in the file are read at once.
template <class T>
Rows<T> rows_of(const std::shared_ptr<const OpenFile>& file, const Stored<T>& stored) {
  const Shape sample = stored.shape.last(stored.shape.rank() - 1);
  const std::size_t inner = sample.elements();
  return {stored.shape[0], sample, [=](const std::vector<std::size_t>& numbers) {
            file->require_unchanged();
            return Array<T>::make(Shape{numbers.size()} + sample, [&](T* out) {
              std::string raw;
              for (std::size_t i = 0, run = 1; i < numbers.size(); i += run, run = 1) {
                while (i + run < numbers.size() && numbers[i + run] == numbers[i] + run)
                  ++run;
                raw.resize(run * inner * stored.width);
                file->read(stored.begin + numbers[i] * inner * stored.width, raw.size(),
                           raw.data());
                stored.read(raw.data(), run * inner, stored.order, out + i * inner);
              }
            });
          }};
}

// The file that make(name) makes of this one, if it has not been made before.
template <class Make>
std::string cached(const OpenFile& file, const std::string& ending, const std::string& how,
                   std::vector<std::string>& notes, const Make& make) {
  const std::string key = file.identity() + how;
  const std::string name = detail::text(cache_folder(), "/", nn::hex(nn::fnv1a(key)), ending);
  if (fs::exists(name)) {
    notes.push_back(detail::text("read from ", name, ", which was made of it before"));
    return name;
  }
  std::error_code error;
  fs::create_directories(cache_folder(), error);
  if (error)
    throw FileError(cache_folder(), ": ", error.message(),
                    "; expected a folder for what archives and tables become: set XDG_CACHE_HOME");
  make(name);
  file.require_unchanged();
  notes.push_back(detail::text("turned into ", name, ", to be read from there row by row"));
  return name;
}

std::string ending_of(const std::string& path) {
  std::string name = lower(path);
  if (name.size() > 3 && name.compare(name.size() - 3, 3, ".gz") == 0)
    name.resize(name.size() - 3);
  return fs::path(name).extension().string();
}

template <class T> OpenNumbers<T> in_memory(Numbers<T> numbers) {
  return {std::move(numbers.values), numbers.bytes, std::move(numbers.labels),
          std::move(numbers.notes)};
}

} // namespace

template <class T>
OpenNumbers<T> open_numbers(const std::string& path, const TableOptions& table,
                            std::size_t memory) {
  const std::string ending = ending_of(path);
  if (!fs::is_regular_file(path) || ending == ".npz")
    return in_memory(read_numbers<T>(path, table));
  auto file = std::make_shared<const OpenFile>(path);
  std::string head = head_of(*file);
  const bool archive = head.substr(0, 2) == "\x1f\x8b";
  const bool text = ending == ".csv" || ending == ".tsv" || ending == ".txt";
  constexpr std::size_t packed = 8; // what is unpacked may well be so much larger
  if ((archive || text) && file->size() <= memory / (archive ? packed : 1))
    return in_memory(read_numbers<T>(path, table));
  OpenNumbers<T> result;
  std::string from = path;
  if (text) {
    const std::string header = table.header ? (*table.header ? "yes" : "no") : "";
    const std::string how =
        detail::text(" ", sizeof(T), "\n", table.columns, "\n", table.label_column, "\n", header);
    from = cached(*file, ".npy", how, result.notes,
                  [&](const std::string& to) { convert_csv<T>(path, table, to, result.notes); });
  } else if (archive) {
    from = cached(*file, ending, " unpacked", result.notes, [&](const std::string& to) {
      NewFile unpacked(to);
      read_pieces(path, std::string::npos, [&](std::string_view piece) { unpacked.append(piece); });
      unpacked.finish();
    });
  }
  if (from != path) {
    file = std::make_shared<const OpenFile>(from);
    head = head_of(*file);
  }
  const Stored<T> stored = text || ending == ".npy" ? stored_npy<T>(path, head, file->size())
                                                    : stored_idx<T>(path, head, file->size());
  if (stored.column_major || stored.shape.rank() == 0 ||
      promised_bytes(stored.shape, sizeof(T)) <= static_cast<double>(memory)) {
    OpenNumbers<T> whole = in_memory(read_numbers<T>(from, table));
    whole.notes.insert(whole.notes.begin(), result.notes.begin(), result.notes.end());
    return whole;
  }
  result.rows = rows_of(file, stored);
  result.bytes = stored.bytes;
  return result;
}

template OpenNumbers<float> open_numbers(const std::string&, const TableOptions&, std::size_t);
template OpenNumbers<double> open_numbers(const std::string&, const TableOptions&, std::size_t);

std::string cache_folder() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  const char* const home = std::getenv("HOME");
  if (cache && *cache)
    return detail::text(cache, "/contractive");
  return detail::text(home && *home ? home : "/tmp", "/.cache/contractive");
}

} // namespace contractive::nn
