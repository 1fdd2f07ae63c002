#include <contractive/autodiff/array/storage.hpp>

#include <cstdint>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace contractive::storage {
namespace {

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

// The free buffers of one size, and when one was last asked for.
struct SizeClass {
  std::vector<void*> free;
  std::uint64_t asked = 0;
};

struct Pool {
  std::mutex mutex;
  std::map<std::size_t, SizeClass> classes;
  std::uint64_t requests = 0;
  Usage usage;
  std::size_t limit = pooling ? std::size_t{2} << 30 : 0;

  void* take(std::size_t size) {
    std::unique_lock<std::mutex> lock(mutex);
    usage.in_use += size;
    SizeClass& its = classes[size];
    its.asked = ++requests;
    if (its.free.empty()) {
      lock.unlock();
      return ::operator new(size, alignment);
    }
    void* const block = its.free.back();
    its.free.pop_back();
    usage.pooled -= size;
    return block;
  }

  void give(void* block, std::size_t size) {
    std::unique_lock<std::mutex> lock(mutex);
    usage.in_use -= size;
    if (size > limit) {
      lock.unlock();
      return ::operator delete(block, alignment);
    }
    classes[size].free.push_back(block);
    usage.pooled += size;
    shrink(limit);
  }

  // The longest unasked go first: what a former job has left would keep out the buffers of this
  // one.
  void shrink(std::size_t bytes) {
    while (usage.pooled > bytes) {
      auto oldest = classes.end();
      for (auto it = classes.begin(); it != classes.end(); ++it)
        if (!it->second.free.empty() &&
            (oldest == classes.end() || it->second.asked < oldest->second.asked))
          oldest = it;
      ::operator delete(oldest->second.free.back(), alignment);
      oldest->second.free.pop_back();
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

std::shared_ptr<void> allocate(std::size_t bytes) {
  const std::size_t size = size_class(bytes);
  return {pool().take(size), [size](void* block) { pool().give(block, size); }};
}

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
