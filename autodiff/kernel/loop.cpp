#include <contractive/autodiff/kernel/loop.hpp>

#include <contractive/autodiff/threads.hpp>

#include <algorithm>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <memory>

extern "C" void openblas_set_num_threads(int);

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

namespace kernel {

void for_tasks(std::size_t n, std::size_t together, const std::function<void(std::size_t)>& task) {
  static const bool alone = (openblas_set_num_threads(1), true); // tasks call BLAS, not it threads
  const std::size_t groups = alone ? (n + together - 1) / together : 0;
  const auto group = [&](std::size_t g) {
    for (std::size_t i = g * together; i < std::min(n, (g + 1) * together); ++i)
      task(i);
  };
  if (groups < 2)
    return groups == 0 ? void() : group(0);
  tbb::parallel_for(std::size_t{0}, groups, group);
}

void for_chunks(std::size_t n, std::size_t size,
                const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t chunks = (n + size - 1) / size;
  if (chunks < 3)
    return n > 0 ? body(0, n) : void();
  for_tasks(chunks, 1,
            [&](std::size_t chunk) { body(chunk * size, std::min(n, (chunk + 1) * size)); });
}

std::array<std::ptrdiff_t, Shape::max_rank> broadcast_strides(const Shape& shape,
                                                              std::size_t rank) {
  std::array<std::ptrdiff_t, Shape::max_rank> strides{};
  std::ptrdiff_t step = 1;
  for (std::size_t i = 1; i <= shape.rank(); ++i) {
    const std::size_t length = shape[shape.rank() - i];
    strides[rank - i] = length == 1 ? 0 : step;
    step *= static_cast<std::ptrdiff_t>(length);
  }
  return strides;
}

} // namespace kernel
} // namespace contractive
