// What the pool of threads promises to programs that have tasks of their own.
#include <contractive/autodiff/array/error.hpp>
#include <contractive/autodiff/array/threads.hpp>

#include "support/message.hpp"

#include <atomic>
#include <chrono>
#include <doctest/doctest.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <thread>
#include <vector>

namespace contractive::tests {

// Restores the number of threads.
struct Threads {
  int before = thread_count();
  ~Threads() { set_threads(before); }
};

TEST_CASE("threads: pieces cover the range once, and do not depend on the number of threads") {
  const Threads restored;
  for (const int threads : {1, 2, 5})
    for (const std::size_t n : {0u, 1u, 9u, 10u, 11u, 25u, 30u}) {
      set_threads(threads);
      std::vector<std::atomic<int>> seen(n);
      std::atomic<int> pieces{0};
      for_chunks(n, 10, [&](std::size_t begin, std::size_t end) {
        CHECK(begin % 10 == 0);
        CHECK((end == begin + 10 || end == n));
        ++pieces;
        for (std::size_t i = begin; i < end; ++i)
          ++seen[i];
      });
      CHECK(pieces == static_cast<int>((n + 9) / 10));
      for (const auto& count : seen)
        CHECK(count == 1);
    }
}

TEST_CASE("threads: a number that is none is refused") {
  const int before = thread_count();
  CHECK(message<Error>([] { return set_threads(0), 0; }) == "set_threads: 0; expected at least 1");
  CHECK(thread_count() == before);
}

TEST_CASE("threads: a loop that waits runs no task of somebody else's") {
  const Threads restored;
  set_threads(3);
  thread_local int depth = 0; // of loops that this thread is in
  std::atomic<int> intruders{0}, started{0};
  std::atomic<bool> stop{false};
  const auto until = [](const auto& condition) { // or for a second
    for (int i = 0; i < 10000 && !condition(); ++i)
      std::this_thread::sleep_for(std::chrono::microseconds(100));
  };
  tbb::task_arena(3).execute([&] {
    tbb::task_group others;
    // One thread gives out small tasks, one sleeps in a piece of the loop, and the caller is done
    // with its own piece: it waits, and would be glad of a task.
    others.run([&] {
      ++started;
      until([&] { return others.run([&] { intruders += depth; }), stop.load(); });
    });
    until([&] { return started > 0; });
    ++depth;
    std::atomic<int> pieces{0};
    const auto caller = std::this_thread::get_id();
    for_chunks(2, 1, [&](std::size_t, std::size_t) {
      ++pieces;
      until([&] { return pieces == 2; });
      if (std::this_thread::get_id() != caller)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    });
    --depth;
    stop = true;
    others.wait();
    CHECK(pieces == 2);
  });
  CHECK(intruders == 0);
}

} // namespace contractive::tests
