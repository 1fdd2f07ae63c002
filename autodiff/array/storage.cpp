#include <contractive/autodiff/array/storage.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <mutex>
#include <new>
#include <utility>

namespace contractive::storage {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONTRACTIVE_SANITIZED
#elif defined(__has_feature) // clang's way of asking
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CONTRACTIVE_SANITIZED
#endif
#endif
#ifdef CONTRACTIVE_SANITIZED
constexpr bool pooling = false;
#else
constexpr bool pooling = true;
#endif

constexpr std::align_val_t alignment{64};

// Size classes, four to each power of two, so that at most a quarter of a buffer is unused: 64,
// 128, 192, 256, 320, 384, 448, 512, 640, ...
constexpr std::size_t size_classes = 4 + 4 * (std::numeric_limits<std::size_t>::digits - 8);

std::size_t class_of(std::size_t bytes) {
  if (bytes <= 256)
    return (std::max<std::size_t>(bytes, 1) + 63) / 64 - 1;
  std::size_t log = 8; // of the power of two below
  while (bytes > std::size_t{2} << log)
    ++log;
  return 4 * (log - 8) + ((bytes - 1) >> (log - 2));
}
std::size_t size_of(std::size_t index) {
  if (index < 4)
    return 64 * (index + 1);
  const std::size_t log = 8 + (index - 4) / 4;
  return (std::size_t{1} << log) + ((index % 4 + 1) << (log - 2));
}

// A free buffer holds the address of the next one, so that giving one back allocates nothing.
struct Free {
  Free* next;
};

// The free buffers of one size, and when one was last asked for.
struct SizeClass {
  Free* first = nullptr;
  std::uint64_t asked = 0;

  void* pop() { return std::exchange(first, first->next); }
};

struct Pool {
  std::mutex mutex;
  std::array<SizeClass, size_classes> classes;
  std::uint64_t requests = 0;
  Usage usage;
  std::size_t limit = pooling ? std::size_t{2} << 30 : 0;

  void* take(std::size_t bytes) {
    const std::size_t index = class_of(bytes), size = size_of(index);
    const std::lock_guard<std::mutex> lock(mutex);
    SizeClass& own = classes[index];
    own.asked = ++requests;
    const bool pooled = own.first != nullptr;
    void* const block = pooled ? own.pop() : fresh(size);
    usage.pooled -= pooled ? size : 0;
    usage.in_use += size;
    return block;
  }

  // From the system; where it has nothing left, the pool gives back what it keeps.
  void* fresh(std::size_t size) {
    try {
      return ::operator new(size, alignment);
    } catch (const std::bad_alloc&) {
      shrink(0);
      return ::operator new(size, alignment);
    }
  }

  void give(void* block, std::size_t bytes) noexcept {
    const std::size_t index = class_of(bytes), size = size_of(index);
    const std::lock_guard<std::mutex> lock(mutex);
    usage.in_use -= size;
    if (size > limit)
      return ::operator delete(block, alignment);
    SizeClass& own = classes[index];
    own.first = new (block) Free{own.first};
    usage.pooled += size;
    shrink(limit);
  }

  // The longest unasked go first: what a former job has left would keep out the buffers of this
  // one.
  void shrink(std::size_t bytes) noexcept {
    while (usage.pooled > bytes) {
      std::size_t oldest = size_classes;
      for (std::size_t i = 0; i < size_classes; ++i)
        if (classes[i].first &&
            (oldest == size_classes || classes[i].asked < classes[oldest].asked))
          oldest = i;
      ::operator delete(classes[oldest].pop(), alignment);
      usage.pooled -= size_of(oldest);
    }
  }
};

// Never destroyed: arrays in static variables may outlive any order of destruction.
Pool& pool() {
  static Pool& instance = *new Pool;
  return instance;
}

} // namespace

void Return::operator()(void* buffer) const noexcept { pool().give(buffer, bytes); }

Buffer allocate(std::size_t bytes) { return {pool().take(bytes), Return{bytes}}; }

Usage usage() {
  const std::lock_guard<std::mutex> lock(pool().mutex);
  return pool().usage;
}

void set_pool_limit(std::size_t bytes) {
  const std::lock_guard<std::mutex> lock(pool().mutex);
  pool().limit = pooling ? bytes : 0;
  pool().shrink(pool().limit);
}

void trim() {
  const std::lock_guard<std::mutex> lock(pool().mutex);
  pool().shrink(0);
}

} // namespace contractive::storage
