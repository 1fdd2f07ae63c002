#include <contractive/autodiff/array/threads.hpp>

#include <contractive/autodiff/array/error.hpp>

#include <memory>
#include <tbb/global_control.h>

namespace contractive {

void set_threads(int count) {
  if (count < 1)
    throw Error("set_threads: ", count, "; expected at least 1");
  static std::unique_ptr<tbb::global_control> control;
  control = nullptr;
  control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                  static_cast<std::size_t>(count));
}

int thread_count() {
  return static_cast<int>(
      tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

} // namespace contractive
