#include <contractive/nn/data/batches.hpp>

#include <contractive/autodiff/error.hpp>

#include <algorithm>
#include <numeric>

namespace contractive::nn {

Batches::Batches(std::size_t n, std::size_t size, std::uint64_t seed)
    : order_(n), size_(size), random_(seed) {
  if (size == 0 || size > n)
    throw Error(text("batches: size ", size, " for ", n, " samples; expected 1 to ", n));
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  shuffle();
}

void Batches::shuffle() { // Fisher and Yates
  for (std::size_t i = order_.size(); i > 1; --i)
    std::swap(order_[i - 1], order_[random_.below(i)]);
}

std::vector<std::size_t> Batches::next() {
  const std::size_t first = position_ * size_;
  if (first >= order_.size()) {
    position_ = 0;
    shuffle();
    return {};
  }
  ++position_;
  const auto at = order_.begin() + static_cast<std::ptrdiff_t>(first);
  return {at, at + static_cast<std::ptrdiff_t>(std::min(size_, order_.size() - first))};
}

std::string Batches::state() const {
  std::string result = text(order_.size(), " ", size_, " ", position_);
  for (const std::size_t i : order_)
    result += " " + std::to_string(i);
  return result + " " + random_.state();
}

void Batches::restore(const std::string& state) {
  std::istringstream stream(state);
  std::size_t n = 0, size = 0, position = 0;
  stream >> n >> size >> position;
  if (!stream || n != order_.size() || size != size_)
    throw Error(text("batches: the state is for batches of ", size, " out of ", n,
                     " samples; expected ", size_, " out of ", order_.size()));
  std::vector<std::size_t> order(n);
  for (std::size_t& i : order)
    stream >> i;
  std::string rest;
  std::getline(stream, rest);
  random_.restore(rest);
  order_ = std::move(order);
  position_ = position;
}

template <class T> Array<T> take(const Array<T>& samples, const std::vector<std::size_t>& numbers) {
  const std::size_t inner = samples.shape().inner(0);
  const Shape shape = Shape{numbers.size()} + samples.shape().last(samples.rank() - 1);
  return Array<T>::make(shape, [&](T* out) {
    for (const std::size_t i : numbers)
      out = std::copy_n(samples.data() + i * inner, inner, out);
  });
}

template <class T> Array<T> take(const Array<T>& samples, std::size_t first, std::size_t last) {
  std::vector<std::size_t> numbers(last - first);
  std::iota(numbers.begin(), numbers.end(), first);
  return take(samples, numbers);
}

template Array<float> take(const Array<float>&, const std::vector<std::size_t>&);
template Array<double> take(const Array<double>&, const std::vector<std::size_t>&);
template Indices take(const Indices&, const std::vector<std::size_t>&);
template Array<float> take(const Array<float>&, std::size_t, std::size_t);
template Array<double> take(const Array<double>&, std::size_t, std::size_t);
template Indices take(const Indices&, std::size_t, std::size_t);

} // namespace contractive::nn
