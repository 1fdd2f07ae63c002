#include <contractive/nn/data/rows.hpp>

namespace contractive::nn {

template <class T>
Rows<T>::Rows(Array<T> samples) : shape_(samples.shape()), array_(std::move(samples)) {
  if (shape_.rank() == 0)
    throw ShapeError("rows: a scalar; expected samples along the first axis");
}

template <class T>
Rows<T>::Rows(std::size_t count, const Shape& sample, Fetch fetch)
    : shape_(Shape{count} + sample), fetch_(std::move(fetch)) {}

template <class T> Array<T> Rows<T>::take(const std::vector<std::size_t>& numbers) const {
  if (array_)
    return nn::take(*array_, numbers);
  for (const std::size_t i : numbers)
    if (i >= count())
      throw ShapeError("take: number ", i, " of samples ", shape_, "; expected less than ",
                       count());
  return fetch_(numbers);
}

template <class T> Array<T> Rows<T>::take(std::size_t first, std::size_t last) const {
  if (array_)
    return nn::take(*array_, first, last);
  if (first > last || last > count())
    throw ShapeError("take: samples ", first, " to ", last, " of ", shape_,
                     "; expected first <= last <= their number");
  std::vector<std::size_t> numbers(last - first);
  std::iota(numbers.begin(), numbers.end(), first);
  return fetch_(numbers);
}

template <class T> Rows<T> Rows<T>::range(std::size_t first, std::size_t last) const {
  if (array_)
    return nn::take(*array_, first, last);
  if (first > last || last > count())
    throw ShapeError("rows: samples ", first, " to ", last, " of ", shape_,
                     "; expected first <= last <= their number");
  return Rows(last - first, shape_.last(shape_.rank() - 1),
              [first, fetch = fetch_](std::vector<std::size_t> numbers) {
                for (std::size_t& number : numbers)
                  number += first;
                return fetch(numbers);
              });
}

template <class T>
Rows<T> Rows<T>::each(const Shape& sample,
                      const std::function<Array<T>(const Array<T>&)>& f) const {
  if (array_)
    return f(*array_);
  return Rows(count(), sample, [f, fetch = fetch_](const std::vector<std::size_t>& numbers) {
    return f(fetch(numbers));
  });
}

template class Rows<float>;
template class Rows<double>;

} // namespace contractive::nn
