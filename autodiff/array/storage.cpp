#include <contractive/autodiff/array/storage.hpp>

#include <cstdint>
#include <map>
#include <mutex>
#include <new>
#include <utility>

namespace contractive::storage {
namespace {

#ifdef __has_feature // clang's way of asking
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define __SANITIZE_ADDRESS__
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool pooling = false;
#else
constexpr bool pooling = true;
#endif

constexpr std::align_val_t alignment{64};

// Four classes to each power of two: at most a quarter of a buffer is unused.
std::size_t size_class(std::size_t bytes) {
  std::size_t power = 256;
  while (power < bytes)
    power *= 2;
  const std::size_t step = power / 8;
  return bytes <= 256 ? (bytes + 63) / 64 * 64 : (bytes + step - 1) / step * step;
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
  std::map<std::size_t, SizeClass> classes;
  std::uint64_t requests = 0;
  Usage usage;
  std::size_t limit = pooling ? std::size_t{2} << 30 : 0;

  void* take(std::size_t size) {
    const std::lock_guard<std::mutex> lock(mutex);
    SizeClass& own = classes[size];
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

  void give(void* block, std::size_t size) noexcept {
    const std::lock_guard<std::mutex> lock(mutex);
    usage.in_use -= size;
    if (size > limit)
      return ::operator delete(block, alignment);
    SizeClass& own = classes.find(size)->second;
    own.first = new (block) Free{own.first};
    usage.pooled += size;
    shrink(limit);
  }

  // The longest unasked go first: what a former job has left would keep out the buffers of this
  // one.
  void shrink(std::size_t bytes) noexcept {
    while (usage.pooled > bytes) {
      auto oldest = classes.end();
      for (auto it = classes.begin(); it != classes.end(); ++it)
        if (it->second.first &&
            (oldest == classes.end() || it->second.asked < oldest->second.asked))
          oldest = it;
      ::operator delete(oldest->second.pop(), alignment);
      usage.pooled -= oldest->first;
    }
  }
};

// Never destroyed: arrays in static variables may outlive any order of destruction.
Pool& pool() {
  static Pool& instance = *new Pool;
  return instance;
}

} // namespace

void Return::operator()(void* buffer) const noexcept { pool().give(buffer, size_class(bytes)); }

Buffer allocate(std::size_t bytes) { return {pool().take(size_class(bytes)), Return{bytes}}; }

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
