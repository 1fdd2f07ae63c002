#pragma once

#include <cstddef>
#include <functional>
#include <string>

/// Threads of this library, and what yours may share.
///
/// One pool serves every loop and every matrix product: large ones are cut into parts, and OpenBLAS
/// is told at the first product to start no threads of its own, which would compete with the pool.
///
/// A tape belongs to the thread that made it: recording on it, or rewinding it, in another throws
/// TapeError; each thread has a tape of its own. Threads may share what they only read: arrays,
/// parameters and modules, and a recorded graph too: any number of them may take gradients and
/// penalties of it with CreateGraph::no, unless the way leads through a checkpoint, whose replay
/// records. Nobody may meanwhile assign to those parameters, or record on, rewind or destroy that
/// tape.
namespace contractive {

/// How many threads loops and matrix products use together, for the whole process; any thread may
/// say so. Results are bit-identical from run to run for one number of threads, not across numbers.
/// Throws Error for less than 1.
void set_threads(int count);
int thread_count();

/// Called before the first product: OpenBLAS keeps the number of threads that its host gave it.
/// Products large enough to be cut then run on that many threads for each part.
void keep_blas_threads();

/// The processor for which OpenBLAS chose its kernels, such as SkylakeX: with the number of
/// threads, what the last bits of a result depend on.
[[nodiscard]] std::string blas_core();

/// Calls `body(begin, end)` over [0, n) in pieces of `grain`, on all threads: the parallel loop of
/// every operation, for operations of your own. The pieces depend on n alone, never on the number
/// of threads. A thread that waits for the others takes no task but pieces of this loop.
void for_chunks(std::size_t n, std::size_t grain,
                const std::function<void(std::size_t, std::size_t)>& body);

} // namespace contractive
