#pragma once

#include <string>
#include <vector>

namespace contractive::cae {

/// One axis of a chart: a range of values that begins and ends at round ones, and where each value
/// lies on the page. Not installed.
class Axis {
public:
  enum class Kind { linear, logarithmic };
  struct Tick {
    double value;
    std::string label;
  };

  /// That holds values from `low` to `high`, finite and, for a logarithmic one, above 0.
  Axis(Kind kind, double low, double high);
  /// Where it lies: `low` at `begin`, `high` at `end`, in pixels of either order.
  void place(double begin, double end);
  /// The pixel of a value.
  [[nodiscard]] double operator()(double value) const;

  [[nodiscard]] const std::vector<Tick>& ticks() const noexcept { return ticks_; }
  [[nodiscard]] double low() const noexcept { return low_; }
  [[nodiscard]] double high() const noexcept { return high_; }

private:
  void divide_evenly();
  void divide_by_decades();
  [[nodiscard]] double position(double value) const; // 0 at low, 1 at high

  Kind kind_;
  double low_, high_, begin_ = 0, end_ = 1;
  std::vector<Tick> ticks_;
};

} // namespace contractive::cae
