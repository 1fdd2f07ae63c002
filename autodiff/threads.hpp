#pragma once

namespace contractive {

/// How many threads matrix products and large elementwise operations use together. Results are
/// bit-identical from run to run for one number of threads, not across numbers.
void set_threads(int count);
int threads();

} // namespace contractive
