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
  total.floor = model.loss() == Loss::cross_entropy ? entropy_floor(x) : 0;
  return total;
}

template Measures measure(const ContractiveAutoencoder<float>&, const Array<float>&, Saturation,
                          std::size_t);
template Measures measure(const ContractiveAutoencoder<double>&, const Array<double>&, Saturation,
                          std::size_t);
template double entropy_floor(const Array<float>&);
template double entropy_floor(const Array<double>&);

} // namespace contractive::cae
