#include <contractive/nn/schedule.hpp>

#include <contractive/autodiff/error.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::nn {
namespace {

std::string trimmed(const std::string& from) {
  const std::size_t first = from.find_first_not_of(' ');
  return first == std::string::npos ? ""
                                    : from.substr(first, from.find_last_not_of(' ') - first + 1);
}

} // namespace

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
  const auto fail = [&] {
    return Error(text("schedule: '", description, "'; expected constant, step(every, factor), ",
                      "exponential(factor), cosine(total) or warmup(steps, schedule)"));
  };
  if (description == "constant")
    return constant();
  const std::size_t open = description.find('(');
  if (open == std::string::npos || description.back() != ')')
    throw fail();
  const std::string name = description.substr(0, open);
  const std::string inside = description.substr(open + 1, description.size() - open - 2);
  const std::size_t comma = inside.find(',');
  const bool alone = comma == std::string::npos;
  const std::string first = trimmed(inside.substr(0, comma));
  const std::string rest = alone ? "" : trimmed(inside.substr(comma + 1));
  const auto number = [&](const std::string& from) {
    double value = 0;
    std::size_t end = 0;
    try {
      value = std::stod(from, &end);
    } catch (const std::exception&) {
      throw fail();
    }
    if (end != from.size() || !std::isfinite(value))
      throw fail();
    return value;
  };
  const auto count = [&](const std::string& from) {
    const double value = number(from);
    if (!(value >= 0 && value < 1e15 && value == std::floor(value)))
      throw fail();
    return static_cast<std::size_t>(value);
  };
  if (name == "step")
    return step_decay(count(first), number(rest));
  if (name == "exponential" && alone)
    return exponential(number(first));
  if (name == "cosine")
    return cosine(count(first), alone ? 0 : number(rest));
  if (name == "warmup" && !alone)
    return warmup(count(first), make_schedule(rest));
  throw fail();
}

} // namespace contractive::nn
