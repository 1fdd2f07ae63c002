#include <contractive/nn/training/schedule.hpp>

#include <contractive/autodiff/array/error.hpp>
#include <contractive/nn/text/call.hpp>
#include <contractive/nn/text/words.hpp>

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

namespace {
Schedule schedule_of(const std::string& text);

using MakeSchedule = Schedule (*)(const Call&);
const CallTable<MakeSchedule>& schedules() {
  static const CallTable<MakeSchedule> table{
      {"constant", [](const Call&) { return constant(); }},
      {"step(every, factor)", [](const Call& c) { return step_decay(c.count(0), c.number(1)); }},
      {"exponential(factor)", [](const Call& c) { return exponential(c.number(0)); }},
      {"cosine(total)", [](const Call& c) { return cosine(c.count(0)); }},
      {"cosine(total, floor)", [](const Call& c) { return cosine(c.count(0), c.number(1)); }},
      {"warmup(steps, schedule)",
       [](const Call& c) { return warmup(c.count(0), schedule_of(c.arguments[1])); }}};
  return table;
}

Schedule schedule_of(const std::string& text) {
  const Call call = parse_call(text);
  if (const MakeSchedule* make = schedules().find(call))
    return (*make)(call);
  throw Error("'", shown(text), "'; ", schedules().expected(call.name));
}
} // namespace

std::string schedule_signatures() { return schedules().signatures(); }

Schedule make_schedule(const std::string& text) {
  try {
    return schedule_of(text);
  } catch (const Error& error) {
    throw Error("schedule: ", error.what());
  }
}

} // namespace contractive::nn
