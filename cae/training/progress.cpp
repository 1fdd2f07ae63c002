#include <contractive/cae/training/progress.hpp>

#include <cmath>
#include <cstdio>
#include <ostream>

namespace contractive::cae {
namespace {

template <class... Numbers> std::string format(const char* pattern, Numbers... numbers) {
  char line[400];
  std::snprintf(line, sizeof line, pattern, numbers...);
  return line;
}

} // namespace

std::string summary(const EpochReport& r, std::size_t epochs, Loss loss) {
  const Measures& v = r.validation;
  std::string line = format("epoch %zu/%zu  loss %.2f", r.epoch, epochs, v.reconstruction);
  if (loss == Loss::cross_entropy)
    line += format(" (%.2f above floor)", v.reconstruction - v.floor);
  line += format("  |J| %.3g  |J|^2 %.4g  mean sq. entry %.3g", v.norm, v.squared_norm,
                 v.squared_entry);
  if (!std::isnan(v.low))
    line += format("  saturated %.1f %% low + %.1f %% high", 100 * v.low, 100 * v.high);
  return line + format("  %.1f s", r.seconds);
}

std::string describe(const Measures& m, Loss loss) {
  std::string lines = format("reconstruction loss        %.3f", m.reconstruction);
  if (loss == Loss::cross_entropy)
    lines += format("  (%.3f above its floor, the pixels' entropy)", m.reconstruction - m.floor);
  lines += format("\nmean ||J||_F               %.4g", m.norm);
  lines += format("\nmean ||J||_F^2             %.4g", m.squared_norm);
  lines += format("\nmean squared entry of J    %.4g  (the scale of Rifai et al.'s table 1)",
                  m.squared_entry);
  if (!std::isnan(m.low))
    lines += format("\nsaturated units            %.1f %% low + %.1f %% high", 100 * m.low,
                    100 * m.high);
  return lines + "\n";
}

Progress::Progress(std::ostream& stream, bool terminal, std::size_t epochs, Loss loss)
    : stream_(stream), terminal_(terminal), epochs_(epochs), loss_(loss) {
  stream_ << "measured after each epoch, on samples that are not trained on: the reconstruction "
             "loss; J = dh/dx, |J| its Frobenius norm; its mean squared entry (the scale of Rifai "
             "et al.'s table 1)"
          << std::endl;
}

Observer Progress::observer() {
  Observer result;
  if (terminal_)
    result.step = [this](std::size_t one, std::size_t all, double objective) {
      step(one, all, objective);
    };
  result.epoch = [this](const EpochReport& report) { epoch(report); };
  return result;
}

void Progress::step(std::size_t step, std::size_t steps, double objective) {
  constexpr std::size_t width = 30;
  const std::size_t permille = step * 1000 / steps;
  if (permille == drawn_ && step != 1)
    return;
  drawn_ = permille;
  const std::size_t full = step * width / steps;
  stream_ << "\r\033[K" << std::string(full, '#') << std::string(width - full, '.')
          << format(" %3zu %%  objective %.3f", permille / 10, objective) << std::flush;
}

void Progress::epoch(const EpochReport& report) {
  stream_ << (terminal_ ? "\r\033[K" : "") << summary(report, epochs_, loss_) << std::endl;
}

} // namespace contractive::cae
