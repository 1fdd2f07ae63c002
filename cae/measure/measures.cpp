#include <contractive/cae/measure/measures.hpp>

#include <contractive/autodiff/jacobian/jacobian.hpp>
#include <contractive/autodiff/tape/tape.hpp>
#include <contractive/nn/data/batches.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace contractive::cae {

Saturation saturation_of(const Specification& specification) {
  const std::string& last = specification.layers().back().activation;
  return last == "sigmoid" ? Saturation::sigmoid
         : last == "tanh"  ? Saturation::tanh
                           : Saturation::none;
}

template <class T> double entropy_floor(const Array<T>& x) {
  double sum = 0;
  for (const T value : x) {
    const double p = static_cast<double>(value);
    if (p > 0 && p < 1)
      sum -= p * std::log(p) + (1 - p) * std::log1p(-p);
  }
  return sum / static_cast<double>(x.shape()[0]);
}

template <class T>
Measures measure(const ContractiveAutoencoder<T>& model, const Array<T>& x, Saturation saturation,
                 std::size_t batch) {
  const std::size_t n = x.shape()[0];
  Measures total;
  if (n == 0)
    return total;
  std::size_t codes = 0;
  std::vector<T> least, greatest; // of each unit
  nn::for_each_batch(x, batch, [&](const Array<T>& values) {
    Tape<T> tape; // of its own, for dh/dx; dropped with the batch
    const Variable<T> in = tape.variable(values, "x");
    const Variable<T> h = model.encode(in);
    JacobianOptions options;
    options.create_graph = CreateGraph::no;
    const Variable<T> squares = jacobian_squared_norm(h, in, options);
    const Variable<T> loss = model.reconstruction_loss(model.decoder()(h.detach()), in.detach());
    codes = h.size() / h.shape()[0];
    for (std::size_t i = 0; i < loss.size(); ++i) {
      const double square = static_cast<double>(squares.value()[i]);
      total.reconstruction += static_cast<double>(loss.value()[i]);
      total.squared_norm += square;
      total.norm += std::sqrt(square);
    }
    least.resize(codes);
    greatest.resize(codes);
    for (std::size_t i = 0; i < h.size(); ++i) {
      const T value = h.value()[i];
      const bool first = total.units == 0 && i < codes;
      least[i % codes] = first ? value : std::min(least[i % codes], value);
      greatest[i % codes] = first ? value : std::max(greatest[i % codes], value);
    }
    total.units = codes;
    std::size_t low = 0, high = 0;
    for (const T value : h.value()) {
      const T share = saturation == Saturation::tanh ? (value + 1) / 2 : value;
      low += share < T(0.05) ? 1 : 0;
      high += share > T(0.95) ? 1 : 0;
    }
    total.low += static_cast<double>(low) / static_cast<double>(codes);
    total.high += static_cast<double>(high) / static_cast<double>(codes);
  });
  const double count = static_cast<double>(n);
  for (double* sum :
       {&total.reconstruction, &total.squared_norm, &total.norm, &total.low, &total.high})
    *sum /= count;
  if (saturation == Saturation::none)
    total.low = total.high = std::numeric_limits<double>::quiet_NaN();
  total.squared_entry =
      total.squared_norm / (static_cast<double>(x.size() / n) * static_cast<double>(codes));
  for (std::size_t j = 0; j < codes; ++j)
    total.dead += greatest[j] - least[j] <= 1e-6F ? 1 : 0;
  total.floor = model.loss() == Loss::cross_entropy ? entropy_floor(x) : 0;
  return total;
}

template <class T> double constant_loss(const Array<T>& training, const Array<T>& x, Loss loss) {
  const std::size_t d = x.shape().inner(0);
  std::vector<double> mean(d);
  for (std::size_t i = 0; i < training.size(); ++i)
    mean[i % d] += static_cast<double>(training.data()[i]);
  double sum = 0;
  for (double& m : mean)
    m /= static_cast<double>(training.size() / d);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double value = static_cast<double>(x.data()[i]), m = mean[i % d];
    if (loss == Loss::squared_error) {
      sum += (value - m) * (value - m);
      continue;
    }
    const double p = std::clamp(m, 1e-6, 1 - 1e-6);
    sum -= value * std::log(p) + (1 - value) * std::log1p(-p);
  }
  return sum / static_cast<double>(x.size() / d);
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

template double constant_loss(const Array<float>&, const Array<float>&, Loss);
template double constant_loss(const Array<double>&, const Array<double>&, Loss);
template Measures measure(const ContractiveAutoencoder<float>&, const Array<float>&, Saturation,
                          std::size_t);
template Measures measure(const ContractiveAutoencoder<double>&, const Array<double>&, Saturation,
                          std::size_t);
template double entropy_floor(const Array<float>&);
template double entropy_floor(const Array<double>&);

} // namespace contractive::cae
