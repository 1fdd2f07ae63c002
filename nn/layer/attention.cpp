#include <contractive/nn/layer/attention.hpp>

#include <contractive/autodiff/operation/elementwise.hpp>
#include <contractive/autodiff/operation/move.hpp>
#include <contractive/autodiff/operation/product.hpp>
#include <contractive/autodiff/operation/reduce.hpp>

#include <cmath>

namespace contractive::nn {

template <class T>
SelfAttention<T>::SelfAttention(std::size_t d, std::size_t heads, Random& random)
    : heads_(heads), query_(d, d, random), key_(d, d, random), value_(d, d, random),
      output_(d, d, random) {
  if (heads == 0 || d % heads != 0)
    throw ShapeError("attention: ", heads, " heads for ", d, " features; expected a divisor");
  adopt("query", query_);
  adopt("key", key_);
  adopt("value", value_);
  adopt("output", output_);
}

template <class T> Variable<T> SelfAttention<T>::operator()(const Variable<T>& x) const {
  if (x.rank() != 3)
    throw ShapeError("attention: x ", x.shape(), "; expected (B, n, d)");
  const std::size_t samples = x.shape()[0], n = x.shape()[1], d = x.shape()[2];
  const auto split = [&](const Variable<T>& v) { // (B, n, d) -> (B, heads, n, d / heads)
    return permute(reshape(v, {samples, n, heads_, d / heads_}), {0, 2, 1, 3});
  };
  const T scale = static_cast<T>(1 / std::sqrt(static_cast<double>(d / heads_)));
  const Variable<T> scores = matmul(split(query_(x)), split(key_(x)), Transpose::b) * scale;
  const Variable<T> mixed = matmul(softmax(scores), split(value_(x)));
  return output_(reshape(permute(mixed, {0, 2, 1, 3}), {samples, n, d}));
}

template <class T> std::vector<Parameter<T>> SelfAttention<T>::parameters() const {
  std::vector<Parameter<T>> all;
  for (const Linear<T>* layer : {&query_, &key_, &value_, &output_})
    append(all, layer->parameters());
  return all;
}

template class SelfAttention<float>;
template class SelfAttention<double>;

} // namespace contractive::nn
