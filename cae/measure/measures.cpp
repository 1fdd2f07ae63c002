#include <contractive/cae/measure/measures.hpp>

#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/tape/tape.hpp>
#include <contractive/nn/data/batches.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace contractive::cae {

Saturation saturation_of(const Specification& specification) {
  const std::string& last = specification.layers().back().activation;
  return last == "sigmoid" ? Saturation::sigmoid
         : last == "tanh"  ? Saturation::tanh
                           : Saturation::none;
}

namespace {

template <class T> double entropies(const Array<T>& x) {
  double sum = 0;
  for (const T value : x) {
    const double p = static_cast<double>(value);
    if (p > 0 && p < 1)
      sum -= p * std::log(p) + (1 - p) * std::log1p(-p);
  }
  return sum;
}

// Adds those of samples begin ... end - 1 to the sums: of Measures' means in their order, and of
// each unit the samples that it gives something else than the first of all, that it is not low on,
// and that it is not high on.
template <class T>
void add_measures(nn::Sums<T>& sums, const ContractiveAutoencoder<T>& model, const nn::Rows<T>& x,
                  std::size_t begin, std::size_t end, const Array<T>& first,
                  Saturation saturation) {
  const Array<T> values = nn::take(x, begin, end);
  std::vector<std::size_t> numbers(end - begin);
  std::iota(numbers.begin(), numbers.end(), begin);
  const SampleRandom random(0, 0, numbers); // where an encoder draws, the same each time
  const SampleRandom::Scope draws(random);
  Tape<T> tape; // of its own, for dh/dx; dropped with the batch
  const Variable<T> in = tape.variable(values, "x");
  const Variable<T> h = model.encode(in);
  JacobianOptions options;
  options.create_graph = CreateGraph::no;
  const Variable<T> squares = jacobian_squared_norm(h, in, options);
  const Variable<T> loss = model.reconstruction_loss(model.decoder()(h.detach()), in.detach());
  const std::size_t codes = first.size();
  std::size_t low = 0, high = 0;
  for (std::size_t i = 0; i < loss.size(); ++i) {
    const double square = static_cast<double>(squares.value()[i]);
    sums.numbers[0] += static_cast<double>(loss.value()[i]);
    sums.numbers[2] += std::sqrt(square);
    sums.numbers[3] += square;
  }
  if (model.loss() == Loss::cross_entropy)
    sums.numbers[1] += entropies(values);
  const Array<T> before = sums.arrays[0];
  sums.arrays[0] = Array<T>::make(before.shape(), [&](T* out) {
    std::copy(before.begin(), before.end(), out);
    for (std::size_t i = 0; i < h.size(); ++i) {
      const T value = h.value()[i],
              share = saturation == Saturation::tanh ? (value + 1) / 2 : value;
      const bool is_low = share < T(0.05);
      const bool is_high = share > T(0.95);
      low += is_low ? 1 : 0;
      high += is_high ? 1 : 0;
      T* const unit = out + i % codes;
      unit[0] += std::abs(value - first[i % codes]) <= T(1e-6) ? T(0) : T(1);
      unit[codes] += is_low ? T(0) : T(1);
      unit[2 * codes] += is_high ? T(0) : T(1);
    }
  });
  sums.numbers[4] += static_cast<double>(low) / static_cast<double>(codes);
  sums.numbers[5] += static_cast<double>(high) / static_cast<double>(codes);
}

} // namespace

template <class T> double entropy_floor(const Array<T>& x) {
  return entropies(x) / static_cast<double>(x.shape()[0]);
}

template <class T>
Measures measure(const ContractiveAutoencoder<T>& model, const nn::RowsOf<T>& x,
                 Saturation saturation, std::size_t batch, nn::Workers* workers,
                 std::size_t parts) {
  const std::size_t n = x.count();
  if (n == 0)
    return {};
  const Array<T> first = [&] {
    const SampleRandom random(0, 0, {});
    const SampleRandom::Scope draws(random);
    return model.encode(Variable<T>(nn::take_first(x, 1))).value();
  }();
  const std::size_t codes = first.size();
  const nn::Sums<T> none{{Array<T>::zeros({3, codes})}, std::vector<double>(6)};
  nn::Workers alone;
  const nn::Sums<T> sums =
      (workers ? *workers : alone).sum<T>(n, parts, none, [&](std::size_t begin, std::size_t end) {
        nn::Sums<T> own = none;
        for (std::size_t at = begin; at < end; at += batch)
          add_measures<T>(own, model, x, at, std::min(at + batch, end), first, saturation);
        return own;
      });
  const auto mean = [&](std::size_t i) { return sums.numbers[i] / static_cast<double>(n); };
  Measures result{mean(0), mean(1), mean(2), mean(3), 0, mean(4), mean(5), 0, codes};
  result.squared_entry =
      result.squared_norm / (static_cast<double>(x.size() / n) * static_cast<double>(codes));
  const auto never = [&](std::size_t row) { // of how many units the count is 0
    const auto counts = sums.arrays[0].begin() + static_cast<std::ptrdiff_t>(row * codes);
    return static_cast<std::size_t>(
        std::count(counts, counts + static_cast<std::ptrdiff_t>(codes), T(0)));
  };
  result.dead = never(0);
  if (saturation == Saturation::none)
    result.low = result.high = std::numeric_limits<double>::quiet_NaN();
  else {
    result.always_low = never(1);
    result.always_high = never(2);
  }
  return result;
}

template <class T>
double constant_loss(const nn::Rows<T>& training, const nn::RowsOf<T>& x, Loss loss) {
  const std::size_t d = x.shape().inner(0);
  std::vector<double> mean(d);
  nn::for_each_batch(training, 1000, [&](const Array<T>& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i)
      mean[i % d] += static_cast<double>(batch.data()[i]);
  });
  double sum = 0;
  for (double& m : mean)
    m /= static_cast<double>(training.count());
  nn::for_each_batch(x, 1000, [&](const Array<T>& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const double value = static_cast<double>(batch.data()[i]), m = mean[i % d];
      if (loss == Loss::squared_error) {
        sum += (value - m) * (value - m);
        continue;
      }
      const double p = std::clamp(m, 1e-6, 1 - 1e-6);
      sum -= value * std::log(p) + (1 - value) * std::log1p(-p);
    }
  });
  return sum / static_cast<double>(x.count());
}

std::vector<std::string> warnings(const Measures& m, double constant) {
  std::vector<std::string> result;
  if (!(m.reconstruction < constant))
    result.push_back(detail::text(
        "nothing was learned: the loss is ", m.reconstruction,
        ", and giving every sample the mean of all has ", constant,
        ": try another --learning-rate, --optimiser adam, more --epochs, a smaller --lambda, or "
        "--scale standard with --loss squared-error where columns have large numbers"));
  if (m.squared_norm == 0)
    result.push_back("the code does not depend on the input at all (|J| is 0): try a smaller "
                     "--lambda or --learning-rate, or another activation");
  else if (m.dead > 0)
    result.push_back(
        detail::text(m.dead, " of ", m.units, " units are dead: they give all samples the same"));
  return result;
}

template double constant_loss(const nn::Rows<float>&, const nn::Rows<float>&, Loss);
template double constant_loss(const nn::Rows<double>&, const nn::Rows<double>&, Loss);
template Measures measure(const ContractiveAutoencoder<float>&, const nn::Rows<float>&, Saturation,
                          std::size_t, nn::Workers*, std::size_t);
template Measures measure(const ContractiveAutoencoder<double>&, const nn::Rows<double>&,
                          Saturation, std::size_t, nn::Workers*, std::size_t);
template double entropy_floor(const Array<float>&);
template double entropy_floor(const Array<double>&);

} // namespace contractive::cae
