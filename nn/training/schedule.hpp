#pragma once

#include <cstddef>
#include <functional>
#include <string>

/// Learning rates as pure functions of the step or epoch t = 0, 1, ...: the factor on the base
/// rate.
namespace contractive::nn {

/// The factor at step or epoch t.
using Schedule = std::function<double(std::size_t)>;

/// Always 1.
[[nodiscard]] Schedule constant();
/// Times `factor` after every `every` steps. Throws Error when every is 0.
[[nodiscard]] Schedule step_decay(std::size_t every, double factor);
/// factor^t
[[nodiscard]] Schedule exponential(double factor);
/// From 1 down to `floor` over `total` steps, along half a cosine. Loshchilov, Hutter 2017.
[[nodiscard]] Schedule cosine(std::size_t total, double floor = 0);
/// From 1/steps up to 1 in `steps` steps, then `after`, which counts from there.
[[nodiscard]] Schedule warmup(std::size_t steps, const Schedule& after);

/// By a text such as step(10, 0.5) or warmup(5, cosine(35)). Throws Error, saying what was
/// expected, for any other than schedule_signatures().
Schedule make_schedule(const std::string& text);
/// All that make_schedule() knows, as one text for errors and help.
[[nodiscard]] std::string schedule_signatures();

} // namespace contractive::nn
