#include <contractive/nn/file/zip.hpp>

#include <contractive/nn/file/file.hpp>
#include <contractive/nn/text/words.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <memory>

namespace contractive::nn {
namespace {

using Archive = std::unique_ptr<archive, int (*)(archive*)>;

Error not_sound(archive* from, const std::string& what) {
  const char* const why = archive_error_string(from);
  return Error(what, " (", why ? why : "it ends early",
               "); expected a sound zip archive without a password, as numpy.savez writes it");
}

std::string without(const std::string& ending, const std::string& name) {
  const bool has = name.size() > ending.size() &&
                   name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
  return has ? name.substr(0, name.size() - ending.size()) : name;
}

std::string unpacked(archive* from, archive_entry* entry, std::size_t most,
                     const std::string& name) {
  const auto size = static_cast<std::uint64_t>(archive_entry_size(entry));
  if (archive_entry_size_is_set(entry) == 0 || size > most)
    throw Error("array '", name, "' unpacks to ", size, " bytes; expected at most ", most,
                " from an archive of this size");
  std::string content(size, '\0');
  std::size_t done = 0;
  char beyond = 0; // only at its end is a file's checksum compared
  for (la_ssize_t got = 1; got > 0;) {
    const bool more = done < content.size();
    got = archive_read_data(from, more ? content.data() + done : &beyond,
                            more ? content.size() - done : 1);
    if (got < 0 || (got > 0) != more)
      throw not_sound(from, "array '" + name + "' cannot be unpacked");
    done += static_cast<std::size_t>(got);
  }
  return content;
}

} // namespace

std::string member_of_zip(std::string_view bytes, const std::string& name,
                          const std::string& ending) {
  const Archive from(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(from.get());
  if (archive_read_open_memory(from.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    throw not_sound(from.get(), "no archive");
  std::string content, known;
  std::size_t count = 0, found = 0;
  archive_entry* entry = nullptr;
  int state = archive_read_next_header(from.get(), &entry);
  for (; state == ARCHIVE_OK; state = archive_read_next_header(from.get(), &entry)) {
    const char* const path = archive_entry_pathname(entry);
    const std::string here = without(ending, path ? path : "");
    if (++count <= 20)
      known += (count == 1 ? "" : ", ") + shown(here);
    if ((name.empty() && count == 1) || here == without(ending, name)) {
      content = unpacked(from.get(), entry, unpacked_limit(bytes.size()), shown(here));
      ++found;
    }
  }
  if (state != ARCHIVE_EOF)
    throw not_sound(from.get(), "the archive cannot be read");
  if (found != 1 || (name.empty() && count != 1))
    throw Error(name.empty() ? "which array is meant? It holds "
                             : "no array '" + shown(name) + "'; it holds ",
                count, ": ", known, count > 20 ? ", ..." : "",
                "; expected a path that ends in the name of one, as in data.npz:name");
  return content;
}

} // namespace contractive::nn
