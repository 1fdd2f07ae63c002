#pragma once

#include <functional>
#include <string>
#include <vector>

namespace contractive::tests {

/// Something that reads what others have written: a file's content or a user's text. On any input
/// it must return, or throw Error.
struct Target {
  const char* name;
  std::function<void(const std::string&)> read;
  std::function<std::vector<std::string>()> seeds; ///< what a random search would not come upon
};

const std::vector<Target>& targets();

} // namespace contractive::tests
