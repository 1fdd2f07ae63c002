#pragma once

#include <string>
#include <string_view>

namespace contractive::nn {

/// The whole of a file, decompressed if it is gzip: told by its content, not by its name.
/// Throws FileError when it is missing or cannot be read.
std::string read_file(const std::string& path);

/// Puts `bytes` at `path`, all or nothing: written beside it, flushed to the disk, then renamed. On
/// an error (a full disk, say) what was there before is untouched, and FileError is thrown.
void write_file(const std::string& path, std::string_view bytes);

} // namespace contractive::nn
