#pragma once

#include <contractive/cae/data/samples.hpp>

#include <functional>

namespace contractive::tests {

/// One file, as some program writes it, and what reading it must give.
struct FileRow {
  std::string by;   ///< the program or data set
  std::string what; ///< what is particular about it
  std::string name;
  std::function<std::string()> content;
  std::string expected; ///< a part of "(shape): first values; labels ...; notes", or of the error
  cae::Reading reading{};
  std::string member{}; ///< what follows the path, as in ":x_train"
};

std::vector<FileRow> file_rows();

} // namespace contractive::tests
