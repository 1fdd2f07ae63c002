#include <contractive/autodiff/storage.hpp>

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

class Pool {
public:
  void* take(std::size_t size) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      usage_.in_use += size;
      auto& free = free_[size];
      if (!free.empty()) {
        void* block = free.back();
        free.pop_back();
        usage_.pooled -= size;
        return block;
      }
    }
    return ::operator new(size, alignment);
  }

  void give(void* block, std::size_t size) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      usage_.in_use -= size;
      if (pooling && usage_.pooled + size <= limit_) {
        free_[size].push_back(block);
        usage_.pooled += size;
        return;
      }
    }
    ::operator delete(block, alignment);
  }

  void trim(std::size_t limit) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [size, blocks] : free_)
      while (!blocks.empty() && usage_.pooled > limit) {
        ::operator delete(blocks.back(), alignment);
        blocks.pop_back();
        usage_.pooled -= size;
      }
  }

  void set_limit(std::size_t bytes) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      limit_ = bytes;
    }
    trim(bytes);
  }

  Usage usage() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return usage_;
  }

private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<void*>> free_;
  Usage usage_;
  std::size_t limit_ = std::size_t{2} << 30;
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

Usage usage() { return pool().usage(); }
void set_pool_limit(std::size_t bytes) { pool().set_limit(bytes); }
void trim() { pool().trim(0); }

} // namespace contractive::storage
