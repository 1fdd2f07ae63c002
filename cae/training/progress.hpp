#pragma once

#include <contractive/cae/measure/spectrum.hpp>
#include <contractive/cae/training/trainer.hpp>

#include <iosfwd>

namespace contractive::cae {

/// A bar needs a stream whose last line can be overwritten: a terminal.
enum class Display { lines, bar };

/// Prints one line per epoch, and a bar of the steps between.
class Progress {
public:
  /// `unseen`: whether the samples that are measured are not trained on.
  Progress(std::ostream& stream, Display display, std::size_t epochs, Loss loss,
           bool unseen = true);
  /// For Trainer::run; this must outlive it.
  Observer observer();

private:
  void step(std::size_t step, std::size_t steps, double objective);
  void epoch(const EpochReport& report);

  std::ostream& stream_;
  Display display_;
  std::size_t epochs_, permille_ = 0;
  Loss loss_;
};

/// "####....": the share of `all` that is done, `width` characters wide.
[[nodiscard]] std::string progress_bar(std::size_t done, std::size_t all, std::size_t width);

/// One epoch as a line.
[[nodiscard]] std::string summary(const EpochReport& report, std::size_t epochs, Loss loss);
/// The measures in full, one a line.
[[nodiscard]] std::string describe(const Measures& measures, const OperatorNorm& norm, Loss loss);

} // namespace contractive::cae
