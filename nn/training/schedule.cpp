#include <contractive/nn/training/schedule.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/training/call.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::nn {

Schedule constant() {
  return [](std::size_t) { return 1.0; };
}

Schedule step_decay(std::size_t every, double factor) {
  if (every == 0)
    throw Error("schedule: step_decay every 0 steps; expected at least 1");
  return [=](std::size_t t) { return std::pow(factor, static_cast<double>(t / every)); };
}

Schedule exponential(double factor) {
  return [=](std::size_t t) { return std::pow(factor, static_cast<double>(t)); };
}

Schedule cosine(std::size_t total, double floor) {
  return [=](std::size_t t) {
    const double done =
        total == 0 ? 1 : std::min(1.0, static_cast<double>(t) / static_cast<double>(total));
    return floor + (1 - floor) * 0.5 * (1 + std::cos(3.141592653589793 * done));
  };
}

Schedule warmup(std::size_t steps, const Schedule& after) {
  return [=](std::size_t t) {
    return t < steps ? static_cast<double>(t + 1) / static_cast<double>(steps) : after(t - steps);
  };
}

Schedule make_schedule(const std::string& description) {
  const auto fail = [&](const std::string& why) {
    return Error("schedule: '", description, "'", why, "; expected constant, ",
                 "step(every, factor), exponential(factor), cosine(total) or ",
                 "warmup(steps, schedule)");
  };
  try {
    const Call call = parse_call(description);
    const std::size_t given = call.arguments.size();
    if (call.name == "constant" && given == 0)
      return constant();
    if (call.name == "step" && given == 2)
      return step_decay(call.count(0), call.number(1));
    if (call.name == "exponential" && given == 1)
      return exponential(call.number(0));
    if (call.name == "cosine" && (given == 1 || given == 2))
      return cosine(call.count(0), call.number(1, 0));
    if (call.name == "warmup" && given == 2)
      return warmup(call.count(0), make_schedule(call.arguments[1]));
  } catch (const Error& error) {
    throw fail(detail::text(" (", error.what(), ")"));
  }
  throw fail("");
}

} // namespace contractive::nn
