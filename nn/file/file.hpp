#pragma once

#include <string>
#include <string_view>

namespace contractive::nn {

/// The content of a file, or its first `limit` bytes, decompressed if its first bytes say
/// that it is gzip. Throws FileError when it is missing or damaged.
[[nodiscard]] std::string read_file(const std::string& path, std::size_t limit = std::string::npos);

/// Puts `bytes` at `path`, all or nothing: written beside it, flushed to the disk, then renamed. On
/// an error (a full disk, say) what was there before is untouched, and FileError is thrown.
void write_file(const std::string& path, std::string_view bytes);

} // namespace contractive::nn
