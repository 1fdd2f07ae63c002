#include <contractive/autodiff/array/threads.hpp>

#include <contractive/autodiff/array/error.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace contractive {

void set_threads(int count) {
  if (count < 1)
    throw Error("set_threads: ", count, "; expected at least 1");
  static std::mutex mutex;
  static std::unique_ptr<tbb::global_control> control;
  const std::lock_guard<std::mutex> lock(mutex);
  control = nullptr;
  control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                  static_cast<std::size_t>(count));
}

int thread_count() {
  return static_cast<int>(
      tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

void for_chunks(std::size_t n, std::size_t grain,
                const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t chunks = (n + grain - 1) / grain;
  if (chunks < 2)
    return n > 0 ? body(0, n) : void();
  // Isolated: a task of somebody else's would see this thread's tape in the midst of an operation.
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(std::size_t{0}, chunks, [&](std::size_t chunk) {
      body(chunk * grain, std::min(n, (chunk + 1) * grain));
    });
  });
}

} // namespace contractive
