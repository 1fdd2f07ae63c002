#pragma once

#include <cstddef>
#include <memory>

/// The pool that all array buffers come from. The first touch of fresh memory costs more than most
/// elementwise operations, so buffers are kept by size class and reused from one training step to
/// the next. Thread-safe. Under a sanitizer the pool stands aside, so that use after free is seen.
namespace contractive::storage {

/// An uninitialised, 64-byte-aligned buffer that returns to the pool with its last handle.
std::shared_ptr<void> allocate(std::size_t bytes);

/// Bytes in buffers that are in use, and in free ones that wait in the pool.
struct Usage {
  std::size_t in_use = 0, pooled = 0;
};
Usage usage();

/// The most bytes that free buffers may hold together. Beyond it, those of the size that was
/// longest not asked for go back to the system, and a buffer larger than this at once. 2 GiB unless
/// set.
void set_pool_limit(std::size_t bytes);

/// Gives every pooled buffer back to the system.
void trim();

} // namespace contractive::storage
