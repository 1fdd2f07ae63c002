#include <contractive/cae/report/axis.hpp>

#include <contractive/nn/text/words.hpp>

#include <algorithm>
#include <cmath>

namespace contractive::cae {
namespace {

constexpr double most_ticks = 6;

// The least number of 1, 2 or 5 times a power of ten that is not below `value`; the greatest that
// is not above.
double round_up(double value) {
  const double power = std::pow(10, std::floor(std::log10(value) + 1e-9));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= value * (1 - 1e-9))
      return factor * power;
  return 10 * power;
}
double round_down(double value) {
  const double power = std::pow(10, std::floor(std::log10(value) + 1e-9));
  for (const double factor : {5.0, 2.0})
    if (factor * power <= value * (1 + 1e-9))
      return factor * power;
  return power;
}

std::string with_minus(std::string number) {
  return number[0] == '-' ? "−" + number.substr(1) : number;
}

// Factor times a power of ten: "0.02", "1000", and "10⁻⁵" or "2·10⁻⁵" where zeros would have to be
// counted.
std::string power_label(int factor, int exponent) {
  if (exponent >= -3 && exponent <= 4)
    return nn::fixed(factor * std::pow(10, exponent), std::max(0, -exponent));
  static const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string result = factor == 1 ? "10" : std::to_string(factor) + "·10";
  result += exponent < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(exponent)))
    result += digits[digit - '0'];
  return result;
}

} // namespace

Axis::Axis(Kind kind, double low, double high) : kind_(kind), low_(low), high_(high) {
  if (!(high_ > low_ + 1e-9 * std::abs(low_))) { // a single value: room on both sides
    const double room = kind_ == Kind::logarithmic ? 0 : std::max(std::abs(low_) / 10, 1e-12);
    low_ -= room;
    high_ += room;
  }
  if (kind_ == Kind::linear)
    divide_evenly();
  else
    divide_by_decades();
}

void Axis::divide_evenly() {
  const double step = round_up((high_ - low_) / (most_ticks - 1));
  const double first = std::floor(low_ / step + 1e-9), last = std::ceil(high_ / step - 1e-9);
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  for (double k = first; k <= last; ++k) {
    const double value = k * step;
    const bool plain = decimals <= 4 && std::abs(value) < 1e6;
    ticks_.push_back({value, with_minus(plain ? nn::fixed(k == 0 ? 0 : value, decimals)
                                              : nn::rounded(k == 0 ? 0 : value, 4))});
  }
  low_ = first * step;
  high_ = last * step;
}

void Axis::divide_by_decades() {
  low_ = round_down(low_);
  high_ = std::max(round_up(high_), round_up(1.5 * low_));
  const int first = static_cast<int>(std::floor(std::log10(low_) + 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(high_) + 1e-9));
  const bool few = high_ <= 100 * low_ * (1 + 1e-9); // decades: then there are ticks between
  const int every = few ? 1 : (last - first - 1) / static_cast<int>(most_ticks) + 1;
  for (int k = first; k <= last; k += every)
    for (const int factor : {1, 2, 5}) {
      const double value = factor * std::pow(10, k);
      const bool inside = value >= low_ * (1 - 1e-9) && value <= high_ * (1 + 1e-9);
      if (inside && (few || factor == 1))
        ticks_.push_back({value, power_label(factor, k)});
    }
}

void Axis::place(double begin, double end) {
  begin_ = begin;
  end_ = end;
}

double Axis::position(double value) const {
  return kind_ == Kind::linear ? (value - low_) / (high_ - low_)
                               : std::log(value / low_) / std::log(high_ / low_);
}

double Axis::operator()(double value) const { return begin_ + position(value) * (end_ - begin_); }

} // namespace contractive::cae
