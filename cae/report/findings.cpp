#include <contractive/cae/report/findings.hpp>

#include <contractive/nn/text/words.hpp>

#include <cmath>

namespace contractive::cae {
namespace {

std::string number(double value) { return nn::rounded(value, 4); }

std::string percent(double share) { return number(100 * share) + " %"; }

// "12 of 300 units are always low", "1 of 300 units is dead", "No unit is dead".
std::string of_units(std::size_t some, std::size_t all, const std::string& what) {
  if (some == 0)
    return "No unit is " + what;
  return detail::text(some, " of ", all, " units ", some == 1 ? "is " : "are ", what);
}

} // namespace

Lines measure_lines(const Measures& m, Saturation saturation, const Spectrum& s, std::size_t inputs,
                    const Contraction& nearest) {
  Lines lines{
      {"reconstruction", number(m.reconstruction), "the loss L(x, r(x)), mean over samples"}};
  if (m.floor > 0)
    lines.push_back({"above its floor", number(m.reconstruction - m.floor),
                     "without the entropy of the grey pixels, below which no reconstruction goes"});
  lines.insert(lines.end(),
               {{"mean ‖J‖", number(m.norm), "J = dh/dx, Frobenius norm"},
                {"mean ‖J‖²", number(m.squared_norm), "what the contractive term contains"},
                {"mean squared entry", number(m.squared_entry),
                 "‖J‖² / (d s), the scale of Rifai et al. 2011, table 1"}});
  const char* const of =
      saturation == Saturation::tanh ? "of all units, (h + 1) / 2 " : "of all units, ";
  if (saturation != Saturation::none)
    lines.insert(lines.end(),
                 {{"saturated, low", percent(m.low), of + std::string("below 0.05")},
                  {"saturated, high", percent(m.high), of + std::string("above 0.95")}});
  lines.insert(
      lines.end(),
      {{"largest singular value", number(s.values[0]),
        "of J, mean over samples; f is a contraction where it is at most 1"},
       {"expanding directions", number(s.expanding), "singular values above 1, mean over samples"},
       {"contractions", percent(s.contractions), "samples without any such direction"},
       {"effective dimension", number(s.effective_dimension), "(Σσ²)² / Σσ⁴"},
       {"90 % of ‖J‖²", number(s.ninety), "so many directions hold it"},
       {detail::text("contraction at ", number(nearest.radius)), number(nearest.root),
        detail::text("root mean square of ‖f(x') − f(x)‖ / ‖x' − x‖; for small distances it is "
                     "√(mean ‖J‖² / d), here ",
                     number(std::sqrt(m.squared_norm / static_cast<double>(inputs))))}});
  return lines;
}

std::vector<std::string> unit_findings(const Measures& m, Saturation saturation) {
  std::vector<std::string> result{
      of_units(m.dead, m.units, "dead") +
      (m.dead > 0
           ? ": the same code for every sample. What they hold, the decoder's bias could hold."
           : ": each tells at least two samples apart.")};
  if (saturation == Saturation::none) {
    result.emplace_back("The activation has no two ends, so there is no saturation to measure.");
    return result;
  }
  const bool tanh = saturation == Saturation::tanh;
  result.push_back(of_units(m.always_low, m.units, "always low") + ": below " +
                   (tanh ? "−0.9" : "0.05") + " on every sample.");
  result.push_back(of_units(m.always_high, m.units, "always high") + ": above " +
                   (tanh ? "0.9" : "0.95") + " on every sample.");
  result.push_back("For a sample, " + percent(m.low + m.high) +
                   " of the units are saturated on average (Rifai et al. 2011): " + percent(m.low) +
                   " low, " + percent(m.high) +
                   " high. There the activation is nearly flat, so a saturated unit hardly changes "
                   "with the input, and adds little to ‖J‖.");
  return result;
}

} // namespace contractive::cae
