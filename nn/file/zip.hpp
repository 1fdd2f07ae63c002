#pragma once

#include <string>
#include <string_view>

/// Archives of several files. Not installed.
namespace contractive::nn {

/// What is in the archive under `name`, with or without `ending`; under an empty name, in the only
/// file. Throws Error for what is no sound zip archive, an unknown name (and says which there are),
/// or a file that unpacks to more than read_file() allows.
[[nodiscard]] std::string member_of_zip(std::string_view archive, const std::string& name,
                                        const std::string& ending);

} // namespace contractive::nn
