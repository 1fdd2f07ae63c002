#include <contractive/nn/data/batches.hpp>

#include <contractive/autodiff/array/error.hpp>

#include <algorithm>
#include <numeric>

namespace contractive::nn {

Batches::Batches(std::size_t n, std::size_t size, std::uint64_t seed, Remainder remainder)
    : order_(n), size_(size), remainder_(remainder), random_(seed) {
  if (size == 0 || size > n)
    throw Error("batches: size ", size, " for ", n, " samples; expected 1 to ", n);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  shuffle();
}

void Batches::shuffle() { // Fisher and Yates
  for (std::size_t i = order_.size(); i > 1; --i)
    std::swap(order_[i - 1], order_[random_.below(i)]);
}

std::size_t Batches::per_epoch() const {
  return (order_.size() + (remainder_ == Remainder::kept ? size_ - 1 : 0)) / size_;
}

std::vector<std::size_t> Batches::next() {
  if (position_ == per_epoch()) {
    position_ = 0;
    ++epoch_;
    shuffle();
    return {};
  }
  const std::size_t first = position_++ * size_;
  const auto at = order_.begin() + static_cast<std::ptrdiff_t>(first);
  return {at, at + static_cast<std::ptrdiff_t>(std::min(size_, order_.size() - first))};
}

std::string Batches::state() const {
  std::string result = detail::text(order_.size(), " ", size_, " ", epoch_, " ", position_);
  for (const std::size_t i : order_)
    result += " " + std::to_string(i);
  return result + " " + random_.state();
}

void Batches::restore(const std::string& state) {
  auto stream = detail::stream<std::istringstream>(state);
  std::size_t n = 0, size = 0, epoch = 0, position = 0;
  stream >> n >> size >> epoch >> position;
  constexpr std::size_t most = 1000000000; // a negative number is read as a huge one
  if (!stream || n != order_.size() || size != size_ || epoch > most)
    throw Error("batches: the state is for batches of ", size, " out of ", n, " samples; expected ",
                size_, " out of ", order_.size());
  std::vector<std::size_t> order(n);
  std::vector<bool> seen(n);
  for (std::size_t& i : order) {
    stream >> i;
    if (!stream || i >= n || seen[i] || position > per_epoch())
      throw Error("batches: the state's order or position is damaged; expected what state() gave");
    seen[i] = true;
  }
  std::string rest;
  std::getline(stream, rest);
  Random random;
  random.restore(rest);
  order_ = std::move(order);
  epoch_ = epoch;
  position_ = position;
  random_ = random;
}

template <class T> Array<T> take(const Array<T>& samples, const std::vector<std::size_t>& numbers) {
  if (samples.rank() == 0)
    throw ShapeError("take: a scalar; expected samples along the first axis");
  for (const std::size_t i : numbers)
    if (i >= samples.shape()[0])
      throw ShapeError("take: number ", i, " of samples ", samples.shape(), "; expected less than ",
                       samples.shape()[0]);
  const std::size_t inner = samples.shape().inner(0);
  const Shape shape = Shape{numbers.size()} + samples.shape().last(samples.rank() - 1);
  return Array<T>::make(shape, [&](T* out) {
    for (const std::size_t i : numbers)
      out = std::copy_n(samples.data() + i * inner, inner, out);
  });
}

template <class T> Array<T> take(const Array<T>& samples, std::size_t first, std::size_t last) {
  if (samples.rank() == 0 || first > last || last > samples.shape()[0])
    throw ShapeError("take: samples ", first, " to ", last, " of ", samples.shape(),
                     "; expected first <= last <= their number");
  const std::size_t inner = samples.shape().inner(0);
  const Shape shape = Shape{last - first} + samples.shape().last(samples.rank() - 1);
  return Array<T>::make(shape, [&](T* out) {
    std::copy_n(samples.data() + first * inner, (last - first) * inner, out);
  });
}

template Array<float> take(const Array<float>&, const std::vector<std::size_t>&);
template Array<double> take(const Array<double>&, const std::vector<std::size_t>&);
template Indices take(const Indices&, const std::vector<std::size_t>&);
template Array<float> take(const Array<float>&, std::size_t, std::size_t);
template Array<double> take(const Array<double>&, std::size_t, std::size_t);
template Indices take(const Indices&, std::size_t, std::size_t);

} // namespace contractive::nn
