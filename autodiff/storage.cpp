#include <contractive/autodiff/storage.hpp>

#include <atomic>
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

struct Pool {
  std::mutex mutex;
  std::map<std::size_t, std::vector<void*>> free;
  Usage usage;
  std::atomic<std::size_t> limit = std::size_t{2} << 30;

  void* take(std::size_t size) {
    std::unique_lock<std::mutex> lock(mutex);
    usage.in_use += size;
    auto& blocks = free[size];
    if (blocks.empty()) {
      lock.unlock();
      return ::operator new(size, alignment);
    }
    void* const block = blocks.back();
    blocks.pop_back();
    usage.pooled -= size;
    return block;
  }

  void give(void* block, std::size_t size) {
    std::unique_lock<std::mutex> lock(mutex);
    usage.in_use -= size;
    if (pooling && usage.pooled + size <= limit) {
      free[size].push_back(block);
      usage.pooled += size;
    } else {
      lock.unlock();
      ::operator delete(block, alignment);
    }
  }

  void trim(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex);
    for (auto& [size, blocks] : free)
      while (!blocks.empty() && usage.pooled > bytes) {
        ::operator delete(blocks.back(), alignment);
        blocks.pop_back();
        usage.pooled -= size;
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
  pool().limit = bytes;
  pool().trim(bytes);
}

void trim() { pool().trim(0); }

} // namespace contractive::storage
