#pragma once

#include <string>

namespace contractive::nn {

/// A folder that one process works in at a time: a file `.lock` in it names the owner, and is gone
/// with this object. The system releases the lock of a process that was killed.
class FolderLock {
public:
  /// Makes the folder if there is none, and removes what killed writers left in it. Throws
  /// FileError, naming the owner, when another process, or another lock of this one, has it.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

private:
  std::string path_;
  int file_ = -1;
};

} // namespace contractive::nn
