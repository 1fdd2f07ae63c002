#include <contractive/cae/training/progress.hpp>

#include <contractive/nn/text/words.hpp>

#include <cmath>
#include <iomanip>
#include <ostream>

namespace contractive::cae {
using nn::fixed;
using nn::rounded;

std::string progress_bar(std::size_t done, std::size_t all, std::size_t width) {
  const std::size_t full = done * width / all;
  return std::string(full, '#') + std::string(width - full, '.');
}

std::string summary(const EpochReport& r, std::size_t epochs, Loss loss) {
  const Measures& v = r.validation;
  std::string line =
      detail::text("epoch ", r.epoch, "/", epochs, "  loss ", fixed(v.reconstruction, 2));
  if (loss == Loss::cross_entropy)
    line += " (" + fixed(v.reconstruction - v.floor, 2) + " above floor)";
  line += "  |J| " + rounded(v.norm, 3) + "  |J|^2 " + rounded(v.squared_norm, 4) +
          "  mean sq. entry " + rounded(v.squared_entry, 3);
  if (!std::isnan(v.low))
    line +=
        "  saturated " + fixed(100 * v.low, 1) + " % low + " + fixed(100 * v.high, 1) + " % high";
  return line + "  " + fixed(r.seconds, 1) + " s";
}

std::string describe(const Measures& m, const OperatorNorm& norm, Loss loss) {
  std::string lines = "reconstruction loss        " + fixed(m.reconstruction, 3);
  if (loss == Loss::cross_entropy)
    lines +=
        "  (" + fixed(m.reconstruction - m.floor, 3) + " above its floor, the pixels' entropy)";
  lines += "\nmean ||J||_F               " + rounded(m.norm, 4);
  lines += "\nmean ||J||_F^2             " + rounded(m.squared_norm, 4);
  lines += "\nmean squared entry of J    " + rounded(m.squared_entry, 4) +
           "  (the scale of Rifai et al.'s table 1)";
  lines += "\nlargest singular value     " + rounded(norm.mean, 4) +
           "  (mean; f is a contraction where it is at most 1: at " +
           fixed(100 * norm.contractions, 1) + " % of the samples)";
  if (!std::isnan(m.low))
    lines += "\nsaturated units            " + fixed(100 * m.low, 1) + " % low + " +
             fixed(100 * m.high, 1) + " % high";
  return lines + "\n";
}

Progress::Progress(std::ostream& stream, Display display, std::size_t epochs, Loss loss,
                   bool unseen)
    : stream_(stream), display_(display), epochs_(epochs), loss_(loss) {
  stream_ << "measured after each epoch, on samples that are "
          << (unseen ? "not trained on" : "trained on, since none are held back")
          << ": the reconstruction "
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
  stream_ << "\r\033[K" << progress_bar(step, steps, 30) << std::setw(4) << permille / 10
          << " %  objective " << fixed(objective, 3) << std::flush;
}

void Progress::epoch(const EpochReport& report) {
  stream_ << (display_ == Display::bar ? "\r\033[K" : "") << summary(report, epochs_, loss_)
          << std::endl;
}

} // namespace contractive::cae
