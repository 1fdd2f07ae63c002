#pragma once

#include <contractive/autodiff/array/error.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace contractive::tests {

/// A new folder for a test's files, removed with all it holds.
class Folder {
public:
  Folder() : path_((std::filesystem::temp_directory_path() / "contractive-XXXXXX").string()) {
    if (!mkdtemp(path_.data()))
      throw Error("folder: cannot make ", path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  /// Puts the bytes there and returns the file's path.
  std::string put(const std::string& name, const std::string& bytes) const {
    std::ofstream(file(name), std::ios::binary) << bytes;
    return file(name);
  }
  std::string get(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// How many files it holds.
  std::size_t size() const {
    const std::filesystem::directory_iterator files(path_);
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

private:
  std::string path_;
};

} // namespace contractive::tests
