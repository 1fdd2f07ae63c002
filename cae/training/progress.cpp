#include <contractive/cae/training/progress.hpp>

#include <cmath>
#include <cstdio>
#include <ostream>

namespace contractive::cae {
namespace {

template <class... Numbers> std::string formatted(const char* pattern, Numbers... numbers) {
  char line[400];
  std::snprintf(line, sizeof line, pattern, numbers...);
  return line;
}

} // namespace

std::string progress_bar(std::size_t done, std::size_t all, std::size_t width) {
  const std::size_t full = done * width / all;
  return std::string(full, '#') + std::string(width - full, '.');
}

std::string summary(const EpochReport& r, std::size_t epochs, Loss loss) {
  const Measures& v = r.validation;
  std::string line = formatted("epoch %zu/%zu  loss %.2f", r.epoch, epochs, v.reconstruction);
  if (loss == Loss::cross_entropy)
    line += formatted(" (%.2f above floor)", v.reconstruction - v.floor);
  line += formatted("  |J| %.3g  |J|^2 %.4g  mean sq. entry %.3g", v.norm, v.squared_norm,
                    v.squared_entry);
  if (!std::isnan(v.low))
    line += formatted("  saturated %.1f %% low + %.1f %% high", 100 * v.low, 100 * v.high);
  return line + formatted("  %.1f s", r.seconds);
}

std::string describe(const Measures& m, Loss loss) {
  std::string lines = formatted("reconstruction loss        %.3f", m.reconstruction);
  if (loss == Loss::cross_entropy)
    lines += formatted("  (%.3f above its floor, the pixels' entropy)", m.reconstruction - m.floor);
  lines += formatted("\nmean ||J||_F               %.4g", m.norm);
  lines += formatted("\nmean ||J||_F^2             %.4g", m.squared_norm);
  lines += formatted("\nmean squared entry of J    %.4g  (the scale of Rifai et al.'s table 1)",
                     m.squared_entry);
  if (!std::isnan(m.low))
    lines += formatted("\nsaturated units            %.1f %% low + %.1f %% high", 100 * m.low,
                       100 * m.high);
  return lines + "\n";
}

Progress::Progress(std::ostream& stream, Display display, std::size_t epochs, Loss loss)
    : stream_(stream), display_(display), epochs_(epochs), loss_(loss) {
  stream_ << "measured after each epoch, on samples that are not trained on: the reconstruction "
             "loss; J = dh/dx, |J| its Frobenius norm; its mean squared entry (the scale of Rifai "
             "et al.'s table 1)"
          << std::endl;
}

Observer Progress::observer() {
  Observer result;
  if (display_ == Display::bar)
    result.step = [this](std::size_t number, std::size_t all, double objective) {
      step(number, all, objective);
    };
  result.epoch = [this](const EpochReport& report) { epoch(report); };
  return result;
}

void Progress::step(std::size_t step, std::size_t steps, double objective) {
  const std::size_t permille = step * 1000 / steps;
  if (permille == permille_ && step != 1)
    return;
  permille_ = permille;
  stream_ << "\r\033[K" << progress_bar(step, steps, 30)
          << formatted(" %3zu %%  objective %.3f", permille / 10, objective) << std::flush;
}

void Progress::epoch(const EpochReport& report) {
  stream_ << (display_ == Display::bar ? "\r\033[K" : "") << summary(report, epochs_, loss_)
          << std::endl;
}

} // namespace contractive::cae
