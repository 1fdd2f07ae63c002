#pragma once

namespace contractive {

/// How many threads matrix products and large elementwise operations use together: one pool serves
/// both, and OpenBLAS is told to start no threads of its own, which would compete with it. Results
/// are bit-identical from run to run for one number of threads, not across numbers.
void set_threads(int count);
int thread_count();

} // namespace contractive
