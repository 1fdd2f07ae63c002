#include "folder.hpp"

#include <contractive/autodiff/array/error.hpp>

#include <filesystem>

namespace contractive::cae::program {
namespace {

namespace fs = std::filesystem;

constexpr const char* run_files[] = {
    "run.toml", "model.safetensors", "checkpoint.safetensors", "metrics.csv",
    "layer-1",  "filters.png",       "reconstructions.png"};
bool is_picture(const std::string& name) { return name.find(".png") != std::string::npos; }

} // namespace

void require_no_run(const std::string& folder, const std::string& ways, Pictures pictures) {
  for (const char* name : run_files)
    if (fs::exists(folder + "/" + name) && (pictures == Pictures::count || !is_picture(name)))
      throw FileError(folder, ": holds a run already (", name, "); expected another folder", ways);
}

void remove_run(const std::string& folder) {
  for (const char* name : run_files)
    fs::remove_all(folder + "/" + name);
  for (std::size_t k = 2; fs::remove_all(detail::text(folder, "/layer-", k)) > 0; ++k) {
  }
}

void require_apart(const std::string& out, const std::string& in) {
  std::error_code missing;
  if (fs::equivalent(out, in, missing))
    throw Error("--out ", out, " is what is read (", in, "); expected another path");
}

} // namespace contractive::cae::program
