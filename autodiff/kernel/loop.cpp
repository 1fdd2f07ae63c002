#include <contractive/autodiff/kernel/loop.hpp>

#include <tbb/parallel_for.h>

namespace contractive::kernel {

void for_chunks(std::size_t n, std::size_t size,
                const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t chunks = (n + size - 1) / size;
  if (chunks < 2)
    return n > 0 ? body(0, n) : void();
  tbb::parallel_for(std::size_t{0}, chunks, [&](std::size_t chunk) {
    body(chunk * size, std::min(n, (chunk + 1) * size));
  });
}

} // namespace contractive::kernel
