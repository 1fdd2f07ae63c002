#include <contractive/autodiff/kernel/loop.hpp>

#include <contractive/autodiff/array/threads.hpp>

#include <algorithm>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <memory>

namespace contractive {

void set_threads(int count) {
  if (count < 1)
    throw Error(text("set_threads: ", count, "; expected at least 1"));
  static std::unique_ptr<tbb::global_control> control;
  control = nullptr;
  control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                  static_cast<std::size_t>(count));
}

int threads() {
  return static_cast<int>(
      tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

void kernel::for_chunks(std::size_t n, std::size_t size,
                        const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t chunks = (n + size - 1) / size;
  if (chunks < 2)
    return n > 0 ? body(0, n) : void();
  tbb::parallel_for(std::size_t{0}, chunks, [&](std::size_t chunk) {
    body(chunk * size, std::min(n, (chunk + 1) * size));
  });
}

} // namespace contractive
