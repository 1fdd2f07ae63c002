#pragma once

#include <contractive/autodiff/array/error.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <string>
#include <utility>
#include <vector>
#include <zlib.h>

/// Archives as other programs write them.
namespace contractive::tests {

inline void require(bool holds) {
  if (!holds)
    throw Error("a test's archive could not be made");
}

inline std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  require(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  require(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

using Files = std::vector<std::pair<std::string, std::string>>;

// numpy.savez() stores files as they are, savez_compressed() deflates them.
inline std::string zipped(const Files& files, bool compressed = false) {
  std::size_t size = 1000;
  for (const auto& [name, bytes] : files)
    size += 2 * bytes.size() + 1000;
  std::string out(size, '\0');
  std::size_t used = 0;
  archive* const to = archive_write_new();
  archive_write_set_format_zip(to);
  archive_write_set_options(to, compressed ? "zip:compression=deflate" : "zip:compression=store");
  require(archive_write_open_memory(to, out.data(), out.size(), &used) == ARCHIVE_OK);
  for (const auto& [name, bytes] : files) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    require(archive_write_header(to, entry) == ARCHIVE_OK);
    require(archive_write_data(to, bytes.data(), bytes.size()) ==
            static_cast<la_ssize_t>(bytes.size()));
    archive_entry_free(entry);
  }
  require(archive_write_close(to) == ARCHIVE_OK);
  archive_write_free(to);
  out.resize(used);
  return out;
}

} // namespace contractive::tests
