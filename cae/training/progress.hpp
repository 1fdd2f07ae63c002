#pragma once

#include <contractive/cae/training/trainer.hpp>

#include <iosfwd>

namespace contractive::cae {

/// Tells how training goes: on a terminal a bar that moves, elsewhere one line per epoch.
class Progress {
public:
  /// `terminal` says whether the stream can be overwritten.
  Progress(std::ostream& stream, bool terminal, std::size_t epochs, Loss loss);
  /// For Trainer::run; this must outlive it.
  Observer observer();

private:
  void step(std::size_t step, std::size_t steps, double objective);
  void epoch(const EpochReport& report);

  std::ostream& stream_;
  bool terminal_;
  std::size_t epochs_, drawn_ = 0;
  Loss loss_;
};

/// One epoch as a line; and the measures in full, one a line.
std::string summary(const EpochReport& report, std::size_t epochs, Loss loss);
std::string describe(const Measures& measures, Loss loss);

} // namespace contractive::cae
