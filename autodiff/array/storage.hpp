#pragma once

#include <cstddef>
#include <memory>
#include <vector>

/// The pool that all array buffers come from. The first touch of fresh memory costs more than most
/// elementwise operations, so buffers are kept by size class and reused from one training step to
/// the next. Thread-safe. Under a sanitizer the pool stands aside, so that use after free is seen.
namespace contractive::storage {

/// Returns a buffer of this many bytes to the pool.
struct Return {
  std::size_t bytes; ///< that were allocated
  /// Gives this buffer back; null is nothing.
  void operator()(void* buffer) const noexcept;
};
/// Uninitialised and 64-byte-aligned; returns to the pool when it goes.
using Buffer = std::unique_ptr<void, Return>;
Buffer allocate(std::size_t bytes);

/// Lets a container have pooled memory, once it is large enough to gain by that.
template <class X> struct Allocator {
  using value_type = X; ///< as std::allocator_traits asks
  /// All are equal: any frees what another gave.
  Allocator() = default;
  template <class Y> Allocator(const Allocator<Y>&) noexcept {}
  /// Memory for n elements, uninitialised.
  X* allocate(std::size_t n) {
    return small(n) ? std::allocator<X>().allocate(n)
                    : static_cast<X*>(storage::allocate(n * sizeof(X)).release());
  }
  /// Takes back what allocate(n) gave.
  void deallocate(X* buffer, std::size_t n) noexcept {
    small(n) ? std::allocator<X>().deallocate(buffer, n) : Return{n * sizeof(X)}(buffer);
  }
  /// Whether n elements are too few to gain by the pool: less than 4096 bytes.
  static bool small(std::size_t n) { return n < 4096 / sizeof(X); }
  /// Always equal.
  friend bool operator==(Allocator, Allocator) noexcept { return true; }
  friend bool operator!=(Allocator, Allocator) noexcept { return false; }
};
/// A std::vector in pooled memory.
template <class X> using Vector = std::vector<X, Allocator<X>>;

/// Bytes in buffers that are in use, and in free ones that wait in the pool.
struct Usage {
  std::size_t in_use = 0; ///< bytes
  std::size_t pooled = 0; ///< bytes
};
/// What the pool holds now.
Usage usage();

/// The most bytes that free buffers may hold together. Beyond it, those of the size that was
/// longest not asked for go back to the system, and a buffer larger than this at once. 2 GiB unless
/// set.
void set_pool_limit(std::size_t bytes);

/// Gives every pooled buffer back to the system.
void trim();

} // namespace contractive::storage
