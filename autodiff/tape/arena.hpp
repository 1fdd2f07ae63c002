#pragma once

#include <contractive/autodiff/array/storage.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace contractive {

/// A sequence of objects of any classes derived from Base, one behind the other in chunks of pooled
/// memory. It grows and shrinks at its end; the last object goes first.
template <class Base> class Arena {
public:
  /// No objects.
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { shrink(0); }

  /// The number of objects.
  std::size_t size() const { return objects_.size(); }
  /// Object i, unchecked.
  const Base& operator[](std::size_t i) const { return *objects_[i]; }

  /// Appends a Derived made of `argument`. Where that throws, nothing was appended.
  template <class Derived, class Argument> void emplace_back(Argument&& argument) {
    static_assert(alignof(Derived) <= alignment);
    void* const place = allocate(sizeof(Derived), alignof(Derived));
    Object object(::new (place) Derived(std::forward<Argument>(argument)));
    objects_.push_back(std::move(object));
  }

  /// Destroys all objects but the first `count`, and gives chunks back that none lies in.
  void shrink(std::size_t count) {
    if (count >= size())
      return;
    void* const end = dynamic_cast<void*>(objects_[count].get()); // where that object begins
    while (size() > count)
      objects_.pop_back();
    while (chunks_.back().first > count)
      chunks_.pop_back();
    next_ = end;
    left_ = chunks_.back().left_at(end);
  }

private:
  static constexpr std::size_t chunk_size = 8192, alignment = 64;
  struct Destroy {
    void operator()(Base* object) const { object->~Base(); }
  };
  using Object = std::unique_ptr<Base, Destroy>;
  struct Chunk {
    storage::Buffer memory;
    std::size_t first; // the index of its first object
    std::size_t left_at(const void* place) const {
      return memory.get_deleter().bytes -
             static_cast<std::size_t>(static_cast<const char*>(place) -
                                      static_cast<const char*>(memory.get()));
    }
  };

  void* allocate(std::size_t bytes, std::size_t align) {
    if (!std::align(align, bytes, next_, left_)) {
      chunks_.push_back({storage::allocate(std::max(bytes, chunk_size)), size()});
      next_ = chunks_.back().memory.get();
      left_ = chunks_.back().memory.get_deleter().bytes;
    }
    void* const place = next_;
    next_ = static_cast<char*>(next_) + bytes;
    left_ -= bytes;
    return place;
  }

  std::vector<Chunk> chunks_;
  void* next_ = nullptr;
  std::size_t left_ = 0;
  storage::Vector<Object> objects_;
};

} // namespace contractive
