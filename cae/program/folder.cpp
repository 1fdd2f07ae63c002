#include "folder.hpp"

#include <contractive/autodiff/array/error.hpp>

#include <filesystem>

namespace contractive::cae::program {
namespace {

namespace fs = std::filesystem;

constexpr const char* run_files[] = {
    "run.toml", "model.safetensors", "checkpoint.safetensors", "metrics.csv",
    "layer-1",  "filters.png",       "reconstructions.png",    "learning.svg"};
std::string layer(const std::string& folder, std::size_t number) {
  return detail::text(folder, "/layer-", number);
}
bool is_picture(const std::string& name) {
  return name.find(".png") != std::string::npos || name.find(".svg") != std::string::npos;
}

} // namespace

void require_no_run(const std::string& folder, const std::string& ways, Pictures pictures) {
  for (const char* name : run_files)
    if (fs::exists(folder + "/" + name) && (pictures == Pictures::count || !is_picture(name)))
      throw FileError(folder, ": holds a run already (", name, "); expected another folder", ways);
}

void remove_run(const std::string& folder) {
  std::size_t layers = 0;
  while (fs::exists(layer(folder, layers + 1)))
    ++layers;
  for (; layers > 0; --layers) // the last one first: should it end in between, the next finds all
    fs::remove_all(layer(folder, layers));
  for (const char* name : run_files)
    fs::remove_all(folder + "/" + name);
}

void require_apart(const std::string& out, const std::string& in) {
  std::error_code missing;
  if (fs::equivalent(out, in, missing))
    throw Error("--out ", out, " is what is read (", in, "); expected another path");
}

} // namespace contractive::cae::program
