#include <contractive/autodiff/array/array.hpp>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace contractive {

template <class T> const Shape& Array<T>::empty_shape() noexcept {
  static const Shape empty{0};
  return empty;
}

template <class T> Array<T>::Array(Uninitialised, const Shape& shape) : Array(T{}) {
  if (shape.rank() == 0)
    return;
  const std::size_t size = shape.elements();
  contents_ = std::make_shared<detail::Contents>(detail::Contents{
      shape, size, size > 0 ? storage::allocate(size * sizeof(T)) : nullptr, nullptr});
}

template <class T>
Array<T>::Array(const Shape& shape, const std::vector<T>& values) : Array(Uninitialised{}, shape) {
  if (values.size() != size())
    throw ShapeError("array: ", values.size(), " values for shape ", shape, "; expected ", size());
  std::copy(values.begin(), values.end(), writable());
}

template <class T>
Array<T>::Array(std::initializer_list<std::initializer_list<T>> rows)
    : Array(Uninitialised{}, {rows.size(), rows.size() ? rows.begin()->size() : 0}) {
  T* out = writable();
  for (const std::initializer_list<T>& row : rows) {
    if (row.size() != shape()[1])
      throw ShapeError("array: rows of ", shape()[1], " and of ", row.size(),
                       " values; expected equal lengths");
    out = std::copy(row.begin(), row.end(), out);
  }
}

template <class T> Array<T> Array<T>::full(const Shape& shape, T value) {
  return make(shape, [&](T* out) { std::fill_n(out, shape.elements(), value); });
}

template <class T> Array<T> Array<T>::eye(std::size_t n) {
  return make({n, n}, [&](T* out) {
    std::fill_n(out, n * n, T{});
    for (std::size_t i = 0; i < n; ++i)
      out[i * n + i] = T{1};
  });
}

template <class T> T Array<T>::item() const {
  if (size() != 1)
    throw ShapeError("item: shape ", shape(), " has ", size(), " elements; expected one");
  return data()[0];
}

template <class T> Array<T> Array<T>::reshaped(const Shape& shape) const {
  if (shape.elements() != size())
    throw ShapeError("reshape: ", this->shape(), " to ", shape, "; expected ", size(),
                     " elements, not ", shape.elements());
  if (rank() == 0 || shape.rank() == 0)
    return full(shape, data()[0]);
  Array result;
  result.contents_ = std::make_shared<detail::Contents>(detail::Contents{
      shape, size(), nullptr, contents_ && contents_->owner ? contents_->owner : contents_});
  return result;
}

template <class T> std::size_t Array<T>::offset(const Shape& index) const {
  bool inside = index.rank() == rank();
  std::size_t result = 0;
  for (std::size_t axis = 0; inside && axis < rank(); ++axis) {
    inside = index[axis] < shape()[axis];
    result = result * shape()[axis] + index[axis];
  }
  if (!inside)
    throw ShapeError("array: index ", index, " into shape ", shape());
  return result;
}

namespace {
constexpr std::size_t shown = 6; // longer axes print their first and last three

template <class T>
void print(std::ostream& stream, const T* data, const Shape& shape, std::size_t indent) {
  if (shape.rank() == 0) {
    stream << detail::shown(*data);
    return;
  }
  const std::size_t length = shape[0], step = shape.inner(0);
  stream << '[';
  for (std::size_t i = 0; i < length; ++i) {
    if (i > 0)
      stream << (shape.rank() == 1 ? ", " : ",\n" + std::string(indent + 1, ' '));
    if (length > shown && i == shown / 2) {
      stream << "...";
      i = length - shown / 2 - 1;
    } else {
      print(stream, data + i * step, shape.last(shape.rank() - 1), indent + 1);
    }
  }
  stream << ']';
}
} // namespace

template <class T> std::ostream& operator<<(std::ostream& stream, const Array<T>& array) {
  print(stream, array.data(), array.shape(), 0);
  return stream;
}

template <class T> bool all_finite(const Array<T>& array) {
  return std::all_of(array.begin(), array.end(), [](T v) { return std::isfinite(v); });
}

// clang-format off
template class Array<float>;
template class Array<double>;
template class Array<bool>;
template class Array<std::int64_t>;
template std::ostream& operator<<(std::ostream&, const Array<float>&);
template std::ostream& operator<<(std::ostream&, const Array<double>&);
template std::ostream& operator<<(std::ostream&, const Array<bool>&);
template std::ostream& operator<<(std::ostream&, const Array<std::int64_t>&);
template bool all_finite(const Array<float>&);
template bool all_finite(const Array<double>&);

} // namespace contractive
